"""Records of an election of an assembly whose steps, terms or log are not as they should be.

The good one: a roll, an objection and its decision, candidates, a notice, an extension with its reason. Who
holds the server can chain and sign another log afterwards; what the ballots signed stays as it was: the rules
with the digest of the notice. Only where the lie was there from the beginning (`from_the_beginning`) do the
rules tell it, too; then nobody votes.
"""

import copy
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from forge import AGENDA, CLOSED, OPENED, RECEIPT_KEY, UUID, Files, Held, Json, Parts, hold, rules, set_at
from forge_export import Case, Seals, lines, seal

from voting.protocol.group import ED25519
from voting.rules.agenda import agenda_from_json
from voting.rules.assembly import Effect, Meeting, Plan
from voting.rules.canonical import canonical_json
from voting.rules.convening import Convening, named_items, terms_in
from voting.rules.periods import Calendar
from voting.rules.presets import Override, Settings
from voting.rules.settings import Setting
from voting.services.assembly_log import ASSEMBLY_LOG
from voting.services.log_lines import signed_line

BASE, ASSEMBLY = "an assembly", "xH2SfY3bBGLmCp"
AWAY = "2026-05-07T08:00:00+08:00"  # the announced closing; the board closes a day later
CONVENED: Json = {**AGENDA, "closes_at": AWAY}
REASON = "街道书面答复：可以延期一次"
PLAN = Plan(
    Meeting.REGULAR,
    Settings("杭州", (Override(Setting.EXTENSION_IN_ELECTION, True, REASON),)),
    Calendar("Asia/Shanghai", (date(2026, 5, 1),)),
    Effect.PAPER_PRIMARY,
    elects_committee=True,
)
ROLL: Json = {"owners": 4, "area_dm2": 36320}
Change = Callable[[Any], Any]


def same(value: Any) -> Any:
    """No change."""
    return value


@dataclass(frozen=True)
class Told:
    """What is changed; each is given what would stand there."""

    entries: Change = same  # of the assembly's log, before they are chained
    lines: Change = same  # of the assembly's log
    log: Change = same  # entries of the election's log
    files: Change = same
    rules: Change = same  # the document, signed by nobody's ballots: nobody votes where the rules are changed
    convening: Change = same
    from_the_beginning: bool = False  # the rules name this log's notice


def _named() -> Json:
    """What the notice says of the election, and its items."""
    read = agenda_from_json(CONVENED)
    roll_sha256 = json.loads(rules(agenda=CONVENED))["roll_sha256"]
    items = named_items(UUID, read, terms_in(read.terms, PLAN), roll_sha256, {})
    questions = [
        {"id": asked.id, "text": asked.text, "sha256": item.split("/")[2]}
        for asked, item in zip(read.questions, items, strict=False)
    ]
    noticed = {
        "uuid": UUID,
        "title": CONVENED["title"],
        "scope": CONVENED["scope"],
        "questions": questions,
        **ROLL,
        "roll_sha256": roll_sha256,
    }
    return {
        "items": list(items),
        "elections": [noticed],
        "roll": {"version": 1, **ROLL, "roll_sha256": roll_sha256},
    }


def _entry(time: str, act: str, details: Json, actor: str = "wang") -> Json:
    return {"time": time, "actor": actor, "act": act, "details": details}


