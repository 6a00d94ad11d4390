"""Records in which single ballots were opened, with the auditors' part, changed by whoever holds the server.

The second voter's ballot was opened after the count: in one record an organiser asked and an auditor
approved, in another two of a circle's three trustees did; in a third the rules open every ballot to the
auditors. In two more that voter had voted again, and the last ballot is the one that was opened.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from bad_circles import dealt
from bad_revoting import AGENDAS, ONCE, recast
from forge import COUNTED, VOTERS, Files, Held, Holders, Json, Parts, compact, hold
from forge_export import Case, Seals, seal
from unsafe_randomness import unsafe_counted_randomness

from voting.protocol.ballot import VerifiedBallot, verify_ballot
from voting.protocol.encoding import decode, encode
from voting.protocol.group import ED25519
from voting.protocol.opening import OpenedBallot, OwnedShare, ballot_share
from voting.protocol.tally import PartialDecryption
from voting.services.opened import AuditorsBallot

ALONE, BY_CIRCLE, OPEN = "a ballot opened", "a ballot opened by a circle", "every ballot opened"
AGAIN, OPEN_AGAIN = "a ballot opened that replaced another", "every ballot opened that counts"
PDF = b"%PDF-1.4\n%%EOF\n"
ROLL = compact([[number, [f"1-1-{number}01"], area] for number, (_, area) in enumerate(VOTERS, 1)])
SECOND = 1  # whose ballot is opened, from 0
CHANGED = ((0, 0, 1), (0, 1))  # the same voter's second ballot, the fourth in the box
CHOICES = (((1, 0, 0), (1, 0)), ((0, 1, 0), (0, 0)), ((1, 0, 0), (0, 1)), CHANGED)
CAST_BY = (0, 1, 2, SECOND)  # whose each ballot is, from 0
Change = Callable[[Any], Any]


def same(value: Any) -> Any:
    """No change."""
    return value


@dataclass(frozen=True)
class Told:
    """What is changed of the opening; what the server pins is made to agree."""

    line: Change = same  # of the auditors' part, as JSON
    pinned: bool = True  # the log pins what the line is now
    log: Change = same  # the entries that tell of the opening
    files: Change = same
    every: Change = same  # the list of lines of an open election
    ballot: int | None = None  # which one is opened, from 0, if not the one that counts


@cache
def _parts(kind: str, secrecy: str) -> Parts:
    circle = dealt(ED25519) if kind == BY_CIRCLE else None
    shares = {"shares": (1, 2, 3)} if circle else {}
    again: dict[str, Any] = {}

    def rules(document: Json) -> Json:
        return document | {"secrecy": secrecy}

    if kind in (AGAIN, OPEN_AGAIN):
        later = recast(AGENDAS[ONCE], CHANGED, voter=SECOND, rules=rules)
        again = {
            "agenda": AGENDAS[ONCE],
            "ballots": lambda ballots: [*ballots, later],
            "counted": lambda ballots: [ballots[0], *ballots[2:]],
        }
    return hold(Held(group=ED25519, circle=circle, rules=rules, **shares, **again))  # type: ignore[arg-type]


@cache
def _opened(kind: str, secrecy: str, number: int, owners: tuple[int, ...]) -> bytes:
    """The line of a ballot, by its number from 0, opened by these owners."""
    parts = _parts(kind, secrecy)
    bodies = [records[0] for event, records in parts.events["owners"] if event == "Ballot"]
    ballot = verify_ballot(parts.election, bodies[number])
    secrets = Holders(ED25519, 1, dealt(ED25519) if kind == BY_CIRCLE else None).secrets
    shares = tuple(OwnedShare(owner, _share(parts, ballot, owner, secrets)) for owner in owners)
    opened = OpenedBallot(ballot.tracker, CHOICES[number], shares)
    return encode(AuditorsBallot(CAST_BY[number] + 1, opened))


def _share(parts: Parts, ballot: VerifiedBallot, owner: int, secrets: Mapping[int, int]) -> PartialDecryption:
    unsafe_counted_randomness(f"opening {owner} {ballot.tracker}")
    return ballot_share(parts.election, ballot, secrets[owner])


def _entry(actor: str, act: str, **details: Any) -> Json:
    return {"time": COUNTED, "actor": actor, "act": act, "details": details}


def _entries(kind: str, tracker: str, line: bytes) -> list[Json]:
    digest = hashlib.sha256(PDF).hexdigest()
    asked = {"opening": 1, "tracker": tracker, "reason": "业主本人申请", "attachment_sha256": digest}
    approved = (
        [
            _entry("甲", "opening-approved", opening=1, trustee=1),
            _entry("乙", "opening-approved", opening=1, trustee=2),
        ]
        if kind == BY_CIRCLE
        else [_entry("ju", "opening-approved", opening=1, role="auditor")]
    )
    return [
        _entry("wang", "opening-requested", **asked, role="organiser", attachment="pdf"),
        *approved,
        _entry(
            approved[-1]["actor"],
            "ballot-opened",
            **asked,
            requested_by="wang",
            proof_sha256=hashlib.sha256(line).hexdigest(),
        ),
    ]


def record(kind: str, told: Told | None = None, secrecy: str | None = None) -> Files:
    """The files of a record with its auditors' part."""
    told = told or Told()
    secrecy = secrecy or ("open" if kind in (OPEN, OPEN_AGAIN) else "confidential")
    owners = (1, 2, 3) if kind == BY_CIRCLE else (1,)
    files: Files = {"auditor/roll.json": ROLL}
    between: list[Json] = []
    counted: Json = {}
    if kind in (OPEN, OPEN_AGAIN):
        counted_ones = (0, 1, 2) if kind == OPEN else (0, 2, 3)
        lines = told.every([_opened(kind, secrecy, number, owners) for number in counted_ones])
        files["auditor/ballots.jsonl"] = b"".join(line + b"\n" for line in lines)
        counted = {"ballots_sha256": hashlib.sha256(files["auditor/ballots.jsonl"]).hexdigest()}
    else:
        last = len(CAST_BY) - 1 if kind == AGAIN else SECOND
        honest = _opened(kind, secrecy, last if told.ballot is None else told.ballot, owners)
        line = compact(told.line(json.loads(honest)))
        tracker = decode(AuditorsBallot, honest, "").ballot.tracker
        between = told.log(_entries(kind, tracker, line if told.pinned else honest))
        files |= {"auditor/openings.jsonl": line + b"\n", "auditor/attachment-1.pdf": PDF}

    def log(entries: list[Json]) -> list[Json]:
        for entry in entries:
            if entry["act"] == "election-counted":
                entry["details"] |= counted
        # After the count and before the export.
        return [*entries[:-1], *between, entries[-1]]

    return told.files(seal(_parts(kind, secrecy), Seals(log=log)) | files)  # type: ignore[no-any-return]


