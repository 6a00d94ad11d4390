"""An assembly's log, replayed: a record's election was announced, opened and closed as the law asks.

1. The chain, its acts as declared, and a signature on each line by the key in the election's rules.
2. The plan from the lines that make and change it, and every step through the clock of `voting.rules`: what
   was too early, too short, too often or not announced is refused where it was done, and a notice that
   passes over what was upheld against the roll.
3. The rules' meeting is the planned one, their notice the last before the opening, their times its times.
4. Of this election the notice names exactly the rules' questions, candidates and roll.
5. Its board was opened and closed after the assembly was, extensions included, and its own log tells the
   same and holds the head of this one at the opening, the closing and the export.

What is refused in this log says so (`log`) and names its line.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from voting.errors import Refusal, Refused, placed
from voting.rules import clock
from voting.rules.agenda_form import Agenda
from voting.rules.assembly import About, Act, Assembly, Effect, Meeting, Notice, Phase, Plan, Step
from voting.rules.assembly_periods import uncorrected
from voting.rules.convening import ROLL, Convening, changes, named_items
from voting.rules.document import rules_agenda, rules_convening
from voting.rules.periods import Calendar
from voting.rules.presets import Settings, check_settings
from voting.rules.questions import CommitteeContest
from voting.rules.settings import Setting
from voting.rules.terms import Terms
from voting.services import acts
from voting.services.log_lines import Entry, line_digests, read_lines, verify_signatures
from voting.services.wire import iso

ASSEMBLY_LOG = "assembly-log.jsonl"
_PREFIX = "assembly-"
_PLANNED, _CHANGED, _ELECTS = (
    f"{_PREFIX}{name}" for name in ("planned", "setting-changed", "elects-committee")
)
_ROLL_CHANGES = ("roll-correction", "roll-decision")
_STEPS = {f"{_PREFIX}{act.value}": act for act in Act}


@dataclass(frozen=True)
class Replayed:
    """A verified log: where its assembly stands, and the lines that an election is held against."""

    entries: tuple[Entry, ...]
    digests: tuple[str, ...]
    state: Assembly
    announced: Notice
    """The notice in force at the opening, as it was given: an extension has not moved its closing."""
    lines: Mapping[str, Entry]
    """The last line of each act up to the opening; of the opening, the closing and the plan the only one."""

    def line(self, act: str) -> Entry:
        return self.lines[act]


def is_convened(rules: Mapping[str, Any], entries: Sequence[Entry]) -> bool:
    """Whether an election is one of an assembly, by its rules or by its log."""
    return "assembly" in rules or _convened_line(entries) is not None


def _convened_line(entries: Sequence[Entry]) -> Entry | None:
    return next((each for each in entries if {"assembly", "assembly_head"} & each.details.keys()), None)


def verify_assembly(
    body: bytes | None, rules: Mapping[str, Any], uuid: str, entries: Sequence[Entry]
) -> dict[str, Any]:
    """The assembly's log against the rules and the log (`entries`) of its election; returns what it tells.

    Raises `Refused` EXPORT_INCOMPLETE without the log, LOG_*, what the clock refuses, ASSEMBLY_DIFFERS,
    NOTICE_* and BOARD_WINDOW_DIFFERS with the line, and LOG_DISAGREES with a line of the election's log.
    """
    agenda = rules_agenda(rules)
    convening = rules_convening(rules, agenda)
    if convening is None:
        told = _convened_line(entries)
        assert told is not None
        raise Refused(Refusal.LOG_DISAGREES, line=told.seq, place="assembly")
    if body is None:
        raise Refused(Refusal.EXPORT_INCOMPLETE, name=ASSEMBLY_LOG)
    with placed(log=ASSEMBLY_LOG):
        lines = body.split(b"\n")
        if lines.pop():
            raise Refused(Refusal.LOG_BROKEN, line=len(lines) + 1)
        read, _ = read_lines(lines, acts.ASSEMBLY)
        verify_signatures(read, convening.uuid, rules["receipt_key"])
        replayed = replay(read, tuple(line_digests(lines)))
        _same_meeting(replayed, convening)
        _same_notice(replayed, convening, rules)
        _same_questions(replayed, agenda, rules, uuid)
        _same_candidates(replayed, agenda, uuid)
        _same_window(replayed, entries)
    _told_alike(replayed, entries, convening)
    closed = replayed.state.closed_at
    return {
        "uuid": convening.uuid,
        "title": convening.title,
        "convener": convening.convener,
        "meeting": convening.plan.meeting.value,
        "place": convening.plan.settings.place,
        "changes": len(changes(convening.plan.settings)),
        "zone": convening.plan.calendar.zone,
        "notice": iso(replayed.announced.at),
        "announced_opening": iso(replayed.announced.opens_at),
        "announced_closing": iso(replayed.announced.closes_at),
        "closing": iso(closed) if closed is not None else None,
        "extensions": replayed.state.extensions,
    }


def replay(entries: Sequence[Entry], digests: tuple[str, ...]) -> Replayed:
    """Every line through the clock. Raises what the clock refuses, LOG_* and STEP_MISSING, with the line."""
    state: Assembly | None = None
    announced: Notice | None = None
    lines: dict[str, Entry] = {}
    changes: list[tuple[datetime, int | None]] = []
    for entry in entries:
        if entry.act in _ROLL_CHANGES:
            changes.append((datetime.fromisoformat(entry.time), entry.details.get("objection")))
        with placed(line=entry.seq):
            if (entry.act == _PLANNED) is not (state is None):
                raise Refused(Refusal.LOG_DISAGREES, line=entry.seq, place=_PLANNED)
            state = clock.begin(_plan(entry)) if state is None else _after(state, entry)
            if entry.act == f"{_PREFIX}give-notice":
                for number in uncorrected(state, changes):
                    raise Refused(Refusal.OBJECTION_UNHEEDED, about=About.ROLL.value, number=number)
        if state.opened_at is None or entry.act in (f"{_PREFIX}open", f"{_PREFIX}close"):
            lines[entry.act] = entry
        if state.opened_at is None:
            announced = state.notice
    assert state is not None
    for act in (Act.OPEN, Act.CLOSE):
        if f"{_PREFIX}{act.value}" not in lines:
            raise Refused(Refusal.STEP_MISSING, step=act.value, line=len(entries))
    assert announced is not None  # nothing opens without one
    return Replayed(tuple(entries), digests, state, announced, lines)


def _plan(entry: Entry) -> Plan:
    details = entry.details
    calendar = Calendar(details["zone"], tuple(date.fromisoformat(day) for day in details["holidays"]))
    settings = Settings(details["place"])
    check_settings(settings)
    calendar.check()
    return Plan(
        _one_of(Meeting, entry, "meeting"),
        settings,
        calendar,
        _one_of(Effect, entry, "effect"),
        details["elects_committee"],
    )


def _one_of(kind: Any, entry: Entry, key: str) -> Any:
    if entry.details[key] not in tuple(kind):
        raise Refused(Refusal.LOG_DETAILS_MALFORMED, line=entry.seq, place=key)
    return kind(entry.details[key])


def _after(state: Assembly, entry: Entry) -> Assembly:
    details = entry.details
    if entry.act == _CHANGED:
        return _changed(state, entry)
    if entry.act == _ELECTS:
        return _again(
            state, replace(state.plan, elects_committee=True), Refused(Refusal.COMMITTEE_NOT_PLANNED)
        )
    if entry.act not in _STEPS:
        return state
    if "about" in details:
        _one_of(About, entry, "about")
    times = {key: datetime.fromisoformat(details[key]) for key in ("opens_at", "closes_at") if key in details}
    step = Step(
        _STEPS[entry.act],
        datetime.fromisoformat(entry.time),
        tuple(details.get("items", ())),
        about=About(details["about"]) if "about" in details else None,
        number=details.get("number"),
        upheld=details.get("upheld"),
        reason=details.get("reason", ""),
        **times,
    )
    return clock.take(state, step)


def _changed(state: Assembly, entry: Entry) -> Assembly:
    details = entry.details
    setting = _one_of(Setting, entry, "setting")
    settings = state.plan.settings
    fixed = Refused(Refusal.SETTING_FIXED, setting=setting.value)
    if state.phase not in (Phase.DRAFT, Phase.ROLL_PUBLISHED):
        raise fixed
    if (type(details["was"]), details["was"]) != (type(settings[setting]), settings[setting]):
        raise Refused(Refusal.LOG_DISAGREES, line=entry.seq, place="was")
    changed = settings.changed(setting, details["value"], details["reason"])
    return _again(state, replace(state.plan, settings=changed), fixed)


def _again(state: Assembly, plan: Plan, refused: Refused) -> Assembly:
    """The same steps by another plan: what was taken must have been allowed by it, too, and no period that
    was published becomes shorter."""
    try:
        return clock.replanned(state, plan)
    except Refused:
        raise refused from None


def _same_meeting(replayed: Replayed, convening: Convening) -> None:
    planned = replayed.line(_PLANNED)
    plan = replayed.state.plan
    logged = Convening(
        convening.uuid, planned.details["title"], planned.details["convener"], plan, convening.notice_sha256
    )
    meant, told = convening.as_json(), logged.as_json()
    meant |= {"meeting": convening.plan.meeting, "effect": convening.plan.effect}
    told |= {"meeting": plan.meeting, "effect": plan.effect}
    for place in sorted(meant):
        if json.dumps(meant[place]) != json.dumps(told[place]):
            raise Refused(Refusal.ASSEMBLY_DIFFERS, line=planned.seq, place=place)


def _same_notice(replayed: Replayed, convening: Convening, rules: Mapping[str, Any]) -> None:
    line = replayed.line(f"{_PREFIX}give-notice").seq
    if replayed.digests[line] != convening.notice_sha256:
        raise Refused(Refusal.NOTICE_DIFFERS, line=line)
    for place in ("opens_at", "closes_at"):
        if datetime.fromisoformat(rules[place]) != getattr(replayed.announced, place):
            raise Refused(Refusal.NOTICE_WINDOW_DIFFERS, line=line, place=place)


def _same_questions(replayed: Replayed, agenda: Agenda, rules: Mapping[str, Any], uuid: str) -> None:
    notice = replayed.line(f"{_PREFIX}give-notice")
    told = [
        f"{each['uuid']}/{name}/{digest}"
        for each in notice.details["elections"]
        for name, digest in (
            *((question["id"], question["sha256"]) for question in each["questions"]),
            (ROLL, each["roll_sha256"]),
        )
    ]
    if told != notice.details["items"]:
        raise Refused(Refusal.LOG_DISAGREES, line=notice.seq, place="items")
    totals = [each for each in notice.details["elections"] if each["uuid"] == uuid]
    materials = {
        question["id"]: question["materials_sha256"]
        for each in totals
        for question in each["questions"]
        if "materials_sha256" in question
    }
    *questions, roll = named_items(uuid, agenda, agenda.terms or Terms(), rules["roll_sha256"], materials)
    for number, item in enumerate(questions, 1):
        if item not in told:
            raise Refused(Refusal.NOTICE_QUESTIONS_DIFFER, line=notice.seq, question=number)
    own = [item for item in told if item.startswith(f"{uuid}/")]
    if len(own) > len(questions) + 1:
        raise Refused(Refusal.NOTICE_QUESTIONS_DIFFER, line=notice.seq, question=len(questions) + 1)
    electorate = rules["electorate"]
    same = [each["owners"] == electorate.get("owners", electorate.get("heads")) for each in totals]
    same += [each["area_dm2"] == electorate.get("area_dm2", each["area_dm2"]) for each in totals]
    if roll not in told or not all(same):
        raise Refused(Refusal.NOTICE_ROLL_DIFFERS, line=notice.seq)


def _same_candidates(replayed: Replayed, agenda: Agenda, uuid: str) -> None:
    published = replayed.lines.get(f"{_PREFIX}publish-candidates")
    if published is None:
        return
    told = [each for each in published.details["candidates"] if each["election"] == uuid]
    contests = [each for each in agenda.questions if isinstance(each, CommitteeContest)]
    if [(each["question"], tuple(each["candidates"])) for each in told] != [
        (each.id, each.candidates) for each in contests
    ]:
        raise Refused(Refusal.CANDIDATES_DIFFER, line=published.seq)


def _same_window(replayed: Replayed, entries: Sequence[Entry]) -> None:
    """The board's own opening and closing, which the archives prove, within the assembly's."""
    times = {each.act: datetime.fromisoformat(each.time) for each in entries}
    if "election-closed" not in times:
        raise Refused(Refusal.BOARD_WINDOW_DIFFERS, line=len(replayed.entries), place="closes_at")
    opened, closed = times["election-opened"], times["election-closed"]
    notice, state = replayed.state.notice, replayed.state
    assert notice is not None
    assert state.opened_at is not None
    assert state.closed_at is not None
    if not state.opened_at <= opened < notice.closes_at:
        line = replayed.line(f"{_PREFIX}open").seq
        raise Refused(Refusal.BOARD_WINDOW_DIFFERS, line=line, place="opens_at")
    if closed < state.closed_at:
        line = replayed.line(f"{_PREFIX}close").seq
        raise Refused(Refusal.BOARD_WINDOW_DIFFERS, line=line, place="closes_at")


def _told_alike(replayed: Replayed, entries: Sequence[Entry], convening: Convening) -> None:
    """What the election's own log says of its assembly."""
    noticed = [each for each in entries if each.act == "notice-given"]
    if not noticed:
        raise Refused(Refusal.LOG_DISAGREES, line=len(entries), place="notice-given")
    notice = replayed.line(f"{_PREFIX}give-notice")
    for place in ("opens_at", "closes_at"):
        if noticed[-1].details[place] != notice.details[place]:
            raise Refused(Refusal.LOG_DISAGREES, line=noticed[-1].seq, place=place)
    extended = [each for each in entries if each.act == "election-extended"]
    moved = [each.details["closes_at"] for each in replayed.entries if each.act == f"{_PREFIX}extend"]
    if [each.details["closes_at"] for each in extended] != moved:
        line = extended[-1].seq if extended else len(entries)
        raise Refused(Refusal.LOG_DISAGREES, line=line, place="election-extended")
    for each in entries:
        if each.details.get("assembly", convening.uuid) != convening.uuid:
            raise Refused(Refusal.LOG_DISAGREES, line=each.seq, place="assembly")
    last = len(replayed.entries)
    opened, closed = (replayed.line(f"{_PREFIX}{act}").seq for act in ("open", "close"))
    spans = {"election-opened": (opened, closed), "election-closed": (closed, last + 1)}
    spans["record-exported"] = (0, last + 1)
    for each in entries:
        if each.act in spans:
            first, end = spans[each.act]
            if each.details.get("assembly_head") not in replayed.digests[first:end]:
                raise Refused(Refusal.LOG_DISAGREES, line=each.seq, place="assembly_head")
    if entries[-1].details.get("assembly_head") != replayed.digests[-1]:
        raise Refused(Refusal.LOG_DISAGREES, line=entries[-1].seq, place="assembly_head")
