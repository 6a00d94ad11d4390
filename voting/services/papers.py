"""The papers of an export, checked against its two verified archives and against each other.

rules.json is bound by the election; outcome.json is what the law makes of results and rules, byte for byte;
audit-log.jsonl is a chain that tells the same story; the report, the workbook and the README are pinned by
their digests in the log's last line; checkpoint.txt signs the boards, the rules and the log. So no byte of an
export can change alone.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from voting.errors import Refusal, Refused
from voting.protocol.audit import Twins
from voting.protocol.election import Election
from voting.rules.outcome import Measured, canonical_json, decide, outcome_json, rules_agenda
from voting.rules.questions import asked_of
from voting.rules.secrecy import Secrecy
from voting.rules.terms import DeemedVotes
from voting.services import acts
from voting.services.checkpoint import verify_checkpoint
from voting.services.log_lines import Entry, line_digests, read_lines

RULES_PREFIX = "rules sha256:"
# Written for people. They prove nothing, but what is in the export is what left the server.
DOCUMENTS = ("README.txt", "report.html", "results.xlsx", "verify.html")


@dataclass(frozen=True)
class Log:
    """A verified log: its entries, and the digest after each of them, the first of all before any."""

    entries: tuple[Entry, ...]
    digests: tuple[str, ...]


def verify_rules(body: bytes, twins: Twins) -> dict[str, Any]:
    """The rules, bound by the election and agreeing with both archives.

    Raises `Refused` RULES_NOT_BOUND, RULES_MALFORMED or RULES_DISAGREE with `place`.
    """
    election = twins.owners.setup.election.election
    if election.description != f"{RULES_PREFIX}{sha256(body).hexdigest()}":
        raise Refused(Refusal.RULES_NOT_BOUND)
    rules = _json(body, "rules.json")
    agenda = rules_agenda(rules)
    if canonical_json(rules) != body:
        raise Refused(Refusal.JSON_NOT_CANONICAL, what="rules.json")
    _agree(
        "questions",
        [
            (asked.text, asked.ballot.answers, asked.ballot.minimum, asked.ballot.maximum, False)
            for asked in asked_of(agenda.questions)
        ],
        [
            (question.question, question.answers, question.min, question.max, question.allows_blank)
            for question in election.questions
        ],
    )
    _agree("title", agenda.title, election.name)
    _agree("group", rules["group"], election.group)
    heads, weight = _electorate(rules)
    _agree("electorate.owners", heads, len(twins.owners.setup.roll))
    _agree("electorate.area", weight, twins.area.setup.roll.total)
    return dict(rules)


def _electorate(rules: Mapping[str, Any]) -> tuple[int, int]:
    """Of how many voters, and of what weight on the second board: where area is not counted, one each."""
    electorate = rules["electorate"]
    heads = electorate["owners"] if "owners" in electorate else electorate["heads"]
    return heads, electorate.get("area_dm2", heads)


def most_ballots(body: bytes) -> int | None:
    """How many ballots a voter may cast by a rules.json; None for any number.

    None also for what is no rules.json: that is for `verify_rules` to find.
    """
    try:
        return rules_agenda(_json(body, "rules.json")).revoting.most
    except Refused:
        return None


def bound_secrecy(body: bytes, election: Election) -> Secrecy:
    """What the rules that this election names say of single ballots.

    Raises `Refused` RULES_NOT_BOUND or RULES_MALFORMED.
    """
    if election.description != f"{RULES_PREFIX}{sha256(body).hexdigest()}":
        raise Refused(Refusal.RULES_NOT_BOUND)
    return rules_agenda(_json(body, "rules.json")).secrecy


def _agree(place: str, rules: object, archive: object) -> None:
    if rules != archive:
        raise Refused(Refusal.RULES_DISAGREE, place=place)


def _json(body: bytes, what: str) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        # Of a name that stands twice, another reader may believe the other value.
        if len(dict(pairs)) != len(pairs):
            raise Refused(Refusal.JSON_NOT_CANONICAL, what=what)
        return dict(pairs)

    try:
        return json.loads(body.decode(), object_pairs_hook=once)
    except (ValueError, RecursionError):
        raise Refused(Refusal.JSON_MALFORMED, what=what) from None


def decide_twins(
    rules: Mapping[str, Any],
    owners: Measured,
    area: Measured,
    closing: str,
    deemed: DeemedVotes | None = None,
) -> dict[str, Any]:
    """The outcome of both boards' totals; `closing` is the hash of the event that ended the owners' board."""
    counted = area if "area_dm2" in rules["electorate"] else None
    return decide(rules, owners, counted, closing=closing, deemed=deemed)


def outcome_of(rules: dict[str, Any], twins: Twins, deemed: DeemedVotes | None = None) -> dict[str, Any]:
    """What outcome.json must say: the uuid and what the law makes of the results."""
    if twins.owners.result is None or twins.area.result is None:
        raise Refused(Refusal.ARCHIVE_GRAMMAR, height=len(twins.owners.chain), type="Result")
    heads, weight = _electorate(rules)
    chain = twins.owners.chain
    assert chain.end is not None  # before any result
    return {
        "uuid": twins.owners.setup.election.election.uuid,
        **decide_twins(
            rules,
            Measured(twins.owners.num_tallied, heads, twins.owners.result),
            Measured(twins.area.total_weight, weight, twins.area.result),
            chain.hash(chain.end),
            deemed,
        ),
    }


def told_deemed(deemed: DeemedVotes) -> dict[str, int]:
    """The silent ones who count, as the log tells them."""
    return {"heads": deemed.heads, "area_dm2": deemed.area_dm2}


def deemed_of(log: Log | None) -> DeemedVotes | None:
    """The silent ones of whom the count's line tells; nobody is counted without it.

    That their ballots were delivered is proven by papers that are in no record.
    """
    for entry in log.entries if log is not None else ():
        said = entry.details.get("deemed") if entry.act == "election-counted" else None
        if isinstance(said, dict) and said.keys() == {"heads", "area_dm2"}:
            heads, area_dm2 = said["heads"], said["area_dm2"]
            if type(heads) is int and type(area_dm2) is int and heads >= 0 and area_dm2 >= 0:
                return DeemedVotes(heads, area_dm2)
    return None


def verify_outcome(
    body: bytes, rules: dict[str, Any], twins: Twins, deemed: DeemedVotes | None = None
) -> dict[str, Any]:
    """The outcome that follows from results and rules, as `outcome_json` writes it.

    Raises `Refused` OUTCOME_MISMATCH with the first `place` that differs, JSON_MALFORMED, or
    JSON_NOT_CANONICAL where only the writing does.
    """
    outcome = outcome_of(rules, twins, deemed)
    if body != outcome_json(outcome):
        claimed = _json(body, "outcome.json")
        place = _first_difference(claimed, outcome)
        if place is not None:
            raise Refused(Refusal.OUTCOME_MISMATCH, place=place)
        raise Refused(Refusal.JSON_NOT_CANONICAL, what="outcome.json")
    return outcome


def _first_difference(claimed: object, outcome: object, place: str = "") -> str | None:
    if isinstance(claimed, dict) and isinstance(outcome, dict):
        for key in sorted(claimed.keys() | outcome.keys()):
            here = f"{place}.{key}" if place else str(key)
            if key not in claimed or key not in outcome:
                return here
            found = _first_difference(claimed[key], outcome[key], here)
            if found is not None:
                return found
        return None
    # A type of its own: true is not 1, and a list is a list.
    same = type(claimed) is type(outcome) and claimed == outcome
    return None if same else place or "outcome.json"


def verify_log(body: bytes, twins: Twins) -> Log:
    """The log: an unbroken chain of acts as they are declared, which agree with the archives.

    Raises `Refused` LOG_BROKEN, LOG_ACT_UNKNOWN and LOG_DETAILS_MALFORMED with the line, LOG_DISAGREES with
    line and place.
    """
    lines = body.split(b"\n")
    if lines.pop():
        raise Refused(Refusal.LOG_BROKEN, line=len(lines) + 1)
    entries, _ = read_lines(lines, acts.ELECTION)
    log = Log(tuple(entries), tuple(line_digests(lines)))
    owners, area = twins.owners.chain, twins.area.chain
    opened = _only(log, "election-opened")
    _told(opened, "timestamp", _seconds(opened.time), owners.timestamp)
    _told_events(opened, owners.hash(0), area.hash(0))
    _told(opened, "rules", f"{RULES_PREFIX}{opened.details.get('rules_sha256')}", _description(twins))
    end = owners.end
    if end is not None:
        closed = _only(log, "election-closed")
        _told(closed, "height", closed.details.get("height"), end)
        _told_events(closed, owners.hash(end), area.hash(end))
        _told(closed, "owners", closed.details.get("voters"), twins.owners.num_tallied)
        # A meeting of heads tells no area, and every voter weighs one.
        area_told = closed.details.get("area_dm2", closed.details.get("voters"))
        _told(closed, "area", area_told, twins.area.total_weight)
    return log


def verify_told(log: Log, rules: dict[str, Any], outcome: dict[str, Any]) -> None:
    """The log tells of this electorate and this outcome. Raises `Refused` LOG_DISAGREES."""
    issued = [entry for entry in log.entries if entry.act == "letters-issued"]
    if not issued:
        raise Refused(Refusal.LOG_DISAGREES, line=len(log.entries), place="letters-issued")
    roll = issued[-1]
    heads, _weight = _electorate(rules)
    _told(roll, "owners", roll.details.get("voters"), heads)
    _told(roll, "area", roll.details.get("area_dm2"), rules["electorate"].get("area_dm2"))
    _told(roll, "credentials", roll.details.get("roll_sha256"), rules["roll_sha256"])
    counted = _only(log, "election-counted")
    digest = sha256(outcome_json(outcome)).hexdigest()
    _told(counted, "outcome", counted.details.get("outcome_sha256"), digest)
    if rules["secrecy"] == Secrecy.SECRET:
        destroyed = _only(log, "key-destroyed")
        _told(destroyed, "election-counted", destroyed.seq > counted.seq, True)


def _only(log: Log, act: str) -> Entry:
    entries = [entry for entry in log.entries if entry.act == act]
    if len(entries) != 1:
        line = entries[1].seq if entries else len(log.entries)
        raise Refused(Refusal.LOG_DISAGREES, line=line, place=act)
    return entries[0]


def _told(entry: Entry, place: str, said: object, is_so: object) -> None:
    if said != is_so:
        raise Refused(Refusal.LOG_DISAGREES, line=entry.seq, place=place)


def _told_events(entry: Entry, owners: str, area: str) -> None:
    _told(entry, "owners_event", entry.details.get("owners_event"), owners)
    _told(entry, "area_event", entry.details.get("area_event"), area)


def _seconds(time: str) -> int:
    return int(datetime.fromisoformat(time).timestamp())


def _description(twins: Twins) -> str:
    return twins.owners.setup.election.election.description


def document_digests(documents: dict[str, bytes]) -> dict[str, str]:
    """What the log's last line says of the documents beside it: name -> SHA-256 in hex."""
    return {name: sha256(body).hexdigest() for name, body in documents.items()}