def entries() -> list[Json]:
    """The honest log of the assembly, up to its closing."""
    told = _named()
    contest = {"election": UUID, "question": "q2", "candidates": ["甲", "乙"]}
    totals = {**ROLL, "roll_sha256": told["roll"]["roll_sha256"]}
    window = {"opens_at": OPENED, "closes_at": "2026-05-07T00:00:00Z"}
    return [
        _entry(
            "2026-03-01T01:00:00Z",
            "assembly-planned",
            {
                "title": "测试小区业主大会",
                "convener": "筹备组",
                "meeting": "regular",
                "place": "杭州",
                "effect": "paper-primary",
                "zone": "Asia/Shanghai",
                "holidays": ["2026-05-01"],
                "elects_committee": True,
            },
        ),
        _entry(
            "2026-03-01T02:00:00Z",
            "assembly-setting-changed",
            {"setting": "extension-in-committee-election", "value": True, "was": False, "reason": REASON},
        ),
        _entry("2026-03-02T01:00:00Z", "assembly-publish-roll", {"register": 1, "version": 0, **totals}),
        _entry("2026-03-05T01:00:00Z", "assembly-object", {"about": "roll"}, "voter"),
        _entry(
            "2026-03-06T01:00:00Z",
            "roll-correction",
            {
                "version": 1,
                "reason": "面积少写了",
                **totals,
                "unit": "1-1-101",
                "removed": False,
                "objection": 1,
            },
        ),
        _entry("2026-03-06T02:00:00Z", "assembly-objection-answered", {"number": 1}),
        _entry(
            "2026-03-06T03:00:00Z",
            "assembly-decide-objection",
            {"number": 1, "upheld": True, "reason": "面积少写了"},
        ),
        _entry(
            "2026-03-10T01:00:00Z",
            "assembly-publish-candidates",
            {"candidates": [contest], "candidates_sha256": hashlib.sha256(b"candidates").hexdigest()},
        ),
        _entry("2026-04-10T01:00:00Z", "assembly-give-notice", {**told, **window}),
        _entry(OPENED, "assembly-open", {"items": told["items"]}, "clock"),
        _entry(
            "2026-05-06T01:00:00Z",
            "assembly-extend",
            {"closes_at": CLOSED, "reason": "还差几户没有投票"},
        ),
        _entry(CLOSED, "assembly-close", {}, "clock"),
    ]


@cache
def _honest() -> Parts:
    return hold(_held(lines(entries(), ASSEMBLY)))


def _held(log: list[bytes], told: Told | None = None) -> Held:
    """The election in whose rules the last notice of this log stands."""
    given = [line for line in log if json.loads(line)["act"] == "assembly-give-notice"]
    digest = hashlib.sha256(given[-1]).hexdigest() if given else "0" * 64
    convening = Convening(ASSEMBLY, "测试小区业主大会", "筹备组", PLAN, digest)
    if told is None:
        return Held(group=ED25519, agenda=CONVENED, convening=convening)
    return Held(
        group=ED25519,
        agenda=CONVENED,
        convening=told.convening(convening),
        rules=told.rules,
        ballots=lambda _: [],
    )


def record(told: Told | None = None) -> Files:
    """The files of a record with its assembly's log."""
    told = told or Told()
    chain: list[bytes] = told.lines(lines(told.entries(copy.deepcopy(entries())), ASSEMBLY))
    parts = hold(_held(chain, told)) if told.from_the_beginning else _honest()
    heads = [hashlib.sha256(line).hexdigest() for line in chain]
    acts = [json.loads(line)["act"] if line.startswith(b"{") else "" for line in chain]

    def head(act: str) -> str:
        return heads[acts.index(act)] if act in acts else heads[-1]

    def log(made: list[Json]) -> list[Json]:
        for entry in made:
            after = {
                "election-opened": "assembly-open",
                "election-closed": "assembly-close",
                "record-exported": "",
            }.get(entry["act"])
            if after is not None:
                entry["details"]["assembly_head"] = head(after) if after else heads[-1]
        window = {"opens_at": OPENED, "closes_at": "2026-05-07T00:00:00Z"}
        noticed = {"assembly": ASSEMBLY, "notice": 1, **window}
        moved = {
            "assembly": ASSEMBLY,
            "was": window["closes_at"],
            "closes_at": CLOSED,
            "reason": "还差几户没有投票",
        }
        made[0]["details"]["assembly"] = ASSEMBLY
        made.insert(1, _entry("2026-04-10T01:00:00Z", "notice-given", noticed))
        made[0]["time"] = "2026-03-01T03:00:00Z"
        made[2]["time"] = "2026-04-11T01:00:00Z"
        made.insert(4, _entry("2026-05-06T01:00:00Z", "election-extended", moved))
        changed: list[Json] = told.log(made)
        return changed

    def files(made: Files) -> Files:
        changed: Files = told.files(made | {ASSEMBLY_LOG: b"".join(line + b"\n" for line in chain)})
        return changed

    return seal(parts, Seals(log=log, files=files))


