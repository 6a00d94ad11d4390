"""The auditors' part of a record, checked: single ballots with their choices, and the log of their opening.

The log is public and tells of every opening: asked for, approved, opened. What was chosen stands in files
that only auditors get:

- `auditor/roll.json`: `[[number, [units], area]]`, whose SHA-256 is the rules' `roll_sha256`;
- `auditor/openings.jsonl`: one opened ballot a line, each pinned by its `ballot-opened` entry;
- `auditor/attachment-<opening>.<kind>`: the documents, pinned by the requests;
- `auditor/ballots.jsonl`: in an open election every ballot that counts, in the board's order, pinned by the
  count;
- `auditor/deemed.jsonl`: where silence counts by the rules of procedure, who was counted so, pinned by the
  count.

A ballot that its voter has replaced by a later one counts for nothing and is never opened.

That a ballot is a certain voter's is the server's word; checked is that the voter's area is the ballot's
weight.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from voting.errors import Refusal, Refused, placed
from voting.protocol.ballot import tracker, unsafe_ballot
from voting.protocol.election import ElectionContext
from voting.protocol.encoding import decode
from voting.protocol.opening import verify_opened
from voting.protocol.trustees import VerifiedTrustees
from voting.rules.secrecy import Secrecy
from voting.services.deemed_lines import Roll, verify_silent
from voting.services.log_lines import Entry
from voting.services.opened import AuditorsBallot

ROLL, OPENINGS, BALLOTS = "auditor/roll.json", "auditor/openings.jsonl", "auditor/ballots.jsonl"
DEEMED = "auditor/deemed.jsonl"
_ATTACHMENT = re.compile(r"auditor/attachment-[1-9][0-9]{0,5}\.(?:pdf|png|jpg)")
_ACTS = ("opening-requested", "opening-approved", "opening-declined", "ballot-opened")
_PINNED = ("tracker", "reason", "attachment_sha256")
_ROLES = ("organiser", "auditor")


@dataclass
class LoggedOpening:
    """A request as the log tells it; `approved` holds trustees' numbers, or the one account's name."""

    number: int
    asked: Entry
    approved: list[str | int] = field(default_factory=list)
    declined: list[str | int] = field(default_factory=list)
    failed: bool = False
    opened: Entry | None = None

    @property
    def attachment(self) -> str:
        """The name of its document in the auditors' part."""
        return attachment_name(self.number, str(self.asked.details.get("attachment")))


@dataclass(frozen=True)
class Board:
    """What the verified archives know: `ballots` reads them again, in order, `counted` says 1 of each that
    counts, and `weight` is a credential's area in 0.01 m²."""

    election: ElectionContext
    trustees: VerifiedTrustees
    ballots: Callable[[], Iterable[bytes]]
    counted: bytes
    weight: Callable[[str], int | None]


def attachment_name(number: int, kind: str) -> str:
    """`auditor/attachment-3.pdf`."""
    return f"auditor/attachment-{number}.{kind}"


def is_auditors(name: str) -> bool:
    """Whether a file of this name belongs to the auditors' part."""
    return name in (ROLL, OPENINGS, BALLOTS, DEEMED) or _ATTACHMENT.fullmatch(name) is not None


def auditors_files(
    rules: Mapping[str, Any], entries: Iterable[Entry], told: Iterable[LoggedOpening]
) -> set[str]:
    """The names that the auditors' part of a record can have."""
    ballots = {BALLOTS} if rules["secrecy"] == Secrecy.OPEN else set()
    deemed = {DEEMED} if tells_of_silence(entries) is not None else set()
    return {ROLL, OPENINGS, *ballots, *deemed, *(each.attachment for each in told)}


def tells_of_silence(entries: Iterable[Entry]) -> Entry | None:
    """The count's line, where it tells that silent voters were counted."""
    return next(
        (each for each in entries if each.act == "election-counted" and "deemed" in each.details), None
    )


def tells_of_openings(entries: Iterable[Entry]) -> bool:
    """Whether anybody ever asked for a ballot."""
    return any(entry.act in _ACTS for entry in entries)


def verify_openings_told(
    entries: Sequence[Entry], rules: Mapping[str, Any], trustees: VerifiedTrustees
) -> tuple[LoggedOpening, ...]:
    """Every request in the log, each opened one with the approvals that the election's trustees ask for.

    Raises `Refused` OPENING_AGAINST_RULES, OPENING_NOT_APPROVED and LOG_DISAGREES with the line.
    """
    closed = next((entry.seq for entry in entries if entry.act == "election-closed"), len(entries) + 1)
    told: list[LoggedOpening] = []
    for entry in entries:
        if entry.act not in _ACTS:
            continue
        if rules["secrecy"] != Secrecy.CONFIDENTIAL:
            raise Refused(Refusal.OPENING_AGAINST_RULES, line=entry.seq)
        if entry.seq < closed:
            raise _disagrees(entry, "election-closed")
        number = entry.details.get("opening")
        if type(number) is not int:
            raise _disagrees(entry, "opening")
        if entry.act == "opening-requested":
            told.append(_asked(entry, number, told))
            continue
        request = next((each for each in told if each.number == number), None)
        if request is None or request.opened is not None or request.failed:
            raise _disagrees(entry, "opening")
        if entry.act == "ballot-opened":
            _opened(entry, request, trustees)
        else:
            _answered(entry, request, trustees)
    return tuple(told)