def verify_documents(found: dict[str, bytes], log: Log) -> None:
    """The documents are those that the log's last line, the export's own, pins.

    Raises `Refused` LOG_DISAGREES without such a line, EXPORT_FILE_DIFFERS with the file's name.
    """
    last = log.entries[-1]
    pinned = last.details.get("files")
    if last.act != "record-exported" or not isinstance(pinned, dict):
        raise Refused(Refusal.LOG_DISAGREES, line=last.seq, place="record-exported")
    for name in sorted({*DOCUMENTS, *map(str, pinned)}):
        if name not in found or sha256(found[name]).hexdigest() != pinned.get(name):
            raise Refused(Refusal.EXPORT_FILE_DIFFERS, name=name)


def verify_own_checkpoint(body: bytes, rules: dict[str, Any], log: Log | None, twins: Twins) -> None:
    """The export's own checkpoint pins exactly this record. Raises `Refused` CHECKPOINT_*."""
    checkpoint = verify_checkpoint(body.decode(errors="replace"), rules["receipt_key"])
    pinned: list[tuple[str, object, object]] = [
        ("uuid", checkpoint.uuid, twins.owners.setup.election.election.uuid),
        ("rules", f"{RULES_PREFIX}{checkpoint.rules_sha256}", _description(twins)),
        ("height", checkpoint.height, len(twins.owners.chain) - 1),
    ]
    if log is not None:
        pinned += [
            ("log", checkpoint.log_head, log.digests[-1]),
            ("time", checkpoint.time, log.entries[-1].time),
        ]
    for place, said, is_so in pinned:
        if said != is_so:
            raise Refused(Refusal.CHECKPOINT_INVALID, place=place)
    _check_boards(checkpoint.height, checkpoint.owners_head, checkpoint.area_head, twins)


def verify_continues(earlier: str, rules: dict[str, Any], log: Log | None, twins: Twins) -> None:
    """This record continues the one that `earlier` pins, boards and log.

    Raises `Refused` CHECKPOINT_INVALID, CHECKPOINT_NOT_A_PREFIX with the height, LOG_NOT_A_PREFIX.
    """
    checkpoint = verify_checkpoint(earlier, rules["receipt_key"])
    if checkpoint.uuid != twins.owners.setup.election.election.uuid:
        raise Refused(Refusal.CHECKPOINT_INVALID, place="uuid")
    _check_boards(checkpoint.height, checkpoint.owners_head, checkpoint.area_head, twins)
    if log is not None and checkpoint.log_head not in log.digests:
        raise Refused(Refusal.LOG_NOT_A_PREFIX)


def _check_boards(height: int, owners_head: str, area_head: str, twins: Twins) -> None:
    owners, area = twins.owners.chain, twins.area.chain
    if height >= len(owners) or (owners.hash(height), area.hash(height)) != (owners_head, area_head):
        raise Refused(Refusal.CHECKPOINT_NOT_A_PREFIX, height=height)