def bases() -> dict[str, Files]:
    """The good record."""
    return {BASE: record()}


def cases() -> Iterator[Case]:
    """Every one."""
    yield from _good()
    yield from _steps()
    yield from _plans()
    yield from _from_the_beginning()
    yield from _boards()
    yield from _lines()
    yield from _rules()


def _case(name: str, told: Told, refusal: str | None, by: str = "server", /, **place: Any) -> Case:
    found = [] if refusal is None else [(refusal, {"log": ASSEMBLY_LOG} | place)]
    return Case(name, by, record(told), found, BASE)


def _put(*path: str | int) -> Callable[[object], Change]:
    """A change that puts a value at a path of the entries."""

    def put(value: object) -> Change:
        return lambda made: set_at(".".join(map(str, path)), lambda _: value)({"e": made})["e"]

    return put


def _set(line: int, key: str, value: object) -> Change:
    """An entry's time, actor or act, or with a dot one of its details, from line 1."""
    return _put("e", line - 1, *key.split("."))(value)


def _both(*changes: Change) -> Change:
    def apply(made: Any) -> Any:
        for change in changes:
            made = change(made)
        return made

    return apply


def _without(*numbers: int) -> Change:
    return lambda made: [entry for i, entry in enumerate(made, 1) if i not in numbers]


def _after(line: int, *more: Json) -> Change:
    return lambda made: [*made[:line], *copy.deepcopy(more), *made[line:]]


def _good() -> Iterator[Case]:
    """What comes later is no matter of the vote."""
    later = [
        _entry("2026-05-08T02:00:00Z", "assembly-publish-preliminary", {}),
        _entry("2026-05-08T03:00:00Z", "assembly-object", {"about": "result"}, "voter"),
        _entry(
            "2026-05-08T04:00:00Z",
            "assembly-decide-objection",
            {"number": 2, "upheld": False, "reason": "票数无误"},
        ),
    ]
    later[2]["details"]["reason"] = "复核无误，予以驳回"
    yield _case("good: an assembly that has gone on", Told(entries=_after(12, *later)), None)
    upheld = [copy.deepcopy(each) for each in later]
    upheld[2]["details"]["upheld"] = True
    again = _entry("2026-05-09T01:00:00Z", "assembly-publish-preliminary", {"reason": "更正抄错的一户"})
    final = _entry("2026-05-16T16:00:00Z", "assembly-publish-final", {})
    yield _case(
        "good: a result that was put right and published again",
        Told(entries=_after(12, *upheld, again, final)),
        None,
    )
    yield _case(
        "good: two lines about letters between the notice and the opening",
        Told(
            entries=_after(
                9,
                _entry(
                    "2026-04-11T01:00:00Z",
                    "assembly-letters-issued",
                    {"letters": 4, "elections": [UUID], "credential_file_sha256": "a" * 64},
                ),
                _entry("2026-04-12T01:00:00Z", "assembly-letter-reprinted", {"letter": 2}),
            )
        ),
        None,
    )