def verify_auditors_part(
    found: Mapping[str, bytes],
    board: Board,
    rules: Mapping[str, Any],
    entries: Sequence[Entry],
    told: Sequence[LoggedOpening],
) -> dict[str, Any]:
    """The files of the auditors' part that tell of ballots; returns how many were opened.

    Raises `Refused` EXPORT_INCOMPLETE and EXPORT_FILE_DIFFERS with the name, JSON_*, OPENING_NOT_LOGGED with
    the line, OPENING_MISSING, OPENING_BALLOT_UNKNOWN, OPENING_SUPERSEDED, OPENING_NOT_APPROVED and
    OPENING_VOTER_DIFFERS with the opening, or the height, and what `verify_opened` refuses.
    """
    roll = _roll(found, rules)
    # Where area is not counted, everybody weighs one.
    counted = "area_dm2" in rules["electorate"]
    areas = {number: area if counted else 1 for number, (_, area) in roll.items()}
    for each in told:
        if each.attachment not in found:
            raise Refused(Refusal.EXPORT_INCOMPLETE, name=each.attachment)
        if sha256(found[each.attachment]).hexdigest() != each.asked.details.get("attachment_sha256"):
            raise Refused(Refusal.EXPORT_FILE_DIFFERS, name=each.attachment)
    opened = _openings(found, board, areas, [each for each in told if each.opened is not None])
    every = _every_ballot(found, board, areas, entries) if rules["secrecy"] == Secrecy.OPEN else 0
    return {"opened": opened, "ballots": every}


def _asked(entry: Entry, number: int, told: Sequence[LoggedOpening]) -> LoggedOpening:
    request = LoggedOpening(number, entry)
    if number != len(told) + 1:
        raise _disagrees(entry, "opening")
    if entry.details.get("role") not in _ROLES:
        raise _disagrees(entry, "role")
    if not is_auditors(request.attachment):
        raise _disagrees(entry, "attachment")
    return request


def _answered(entry: Entry, request: LoggedOpening, trustees: VerifiedTrustees) -> None:
    circles = [quorum for quorum in trustees.quorums if quorum.circle is not None]
    who: object
    if circles:
        who = entry.details.get("trustee")
        if type(who) is not int or not 1 <= who <= len(circles[0].keys):
            raise _disagrees(entry, "trustee")
    else:
        who = entry.actor
        role = entry.details.get("role")
        if role not in _ROLES or role == request.asked.details["role"]:
            raise _disagrees(entry, "role")
    if who in request.approved or who in request.declined:
        raise _disagrees(entry, "trustee" if circles else "role")
    assert isinstance(who, str | int)
    if entry.act == "opening-approved":
        request.approved.append(who)
        return
    request.declined.append(who)
    request.failed = all(len(each.keys) - len(request.declined) < each.threshold for each in circles)


def _opened(entry: Entry, request: LoggedOpening, trustees: VerifiedTrustees) -> None:
    circles = [quorum for quorum in trustees.quorums if quorum.circle is not None]
    if len(request.approved) < max([1, *(quorum.threshold for quorum in circles)]):
        raise Refused(Refusal.OPENING_NOT_APPROVED, opening=request.number, line=entry.seq)
    for name in _PINNED:
        if entry.details.get(name) != request.asked.details.get(name):
            raise _disagrees(entry, name)
    if entry.details.get("requested_by") != request.asked.actor:
        raise _disagrees(entry, "requested_by")
    request.opened = entry


def verify_deemed(found: Mapping[str, bytes], rules: Mapping[str, Any], counted: Entry) -> int:
    """Who was counted without having voted, as the count's line pins it; returns how many.

    Raises `Refused` EXPORT_INCOMPLETE and EXPORT_FILE_DIFFERS with the name, and what `verify_silent` does.
    """
    roll = _roll(found, rules)
    if DEEMED not in found:
        raise Refused(Refusal.EXPORT_INCOMPLETE, name=DEEMED)
    if sha256(found[DEEMED]).hexdigest() != counted.details.get("deemed_sha256"):
        raise Refused(Refusal.EXPORT_FILE_DIFFERS, name=DEEMED)
    return verify_silent(found[DEEMED], counted.details["deemed"], roll, DEEMED)