def bases() -> dict[str, Files]:
    """The good records."""
    return {kind: record(kind) for kind in (ALONE, BY_CIRCLE, OPEN, AGAIN, OPEN_AGAIN)}


def _case(title: str, refusal: str, place: Json, told: Told, kind: str = ALONE) -> Case:
    return Case(title, "server", record(kind, told), [(refusal, place)], kind)


def cases() -> Iterator[Case]:
    """Every one."""
    yield from _lines()
    yield from _logs()
    yield from _files()
    yield from _open()
    yield from _again()


def _at(*path: str | int) -> Callable[[object], Change]:
    """A change that puts a value at a path."""

    def put(value: object) -> Change:
        def apply(obj: Any) -> Any:
            place = obj
            for part in path[:-1]:
                place = place[part]
            place[path[-1]] = value
            return obj

        return apply

    return put


def _twice(said: Json) -> Json:
    said["ballot"]["shares"] *= 2
    return said


def _lines() -> Iterator[Case]:
    choices, proof = _at("ballot", "choices"), ("decryption", "decryption_proofs", 1, 1, "response")
    wrong = _at("ballot", "choices", 0)([1, 0, 0])
    changes: Sequence[tuple[str, str, Change, Json]] = (
        ("another choice", "opened-choices-mismatch", wrong, {"question": 1}),
        ("a question left out", "opened-choices-mismatch", choices([[0, 1, 0]]), {"question": 2}),
        (
            "another proof",
            "decryption-proof-invalid",
            _at("ballot", "shares", 0, *proof)("7"),
            {"trustee": 1, "question": 2, "choice": 2},
        ),
        ("an owner that is none", "trustee-not-in-election", _at("ballot", "shares", 0, "owner")(2), {}),
        ("a share twice", "opened-owner-invalid", _twice, {"trustee": 1}),
        ("no shares", "decryption-too-few", _at("ballot", "shares")([]), {"valid": 0, "needed": 1}),
        ("a voter of another area", "opening-voter-differs", _at("voter")(1), {"voter": 1}),
        ("a voter that is none", "opening-voter-differs", _at("voter")(9), {"voter": 9}),
        ("another ballot's tracker", "opened-other-ballot", _at("ballot", "tracker")("A" * 43), {}),
    )
    for name, refusal, change, place in changes:
        yield _case(f"opened ballot: {name}", refusal, {"opening": 1, **place}, Told(line=change))
    title = "opened ballot: not the one that the log pins"
    yield _case(title, "opening-not-logged", {"line": 1}, Told(line=wrong, pinned=False))


def _without(act: str) -> Change:
    return lambda log: [entry for entry in log if entry["act"] != act]


def _elsewhere(log: list[Json]) -> list[Json]:
    for entry in log:
        if "tracker" in entry["details"]:
            entry["details"]["tracker"] = "A" * 43
    return log