def _steps() -> Iterator[Case]:
    """Steps that the clock does not allow, each where it was taken."""

    def step(name: str, change: Change, refusal: str, line: int, **place: Any) -> Case:
        return _case(name, Told(entries=change), refusal, line=line, **place)

    until, opens, closes = "2026-03-10 00:00", "2026-05-01 08:00", "2026-05-07 08:00"
    yield step(
        "a notice of fourteen days",
        _set(9, "time", "2026-04-15T16:00:00Z"),
        "notice-too-short",
        9,
        days=15,
        earliest="2026-05-03 00:00",
    )
    yield step(
        "an opening one second early",
        _set(10, "time", "2026-04-30T23:59:59Z"),
        "opening-too-early",
        10,
        opens_at=opens,
    )
    yield step(
        "an opening with less than the shortest window left",
        _set(10, "time", "2026-05-01T16:00:00Z"),
        "opening-too-late",
        10,
        days=5,
        closes_at=closes,
    )
    upheld = (
        _entry("2026-03-11T01:00:00Z", "assembly-object", {"about": "candidates"}, "voter"),
        _entry(
            "2026-03-12T01:00:00Z",
            "assembly-decide-objection",
            {"number": 2, "upheld": True, "reason": "有一位不是业主"},
        ),
    )
    yield step(
        "a list of candidates that an upheld objection did not change",
        _after(8, *upheld),
        "objection-unheeded",
        11,
        about="candidates",
        number=2,
    )
    of_result = (
        _entry("2026-05-08T02:00:00Z", "assembly-publish-preliminary", {}),
        _entry("2026-05-08T03:00:00Z", "assembly-object", {"about": "result"}, "voter"),
        _entry(
            "2026-05-08T04:00:00Z",
            "assembly-decide-objection",
            {"number": 2, "upheld": True, "reason": "反对票抄错一户"},
        ),
    )
    yield step(
        "a final result that an upheld objection did not change",
        _after(12, *of_result, _entry("2026-05-16T16:00:00Z", "assembly-publish-final", {})),
        "objection-unheeded",
        16,
        about="result",
        number=2,
    )
    yield step(
        "a result published again without anybody's objection",
        _after(
            12,
            of_result[0],
            _entry("2026-05-09T01:00:00Z", "assembly-publish-preliminary", {"reason": "再公布一次"}),
        ),
        "step-out-of-order",
        14,
        step="publish-preliminary",
        stage="preliminary-result",
    )
    yield step(
        "a closing one second early",
        _set(12, "time", "2026-05-07T23:59:59Z"),
        "closing-too-early",
        12,
        closes_at="2026-05-08 08:00",
    )
    again = _entry(
        "2026-05-06T02:00:00Z",
        "assembly-extend",
        {"closes_at": "2026-05-09T00:00:00Z", "reason": "再等几天吧"},
    )
    yield step("a second extension", _after(11, again), "extensions-used-up", 12, most=1)
    yield step(
        "an extension past the longest window",
        _set(11, "details.closes_at", "2026-06-30T16:00:01Z"),
        "window-too-long",
        11,
        days=60,
        latest="2026-07-01 00:00",
    )
    yield step("an extension of a committee's election", _without(2), "extension-in-election", 10)
    yield step(
        "an extension after the closing",
        _set(11, "time", "2026-05-07T00:00:00Z"),
        "extension-too-late",
        11,
        closes_at=closes,
    )
    yield step(
        "an extension that ends earlier",
        _set(11, "details.closes_at", "2026-05-06T23:59:59Z"),
        "extension-backwards",
        11,
        closes_at=closes,
    )
    yield step(
        "an extension without a reason", _set(11, "details.reason", "   "), "reason-missing", 11, least=5
    )
    yield step(
        "a notice while objections run",
        _both(_set(8, "time", "2026-03-08T01:00:00Z"), _set(9, "time", "2026-03-09T15:59:59Z")),
        "objections-running",
        9,
        about="roll",
        until=until,
    )
    yield step(
        "an objection that nobody decided", _without(7), "objections-undecided", 8, about="roll", count=1
    )
    yield step(
        "an upheld objection to the roll that changed nothing",
        _without(5),
        "objection-unheeded",
        8,
        about="roll",
        number=1,
    )
    yield step(
        "a correction for another objection than the one that was upheld",
        _set(5, "details.objection", 2),
        "objection-unheeded",
        9,
        about="roll",
        number=1,
    )
    yield step(
        "a correction before the objection that was upheld",
        lambda e: [*e[:3], e[4] | {"time": "2026-03-05T00:59:59Z"}, e[3], *e[5:]],
        "objection-unheeded",
        9,
        about="roll",
        number=1,
    )
    yield step(
        "an objection after its period",
        _set(4, "time", "2026-03-09T16:00:00Z"),
        "objection-too-late",
        4,
        about="roll",
        until=until,
    )
    yield step(
        "an objection before its period",
        _set(4, "details.about", "result"),
        "objection-too-early",
        4,
        about="result",
    )
    yield step(
        "an objection decided twice", lambda e: [*e[:7], e[6], *e[7:]], "objection-decided", 8, number=1
    )
    yield step(
        "a decision about no objection", _set(7, "details.number", 2), "objection-unknown", 7, number=2
    )
    yield step("a committee without published candidates", _without(8), "candidates-unpublished", 8)
    yield step(
        "a notice that names nothing",
        _both(_set(9, "details.items", []), _set(9, "details.elections", [])),
        "notice-without-items",
        9,
    )
    yield step(
        "an opening of what was not announced",
        lambda e: _set(10, "details.items", [*e[9]["details"]["items"], "q9"])(e),
        "item-not-announced",
        10,
        item="q9",
    )
    yield step(
        "an opening of less than was announced",
        lambda e: _set(10, "details.items", e[9]["details"]["items"][1:])(e),
        "item-left-out",
        10,
        item=entries()[9]["details"]["items"][0][:50],
    )
    yield step(
        "an opening without a notice",
        _without(9),
        "step-out-of-order",
        9,
        step="open",
        stage="roll-published",
    )
    yield step(
        "a roll published anew after the notice",
        lambda e: [*e[:9], e[2] | {"time": e[8]["time"]}, *e[9:]],
        "step-out-of-order",
        11,
        step="open",
        stage="roll-published",
    )
    yield step(
        "a second notice without a reason", lambda e: [*e[:9], e[8], *e[9:]], "reason-missing", 10, least=5
    )
    yield step(
        "a step dated before the last one",
        _set(8, "time", "2026-03-06T02:59:59Z"),
        "step-backwards",
        8,
        at="2026-03-06 11:00",
    )
    yield step("an assembly that never closed", _without(12), "step-missing", 11, step="close")
    yield step("an assembly that never opened", lambda e: e[:9], "step-missing", 9, step="open")