def _roll(found: Mapping[str, bytes], rules: Mapping[str, Any]) -> Roll:
    """Each voter's units and area, by number."""
    if ROLL not in found:
        raise Refused(Refusal.EXPORT_INCOMPLETE, name=ROLL)
    if sha256(found[ROLL]).hexdigest() != rules["roll_sha256"]:
        raise Refused(Refusal.EXPORT_FILE_DIFFERS, name=ROLL)
    rows = decode(tuple[tuple[int, tuple[str, ...], int], ...], found[ROLL], ROLL)
    return {number: (labels, area) for number, labels, area in rows}


def _lines(found: Mapping[str, bytes], name: str) -> list[bytes]:
    body = found[name].split(b"\n")
    if body.pop():
        raise Refused(Refusal.JSON_MALFORMED, what=name)
    return body


def _openings(
    found: Mapping[str, bytes], board: Board, areas: Mapping[int, int], opened: Sequence[LoggedOpening]
) -> int:
    if OPENINGS not in found:
        if opened:
            raise Refused(Refusal.EXPORT_INCOMPLETE, name=OPENINGS)
        return 0
    lines = _lines(found, OPENINGS)
    for number, line in enumerate(lines, 1):
        entry = opened[number - 1].opened if number <= len(opened) else None
        if entry is None or entry.details.get("proof_sha256") != sha256(line).hexdigest():
            raise Refused(Refusal.OPENING_NOT_LOGGED, line=number)
    if len(lines) < len(opened):
        raise Refused(Refusal.OPENING_MISSING, opening=opened[len(lines)].number)
    wanted = {each.asked.details.get("tracker") for each in opened}
    cast = zip(board.ballots(), board.counted, strict=True)
    numbered = ((tracker(body), body, counts) for body, counts in cast)
    ballots = {number: (body, counts) for number, body, counts in numbered if number in wanted}
    for line, each in zip(lines, opened, strict=True):
        with placed(opening=each.number):
            body, counts = ballots.get(str(each.asked.details.get("tracker")), (None, False))
            if body is None:
                raise Refused(Refusal.OPENING_BALLOT_UNKNOWN, opening=each.number)
            if not counts:
                raise Refused(Refusal.OPENING_SUPERSEDED, opening=each.number)
            said = _verify_line(line, board, areas, body)
            _require_approved(board.trustees, each, [share.owner for share in said.ballot.shares])
    return len(lines)


def _verify_line(line: bytes, board: Board, areas: Mapping[int, int], body: bytes) -> AuditorsBallot:
    said = decode(AuditorsBallot, line, "opened ballot")
    ballot = unsafe_ballot(board.election.group, body)
    verify_opened(board.election, board.trustees, ballot, said.ballot)
    if areas.get(said.voter) != board.weight(ballot.credential):
        raise Refused(Refusal.OPENING_VOTER_DIFFERS, voter=said.voter)
    return said


def _require_approved(trustees: VerifiedTrustees, told: LoggedOpening, owners: Sequence[int]) -> None:
    """Nobody's share is used who, by the log, did not approve; the mandatory keys are the server's."""
    approved = {trustees.circle_owner(who) for who in told.approved if isinstance(who, int)}
    for quorum, numbers in trustees.numbered():
        if quorum.circle is not None and any(owner in numbers and owner not in approved for owner in owners):
            raise Refused(Refusal.OPENING_NOT_APPROVED, opening=told.number)


def _every_ballot(
    found: Mapping[str, bytes], board: Board, areas: Mapping[int, int], entries: Sequence[Entry]
) -> int:
    if BALLOTS not in found:
        raise Refused(Refusal.EXPORT_INCOMPLETE, name=BALLOTS)
    counted = [entry.details.get("ballots_sha256") for entry in entries if entry.act == "election-counted"]
    if counted != [sha256(found[BALLOTS]).hexdigest()]:
        raise Refused(Refusal.EXPORT_FILE_DIFFERS, name=BALLOTS)
    lines = iter(_lines(found, BALLOTS))
    seen: set[int] = set()
    for height, (body, counts) in enumerate(zip(board.ballots(), board.counted, strict=True), 1):
        if not counts:
            continue
        with placed(height=height):
            line = next(lines, None)
            if line is None:
                raise Refused(Refusal.OPENING_MISSING, opening=height)
            said = _verify_line(line, board, areas, body)
            if said.voter in seen:
                raise Refused(Refusal.OPENING_VOTER_DIFFERS, voter=said.voter)
            seen.add(said.voter)
    if next(lines, None) is not None:
        raise Refused(Refusal.OPENING_NOT_LOGGED, line=len(seen) + 1)
    return len(seen)


def _disagrees(entry: Entry, place: str) -> Refused:
    return Refused(Refusal.LOG_DISAGREES, line=entry.seq, place=place)