def _logs() -> Iterator[Case]:
    first = 6  # the line of the request
    for name, act, refusal, place in (
        (
            "opened without approval",
            "opening-approved",
            "opening-not-approved",
            {"opening": 1, "line": first + 1},
        ),
        ("opened and not logged", "ballot-opened", "opening-not-logged", {"line": 1}),
        (
            "opened without a request",
            "opening-requested",
            "log-disagrees",
            {"line": first, "place": "opening"},
        ),
    ):
        yield _case(f"log of openings: {name}", refusal, place, Told(log=_without(act)))
    for name, index, field, value in (
        ("approved by the role that asked", 1, "role", "organiser"),
        ("a request by nobody's role", 0, "role", "trustee"),
        ("a document of no kind", 0, "attachment", "exe"),
        ("another reason", 2, "reason", "别的理由"),
        ("another ballot", 2, "tracker", "A" * 43),
        ("asked by somebody else", 2, "requested_by", "li"),
    ):
        told = Told(log=_at(index, "details", field)(value))
        place = {"line": first + index, "place": field}
        yield _case(f"log of openings: {name}", "log-disagrees", place, told)
    title = "log of openings: a ballot that is in no box"
    yield _case(title, "opening-ballot-unknown", {"opening": 1}, Told(log=_elsewhere))
    title, told = "log of openings: one of the circle approved", Told(log=lambda log: [*log[:2], *log[3:]])
    yield _case(title, "opening-not-approved", {"opening": 1, "line": first + 2}, told, BY_CIRCLE)
    approver = _at(2, "details", "trustee")
    title = "log of openings: a share of one who did not approve"
    yield _case(title, "opening-not-approved", {"opening": 1}, Told(log=approver(3)), BY_CIRCLE)
    title, place = (
        "log of openings: one of the circle approved twice",
        {"line": first + 2, "place": "trustee"},
    )
    yield _case(title, "log-disagrees", place, Told(log=approver(1)), BY_CIRCLE)
    title, found = "log of openings: against the rules", [("opening-against-rules", {"line": first})]
    yield Case(title, "server", record(ALONE, secrecy="open"), found, ALONE)


def _lacking(name: str) -> Change:
    return lambda files: {each: body for each, body in files.items() if each != name}


def _put(name: str, change: Callable[[bytes], bytes]) -> Change:
    return lambda files: files | {name: change(files[name])}


def _files() -> Iterator[Case]:
    opened, document = "auditor/openings.jsonl", "auditor/attachment-1.pdf"
    for name in ("auditor/roll.json", opened, document):
        title = f"auditors' part: {name} missing"
        yield _case(title, "export-incomplete", {"name": name}, Told(files=_lacking(name)))
    for name in ("auditor/roll.json", document):
        changed = _put(name, lambda body: body.replace(b"1", b"2"))
        yield _case(
            f"auditors' part: {name} changed", "export-file-differs", {"name": name}, Told(files=changed)
        )
    title, emptied = "auditors' part: an opened ballot missing", _put(opened, lambda _: b"")
    yield _case(title, "opening-missing", {"opening": 1}, Told(files=emptied))
    title, cut = "auditors' part: no end of line", _put(opened, lambda body: body[:-1])
    yield _case(title, "json-malformed", {"what": opened}, Told(files=cut))


def _altered(index: int, change: Change) -> Change:
    return lambda lines: [
        compact(change(json.loads(line))) if number == index else line for number, line in enumerate(lines)
    ]


def _open() -> Iterator[Case]:
    wrong, exchanged = _at("ballot", "choices", 0)([0, 0, 1]), _at("voter")(2)
    changes: Sequence[tuple[str, Change, str, Json]] = (
        ("another choice", _altered(2, wrong), "opened-choices-mismatch", {"question": 1, "height": 3}),
        ("one left out", lambda lines: lines[:-1], "opening-missing", {"opening": 3, "height": 3}),
        ("one too many", lambda lines: [*lines, lines[-1]], "opening-not-logged", {"line": 4}),
        ("another order", lambda lines: lines[::-1], "opened-other-ballot", {"height": 1}),
        ("another voter", _altered(0, exchanged), "opening-voter-differs", {"voter": 2, "height": 1}),
    )
    for name, change, refusal, place in changes:
        yield _case(f"every ballot: {name}", refusal, place, Told(every=change), OPEN)
    name = "auditor/ballots.jsonl"
    told = Told(files=_put(name, lambda body: body + b"\n"))
    yield _case("every ballot: not what the count pinned", "export-file-differs", {"name": name}, told, OPEN)


def _again() -> Iterator[Case]:
    """What somebody chose before voting again is never opened."""
    title = "opened ballot: one that its voter has replaced"
    yield _case(title, "opening-superseded", {"opening": 1}, Told(ballot=SECOND), AGAIN)
    replaced = _opened(OPEN_AGAIN, "open", SECOND, (1,))
    for name, change, refusal, place in (
        (
            "the ballot that was replaced instead of the last",
            lambda lines: [lines[0], replaced, lines[1]],
            "opened-other-ballot",
            {"height": 3},
        ),
        (
            "the ballot that was replaced beside the last",
            lambda lines: [*lines, replaced],
            "opening-not-logged",
            {"line": 4},
        ),
        (
            "the last ballot left out",
            lambda lines: lines[:-1],
            "opening-missing",
            {"opening": 4, "height": 4},
        ),
    ):
        yield _case(f"every ballot that counts: {name}", refusal, place, Told(every=change), OPEN_AGAIN)