def _plans() -> Iterator[Case]:
    """Plans that are none, that were changed when they could not be, or that are not the rules'."""

    def plan(name: str, change: Change, refusal: str, line: int = 1, **place: Any) -> Case:
        return _case(name, Told(entries=change), refusal, line=line, **place)

    yield plan("an assembly that nobody planned", _without(1), "log-disagrees", place="assembly-planned")
    yield plan(
        "an assembly planned twice", lambda e: [e[0], *e], "log-disagrees", 2, place="assembly-planned"
    )
    yield plan("a place that nobody knows", _set(1, "details.place", "深圳"), "place-unknown", place="深圳")
    yield plan(
        "a time zone that nobody knows",
        _set(1, "details.zone", "Asia/Chang"),
        "zone-unknown",
        zone="Asia/Chang",
    )
    yield plan(
        "a kind of meeting that nobody knows",
        _set(1, "details.meeting", "secret"),
        "log-details-malformed",
        place="meeting",
    )
    yield plan(
        "a setting that nobody knows",
        _set(2, "details.setting", "days"),
        "log-details-malformed",
        2,
        place="setting",
    )
    yield plan(
        "a setting with a value that it cannot have",
        _set(2, "details.value", 3),
        "setting-value",
        2,
        setting="extension-in-committee-election",
    )
    yield plan(
        "another earlier value of a setting", _set(2, "details.was", True), "log-disagrees", 2, place="was"
    )
    yield plan(
        "a setting changed without a reason", _set(2, "details.reason", "可 以"), "reason-missing", 2, least=5
    )
    change = {"setting": "notice-days", "value": 1, "was": 15, "reason": "来不及了，少几天"}
    yield plan(
        "a shorter notice period after the notice",
        _after(9, _entry("2026-04-10T02:00:00Z", "assembly-setting-changed", change)),
        "setting-fixed",
        10,
        setting="notice-days",
    )
    yield plan(
        "no candidates, after they were published",
        _both(_set(1, "details.elects_committee", False), _without(2)),
        "no-committee-elected",
        7,
    )
    yield plan(
        "a period for objections that becomes shorter while it runs",
        _after(
            3,
            _entry(
                "2026-03-02T02:00:00Z",
                "assembly-setting-changed",
                {"setting": "roll-objection-days", "value": 6, "was": 7, "reason": "六天也就够了"},
            ),
        ),
        "setting-fixed",
        4,
        setting="roll-objection-days",
    )
    yield plan(
        "a setting by which the past was not allowed",
        _after(
            4,
            _entry(
                "2026-03-05T02:00:00Z",
                "assembly-setting-changed",
                {"setting": "roll-objection-days", "value": 1, "was": 7, "reason": "一天就够了吧"},
            ),
        ),
        "setting-fixed",
        5,
        setting="roll-objection-days",
    )
    differs = "assembly-differs"
    yield plan("an assembly by another title", _set(1, "details.title", "另一个会议"), differs, place="title")
    yield plan(
        "an assembly by another convener", _set(1, "details.convener", "居委会"), differs, place="convener"
    )
    yield plan("a special assembly", _set(1, "details.meeting", "special"), differs, place="meeting")
    yield plan(
        "an assembly that only advises", _set(1, "details.effect", "advisory"), differs, place="effect"
    )
    yield plan("an assembly without a holiday", _set(1, "details.holidays", []), differs, place="holidays")
    yield plan("an assembly elsewhere", _set(1, "details.place", "北京"), differs, place="place")
    yield plan(
        "another reason for a change", _set(2, "details.reason", "没有别的办法"), differs, place="changes"
    )
    yield plan(
        "an assembly in another zone", _set(1, "details.zone", "Asia/Hong_Kong"), differs, place="zone"
    )
    yield plan(
        "days that are not in order",
        _set(1, "details.holidays", ["2026-05-02", "2026-05-01"]),
        "rules-malformed",
        place="assembly.holidays",
    )


