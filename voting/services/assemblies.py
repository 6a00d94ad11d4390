"""What organisers do with an assembly: plan it, publish, give notice, extend, publish the result, file.

Each act is one step of the clock in `rules`, kept with what was fixed at it. Opening and closing are nobody's
act: see `clockwork`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from voting.errors import Refusal, Refused
from voting.protocol.election import new_uuid
from voting.rules import clock
from voting.rules.agenda import agenda_from_json, agenda_to_json
from voting.rules.assembly import Act, Effect, Meeting, Phase, Plan, Step, plan_from_json, to_json
from voting.rules.canonical import canonical_json
from voting.rules.convening import effect_obstacles
from voting.rules.periods import LEGAL_ZONE, Calendar
from voting.rules.presets import Settings
from voting.rules.questions import SURNAME_STROKES
from voting.rules.settings import Scalar, Setting
from voting.services import log
from voting.services.assembly_notice import notice_facts, notice_obstacles, totals
from voting.services.assembly_roll import COUNTED, assembly_voters, version
from voting.services.assembly_state import (
    Held,
    candidates_digest,
    held,
    items,
    take,
)
from voting.services.candidate_list import fill_contest
from voting.services.phases import require_reason
from voting.services.registers import estate_row
from voting.services.roll_corrections import carry_over
from voting.services.site import Actor, Site
from voting.services.views import Phase as ElectionPhase
from voting.services.wire import iso
from voting.store import assemblies as rows
from voting.store import elections as election_rows
from voting.store.elections import ElectionRow
from voting.store.engine import Transaction

LONGEST_NAME = 100  # characters; the same as an agenda allows


@dataclass(frozen=True)
class Planned:
    """What an organiser says of a new assembly; `holidays` are statutory ones, for the ends of periods."""

    title: str
    convener: str
    meeting: Meeting
    place: str
    effect: Effect = Effect.PAPER_PRIMARY
    elects_committee: bool = False
    zone: str = LEGAL_ZONE
    holidays: tuple[date, ...] = ()


def plan_assembly(site: Site, estate_id: int, planned: Planned, actor: Actor, now: datetime) -> str:
    """Plan an assembly of an estate and return its uuid; its roll begins as the last one left it.

    Refuses ASSEMBLY_NAME_INVALID(most), PLACE_UNKNOWN, ZONE_UNKNOWN and ESTATE_UNKNOWN.
    """
    title, convener = planned.title.strip(), planned.convener.strip()
    for name in (title, convener):
        if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
            raise Refused(Refusal.ASSEMBLY_NAME_INVALID, most=LONGEST_NAME)
    plan = Plan(
        planned.meeting,
        Settings(planned.place),
        Calendar(planned.zone, tuple(sorted(set(planned.holidays)))),
        planned.effect,
        planned.elects_committee,
    )
    plan_from_json(to_json(plan))
    clock.begin(plan)
    uuid = new_uuid()
    with site.store.write() as tx:
        estate_row(tx, estate_id)
        written = canonical_json(to_json(plan)).decode()
        rows.add_assembly(
            tx, uuid, estate_id=estate_id, title=title, convener=convener, plan=written, created_at=now
        )
        details = {
            "title": title,
            "convener": convener,
            "meeting": plan.meeting.value,
            "place": planned.place,
            "effect": plan.effect.value,
            "zone": planned.zone,
            "holidays": [day.isoformat() for day in plan.calendar.holidays],
            "elects_committee": plan.elects_committee,
        }
        log.append(site, tx, uuid, actor.name, "assembly-planned", details, now)
        carry_over(site, tx, uuid, actor, now)
    return uuid


def change_setting(
    site: Site, uuid: str, setting: Setting, value: Scalar, reason: str, actor: Actor, now: datetime
) -> None:
    """Change one value of the place's preset, before the notice.

    Refuses ASSEMBLY_UNKNOWN, SETTING_VALUE(setting), REASON_MISSING(least), and SETTING_FIXED(setting) once
    the notice is given, where a period that was published would become shorter, or where a step that was
    taken would not have been allowed.
    """
    reason = require_reason(reason)
    with site.store.write() as tx:
        assembly = held(tx, uuid, to_change=True)
        plan = assembly.state.plan
        changed = replace(plan, settings=plan.settings.changed(setting, value, reason))
        if assembly.state.phase not in (Phase.DRAFT, Phase.ROLL_PUBLISHED):
            raise Refused(Refusal.SETTING_FIXED, setting=setting.value)
        try:
            clock.replanned(assembly.state, changed)
        except Refused:
            raise Refused(Refusal.SETTING_FIXED, setting=setting.value) from None
        rows.change(tx, uuid, plan=canonical_json(to_json(changed)).decode())
        details = {"setting": setting.value, "value": value, "was": plan.settings[setting], "reason": reason}
        log.append(site, tx, uuid, actor.name, "assembly-setting-changed", details, now)


def publish_roll(site: Site, uuid: str, reason: str, actor: Actor, now: datetime) -> None:
    """Publish the roll of the estate's newest register, or publish it anew: objections run again, and a
    notice that was given is taken back.

    Refuses OFFICIAL_ELSEWHERE, REGISTER_MISSING, ROLL_EMPTY, LETTERS_OUT(title), REASON_MISSING for every
    time but the first, and what the clock refuses.
    """
    with site.store.write() as tx:
        assembly = held(tx, uuid, to_change=True)
        for refused in effect_obstacles(assembly.state.plan):
            raise refused
        register_id = estate_row(tx, assembly.row.estate_id).register_id
        if register_id is None:
            raise Refused(Refusal.REGISTER_MISSING)
        _require_no_letters(election_rows.elections_of(tx, uuid))
        row = replace(assembly.row, register_id=register_id)
        voters = assembly_voters(tx, row, COUNTED)
        if not voters:
            raise Refused(Refusal.ROLL_EMPTY)
        why = require_reason(reason) if assembly.state.roll_at is not None else ""
        facts = {"register": register_id, "version": version(tx, row), **totals(voters)}
        step = Step(Act.PUBLISH_ROLL, now, reason=why)
        take(site, tx, assembly, step, actor.name, facts, register_id=register_id)


def publish_candidates(site: Site, uuid: str, reason: str, actor: Actor, now: datetime) -> None:
    """Publish the candidates as the elections' agendas list them; anew with a reason. Where there are
    nominations, the list comes from them, into the agenda.

    Refuses CANDIDATES_MISSING without any, what `candidate_list.fill_contest` refuses, LETTERS_OUT(title),
    REASON_MISSING, and what the clock refuses.
    """
    with site.store.write() as tx:
        assembly = held(tx, uuid, to_change=True)
        elections = fill_contest(site, tx, assembly, election_rows.elections_of(tx, uuid), actor, now)
        listed = _candidates(elections)
        if assembly.state.plan.elects_committee and not listed:
            raise Refused(Refusal.CANDIDATES_MISSING)
        _require_no_letters(elections)
        why = require_reason(reason) if assembly.state.candidates_at is not None else ""
        facts = {"candidates": listed, "candidates_sha256": candidates_digest(elections)}
        take(site, tx, assembly, Step(Act.PUBLISH_CANDIDATES, now, reason=why), actor.name, facts)


def give_notice(
    site: Site, uuid: str, opens_at: datetime, closes_at: datetime, reason: str, actor: Actor, now: datetime
) -> None:
    """Give notice of every question, the rolls and the window, or a new one with its reason.

    The elections take its times; its items bind their content by digest. Refuses NOTICE_WITHOUT_ITEMS,
    LETTERS_OUT(title), OFFICIAL_ELSEWHERE, CANDIDATES_CHANGED, OBJECTION_UNHEEDED(about, number) where the
    roll was not corrected, COMMITTEE_SIZE, ALTERNATES_TOO_MANY, INCOMPLETE_…, ROLL_EMPTY, what
    `vacancy_obstacles` refuses, and what the clock refuses.
    """
    opens_at, closes_at = (time.astimezone(UTC).replace(microsecond=0) for time in (opens_at, closes_at))
    with site.store.write() as tx:
        assembly = held(tx, uuid, to_change=True)
        for refused in notice_obstacles(tx, assembly):
            raise refused
        elections = election_rows.elections_of(tx, uuid)
        again = any(step.act == Act.GIVE_NOTICE.value for step in assembly.steps)
        named = items(tx, assembly.row, elections)
        why = require_reason(reason) if again else ""
        step = Step(
            Act.GIVE_NOTICE,
            now,
            tuple(item.key for item in named),
            opens_at=opens_at,
            closes_at=closes_at,
            reason=why,
        )
        facts = notice_facts(tx, assembly, elections)
        state = take(site, tx, assembly, step, actor.name, facts)
        assert state.notice is not None
        for election in elections:
            agenda = agenda_from_json(json.loads(election.agenda))
            timed = agenda_to_json(replace(agenda, opens_at=opens_at, closes_at=closes_at))
            values = {
                "agenda": json.dumps(timed, ensure_ascii=False),
                "opens_at": opens_at,
                "closes_at": closes_at,
            }
            if not election_rows.move(tx, election.uuid, ElectionPhase.DRAFT, values, issued=False):
                raise Refused(Refusal.LETTERS_OUT, title=election.title)
            details = {
                "assembly": uuid,
                "notice": state.notice.number,
                "opens_at": iso(opens_at),
                "closes_at": iso(closes_at),
            }
            log.append(site, tx, election.uuid, actor.name, "notice-given", details, now)


def extend(site: Site, uuid: str, closes_at: datetime, reason: str, actor: Actor, now: datetime) -> None:
    """Move the closing, for everyone, with a reason; the elections follow in the same transaction.

    Refuses REASON_MISSING and what the clock refuses: more extensions or days than the place allows, an
    earlier closing, any for a committee where the place does not allow it.
    """
    closes_at = closes_at.astimezone(UTC).replace(microsecond=0)
    reason = require_reason(reason)
    with site.store.write() as tx:
        assembly = held(tx, uuid, to_change=True)
        take(site, tx, assembly, Step(Act.EXTEND, now, closes_at=closes_at, reason=reason), actor.name)
        for election in election_rows.elections_of(tx, uuid):
            if election_rows.move(tx, election.uuid, ElectionPhase.OPEN, {"closes_at": closes_at}):
                details = {
                    "assembly": uuid,
                    "was": iso(election.closes_at),
                    "closes_at": iso(closes_at),
                    "reason": reason,
                }
                log.append(site, tx, election.uuid, actor.name, "election-extended", details, now)


def publish_preliminary(site: Site, uuid: str, actor: Actor, now: datetime, reason: str = "") -> None:
    """Publish the outcome of every election at once; objections to it run from now on. Once more, with a
    reason that says what was put right, where an objection to it was upheld.

    Refuses ELECTIONS_NOT_COUNTED(count), REASON_MISSING for every time but the first, and what the clock
    refuses.
    """
    with site.store.write() as tx:
        assembly = held(tx, uuid, to_change=True)
        for refused in result_obstacles(tx, assembly):
            raise refused
        why = require_reason(reason) if assembly.state.preliminary_at is not None else ""
        take(site, tx, assembly, Step(Act.PUBLISH_PRELIMINARY, now, reason=why), actor.name)
        for election in election_rows.elections_of(tx, uuid):
            values = {"phase": ElectionPhase.PUBLISHED, "published_at": now}
            if election_rows.move(tx, election.uuid, ElectionPhase.COUNTED, values):
                log.append(site, tx, election.uuid, actor.name, "election-published", {"assembly": uuid}, now)


def result_obstacles(tx: Transaction, assembly: Held) -> list[Refused]:
    """What stands against publishing the result beside the clock."""
    uncounted = [
        each
        for each in election_rows.elections_of(tx, assembly.uuid)
        if each.phase in (ElectionPhase.OPEN, ElectionPhase.CLOSED)
    ]
    return [Refused(Refusal.ELECTIONS_NOT_COUNTED, count=len(uncounted))] if uncounted else []


def publish_final(site: Site, uuid: str, actor: Actor, now: datetime) -> None:
    """The result is final: objections to it are over and decided. Refuses what the clock refuses."""
    _plain(site, uuid, Act.PUBLISH_FINAL, actor, now)


def file(site: Site, uuid: str, actor: Actor, now: datetime) -> None:
    """The papers were filed with the street office. Refuses what the clock refuses."""
    _plain(site, uuid, Act.FILE, actor, now)


def _plain(site: Site, uuid: str, act: Act, actor: Actor, now: datetime) -> None:
    with site.store.write() as tx:
        take(site, tx, held(tx, uuid, to_change=True), Step(act, now), actor.name)


def _require_no_letters(elections: Sequence[ElectionRow]) -> None:
    for election in elections:
        if election.issued_at is not None:
            raise Refused(Refusal.LETTERS_OUT, title=election.title)


def _candidates(elections: Sequence[ElectionRow]) -> list[dict[str, Any]]:
    return [
        {
            "election": election.uuid,
            "question": asked["id"],
            "candidates": asked["candidates"],
            # Said only where it is not the usual one, as in the agenda.
            **({"order": asked["order"]} if asked.get("order") == SURNAME_STROKES else {}),
        }
        for election in elections
        for asked in json.loads(election.agenda)["questions"]
        if asked["kind"] == "committee"
    ]