def _from_the_beginning() -> Iterator[Case]:
    """Whoever lies from the beginning has ballots that sign the lie's notice; the rest of it does not fit."""
    yield _case(
        "a log rewritten before the notice", Told(entries=_set(3, "actor", "zhao")), "notice-differs", line=9
    )

    def begun(name: str, change: Change, refusal: str, line: int = 9, **place: Any) -> Case:
        return _case(name, Told(entries=change, from_the_beginning=True), refusal, line=line, **place)

    def both(made: list[Json], change: Callable[[Json], object]) -> list[Json]:
        """In the notice, and what is opened is what it names."""
        notice = made[8]["details"]
        change(notice)
        notice["items"] = [
            f"{each['uuid']}/{name}/{digest}"
            for each in notice["elections"]
            for name, digest in (
                *((asked["id"], asked["sha256"]) for asked in each["questions"]),
                ("roll", each["roll_sha256"]),
            )
        ]
        made[9]["details"]["items"] = notice["items"]
        return made

    def noticed(key: str, value: object) -> Change:
        return lambda made: both(made, lambda notice: notice["elections"][0].update({key: value}))

    def asked(number: int, value: str) -> Change:
        return lambda made: both(
            made, lambda notice: notice["elections"][0]["questions"][number].update({"sha256": value})
        )

    other = "0" * 64
    window = "notice-window-differs"
    yield begun(
        "a notice with another opening",
        _set(9, "details.opens_at", "2026-04-30T23:00:00Z"),
        window,
        place="opens_at",
    )
    yield begun(
        "a notice with another closing",
        _set(9, "details.closes_at", "2026-05-06T23:00:00Z"),
        window,
        place="closes_at",
    )
    questions = "notice-questions-differ"
    yield begun("a notice with another motion", asked(0, other), questions, question=1)
    yield begun("a notice with other candidates", asked(1, other), questions, question=2)
    more = {"id": "q3", "text": "还有一题", "sha256": other}
    yield begun(
        "a notice with a question more",
        lambda made: both(made, lambda notice: notice["elections"][0]["questions"].append(more)),
        questions,
        question=3,
    )
    yield begun("a notice with another roll", noticed("roll_sha256", other), "notice-roll-differs")
    yield begun("a notice with more owners", noticed("owners", 5), "notice-roll-differs")
    yield begun("a notice with less area", noticed("area_dm2", 1), "notice-roll-differs")
    yield begun(
        "a notice that names other items than it tells",
        _set(9, "details.elections.0.questions", []),
        "log-disagrees",
        place="items",
    )
    yield begun(
        "other candidates than were published",
        _set(8, "details.candidates.0.candidates", ["甲", "丙"]),
        "candidates-differ",
        8,
    )


def _boards() -> Iterator[Case]:
    """A ballot box that was open at other times, and an election's log that tells of another assembly."""
    differs = "board-window-differs"
    yield _case(
        "a ballot box opened before the assembly",
        Told(entries=_set(10, "time", "2026-05-01T00:00:01Z")),
        differs,
        line=10,
        place="opens_at",
    )
    yield _case(
        "a ballot box closed before the assembly",
        Told(entries=_set(12, "time", "2026-05-08T00:00:01Z")),
        differs,
        line=12,
        place="closes_at",
    )

    def told(name: str, change: Change, line: int, place: str) -> Case:
        return Case(
            name,
            "server",
            record(Told(log=change)),
            [("log-disagrees", {"line": line, "place": place})],
            BASE,
        )

    other = "0" * 64
    yield told("an election that knows of no notice", _without(2), 7, "notice-given")
    yield told(
        "an election with another announced closing", _set(2, "details.closes_at", CLOSED), 2, "closes_at"
    )
    yield told("an election that knows of no extension", _without(5), 7, "election-extended")
    yield told(
        "an election that was extended longer",
        _set(5, "details.closes_at", "2026-05-08T01:00:00Z"),
        5,
        "election-extended",
    )
    yield told("an election of another assembly", _set(1, "details.assembly", "1" * 14), 1, "assembly")
    for line, name in ((4, "opened"), (6, "closed"), (8, "exported")):
        yield told(
            f"an election {name} beside another assembly's log",
            _set(line, "details.assembly_head", other),
            line,
            "assembly_head",
        )
    yield told(
        "an election opened after the assembly's closing",
        lambda e: _set(4, "details.assembly_head", e[5]["details"]["assembly_head"])(e),
        4,
        "assembly_head",
    )
    yield told(
        "an election closed before the assembly's closing",
        lambda e: _set(6, "details.assembly_head", e[3]["details"]["assembly_head"])(e),
        6,
        "assembly_head",
    )
    yield told(
        "an export with an older head",
        lambda e: _set(8, "details.assembly_head", e[3]["details"]["assembly_head"])(e),
        8,
        "assembly_head",
    )
    yield Case(
        "an export without the assembly's log",
        "nobody",
        record(Told(files=lambda made: {name: body for name, body in made.items() if name != ASSEMBLY_LOG})),
        [("export-incomplete", {"name": ASSEMBLY_LOG})],
        BASE,
    )


def _lines() -> Iterator[Case]:
    """The lines themselves."""

    def changed(name: str, change: Change, refusal: str, by: str, line: int, **place: Any) -> Case:
        return _case(name, Told(lines=change), refusal, by, line=line, **place)

    def put(number: int, change: Callable[[Json], bytes]) -> Change:
        """The changed line, and after it all of them chained and signed again."""

        def apply(made: list[bytes]) -> list[bytes]:
            again: list[bytes] = []
            for seq, line in enumerate(made, 1):
                previous = hashlib.sha256(again[-1]).hexdigest() if again else "0" * 64
                unsigned = without_signature(json.loads(line)) | {"previous": previous}
                again.append(
                    change(unsigned) if seq == number else signed_line(ASSEMBLY, unsigned, RECEIPT_KEY)
                )
            return again

        return apply

    def without_signature(entry: Json) -> Json:
        return {key: value for key, value in entry.items() if key != "signature"}

    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32))
    yield changed(
        "an assembly's line without a signature",
        put(3, canonical_json),
        "log-unsigned",
        "nobody",
        3,
    )
    yield changed(
        "an assembly's line signed by a stranger",
        put(9, lambda e: signed_line(ASSEMBLY, e, stranger)),
        "log-signature-invalid",
        "nobody",
        9,
    )
    yield changed(
        "an assembly's log signed as the election's",
        put(9, lambda e: signed_line(UUID, e, RECEIPT_KEY)),
        "log-signature-invalid",
        "nobody",
        9,
    )
    yield changed("an assembly's line taken out", lambda x: [*x[:3], *x[4:]], "log-broken", "nobody", 4)
    yield _case(
        "an act of an election in the assembly's log",
        Told(entries=_after(9, _entry("2026-04-11T01:00:00Z", "key-destroyed", {}))),
        "log-act-unknown",
        line=10,
        act="key-destroyed",
    )
    yield _case(
        "an extension without its day",
        Told(entries=lambda e: [*e[:10], e[10] | {"details": {"reason": "还差几户没有投票"}}, *e[11:]]),
        "log-details-malformed",
        line=11,
        place="closes_at",
    )
    yield _case(
        "an assembly's log without its last line feed",
        Told(files=lambda made: made | {ASSEMBLY_LOG: made[ASSEMBLY_LOG][:-1]}),
        "log-broken",
        "nobody",
        line=12,
    )
    yield _case(
        "an assembly's log that is empty",
        Told(files=lambda made: made | {ASSEMBLY_LOG: b""}),
        "log-broken",
        "nobody",
        line=1,
    )


def _rules() -> Iterator[Case]:
    """Rules that no assembly has; nobody votes by them."""

    def signed(name: str, change: Change, refusal: str, **place: Any) -> Case:
        told = Told(rules=change, from_the_beginning=True)
        return Case(name, "server", record(told), [(refusal, place)], BASE)

    def put(key: str, value: object) -> Change:
        return set_at(f"assembly.{key}", lambda _: value)

    malformed = "rules-malformed"
    yield signed(
        "rules that let the city's own system be passed by",
        lambda r: set_at("terms.effect", lambda _: "official")(put("place", "北京")(r)),
        "official-elsewhere",
    )
    yield signed(
        "rules with more revoting than the place has",
        lambda r: r | {"revoting": "once"},
        "revoting-not-in-place",
        title=CONVENED["title"],
        revoting="none",
    )
    yield signed(
        "rules with a committee that the place does not have",
        put("place", "全国"),
        "committee-size",
        size=3,
        least=5,
        most=11,
    )
    yield signed(
        "rules with alternates that the place does not have",
        lambda r: set_at("questions.1.alternates", lambda _: 1)(put("place", "上海")(r)),
        "alternates-too-many",
        alternates=1,
        most=0,
    )
    yield signed(
        "rules by which a committee stands that the place does not let",
        lambda r: set_at("questions.1.stands_incomplete", lambda _: True)(put("place", "北京")(r)),
        "incomplete-not-in-place",
    )
    yield signed(
        "rules with an assembly of no place", put("place", "深圳"), malformed, place="assembly.place"
    )
    yield signed(
        "rules with a notice of no digest",
        put("notice_sha256", "0"),
        malformed,
        place="assembly.notice_sha256",
    )
    yield signed(
        "rules of an assembly that elects nobody",
        put("elects_committee", False),
        malformed,
        place="assembly.elects_committee",
    )
    change = {"setting": "notice-days", "value": 15, "reason": "与规定的一样多"}
    yield signed(
        "rules that change a value to what it is", put("changes", [change]), malformed, place="assembly"
    )
    yield signed(
        "rules that change a value without a reason",
        put("changes", [change | {"value": 20, "reason": ""}]),
        "reason-missing",
        least=5,
    )
    yield signed(
        "rules with more of an assembly",
        lambda r: r | {"assembly": r["assembly"] | {"note": ""}},
        "agenda-field-unknown",
        place="assembly.note",
    )
    yield signed(
        "rules with an assembly that is null", lambda r: r | {"assembly": None}, malformed, place="assembly"
    )
    yield Case(
        "rules without the assembly that the log tells of",
        "server",
        record(Told(convening=lambda _: None, from_the_beginning=True)),
        [("log-disagrees", {"line": 1, "place": "assembly"})],
        BASE,
    )
    yield _case(
        "an assembly whose rules tell another title",
        Told(convening=lambda c: replace(c, title="另一个会议"), from_the_beginning=True),
        "assembly-differs",
        line=1,
        place="title",
    )
