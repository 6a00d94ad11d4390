"""Verify an exported record, or one archive, without any server: what `voting verify` does.

1. Both archives, whole, and their agreement (`voting.protocol.audit`).
2. rules.json is bound by the election; its questions, electorate and group are those of the archives.
3. outcome.json follows from results and rules by the law (`voting.rules`).
4. The audit log's chain.
5. checkpoint.txt is signed by the key in the rules and pins these boards, rules and log.
6. With an earlier checkpoint: this record continues that one.

The report also says what no such check can see. Ballots are verified on several cores when asked.
"""

import json
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from voting.errors import Refusal, Refused
from voting.protocol.audit import Record, Twins, VerifyAll, at_height, verify_archive, verify_twins
from voting.protocol.ballot import VerifiedBallot, verify_ballot
from voting.protocol.election import ElectionContext, decode_election
from voting.rules.agenda import Agenda
from voting.rules.outcome import Measured, canonical_json, decide, rules_agenda
from voting.rules.questions import ballot_answers
from voting.services.checkpoint import Checkpoint, verify_checkpoint
from voting.services.log import read_lines
from voting.services.site import Progress

FILES = ("rules.json", "outcome.json", "audit-log.jsonl", "checkpoint.txt")
# An estate of 20,000 voters with 30 choices each makes two archives of 1.2 GB. More is not read: a small file
# that unpacks to very much is a trap.
LARGEST_FILE = 4 * 1024**3
RULES_PREFIX = "rules sha256:"


@dataclass(frozen=True)
class Verification:
    """What was found: valid when `findings` is empty.

    `checked` and `not_checked` are keys of sentences; `facts` has the uuid, title, numbers and digests.
    """

    findings: tuple[Refused, ...]
    checked: tuple[str, ...]
    not_checked: tuple[str, ...]
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def valid(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def as_json(self) -> dict[str, Any]:
        """For programs: stable names."""
        return {
            "valid": self.valid,
            "findings": [
                {"refusal": refused.refusal.value, "place": refused.context} for refused in self.findings
            ],
            "checked": list(self.checked),
            "not_checked": list(self.not_checked),
            "facts": self.facts,
        }


def verify_path(
    path: Path, jobs: int = 1, since: Path | None = None, progress: Progress | None = None
) -> Verification:
    """Verify EXPORT.zip, a folder with the same files, or one ARCHIVE.bel (or a folder with one).

    Raises `Refused` EXPORT_UNREADABLE or EXPORT_INCOMPLETE when there is nothing to verify; everything that
    is wrong with a readable record is a finding.
    """
    earlier = _read_file(since).decode(errors="replace") if since is not None else None
    found = _files(path)
    verify_all = _several(jobs, progress)
    archives = {name: body for name, body in found.items() if name.endswith(".bel")}
    if len(archives) == 1 and not any(name in found for name in FILES):
        return _verify_single(next(iter(archives.values())), verify_all)
    return _verify_export(found, verify_all, earlier)


def archives_at(path: Path) -> tuple[bytes, ...]:
    """The archives by owners and by area of an export, a sealed record or a folder; or the one ARCHIVE.bel.

    Raises `Refused` EXPORT_UNREADABLE or EXPORT_INCOMPLETE.
    """
    found = {name: body for name, body in _files(path).items() if name.endswith(".bel")}
    if len(found) == 1:
        return tuple(found.values())
    return _one(found, "owners"), _one(found, "area")


def _read_file(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise Refused(Refusal.EXPORT_UNREADABLE, what=path.name)
        return path.read_bytes()
    except OSError:
        raise Refused(Refusal.EXPORT_UNREADABLE, what=str(path)) from None


def _files(path: Path) -> dict[str, bytes]:
    """Names relative to the export, with their bytes."""
    if path.is_dir():
        return {
            each.relative_to(path).as_posix(): _read_file(each)
            for each in sorted(path.rglob("*"))
            if each.is_file() and _belongs(each.relative_to(path).as_posix())
        }
    if path.suffix == ".bel":
        return {path.name: _read_file(path)}
    try:
        return _unzipped(path)
    except Refused:
        raise
    except Exception:  # a broken archive surfaces as any of a dozen types of zipfile, zlib, lzma, struct
        raise Refused(Refusal.EXPORT_UNREADABLE, what=str(path)) from None


def _unzipped(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as export:
        members = [member for member in export.infolist() if _belongs(member.filename)]
        if sum(member.file_size for member in members) > LARGEST_FILE or len(
            {member.filename for member in members}
        ) != len(members):
            raise Refused(Refusal.EXPORT_UNREADABLE, what=path.name)
        return {member.filename: export.read(member) for member in members}


def _belongs(name: str) -> bool:
    return name in FILES or (name.endswith(".bel") and name.count("/") <= 1)


def _one(found: dict[str, bytes], folder: str) -> bytes:
    bodies = [body for name, body in found.items() if name.startswith(f"{folder}/") and name.endswith(".bel")]
    if len(bodies) != 1:
        raise Refused(Refusal.EXPORT_INCOMPLETE, name=f"{folder}/<uuid>.bel")
    return bodies[0]


def _record_facts(record: Record) -> dict[str, Any]:
    return {
        "finished": record.finished,
        "events": len(record.archive.links),
        "ballots": len(record.ballots),
        "num_tallied": record.num_tallied,
        "total_weight": record.total_weight,
        "head": record.archive.links[-1].hash,
        "trustees": [
            {"size": len(quorum.keys), "threshold": quorum.threshold}
            for quorum in record.setup.trustees.quorums
        ],
        "result": record.result,
    }


def _verify_single(body: bytes, verify_all: VerifyAll) -> Verification:
    not_checked = ("twin", "rules", "log", "checkpoint", "history", "omissions")
    try:
        record = verify_archive(body, verify_all)
    except Refused as refused:
        return Verification((refused,), (), ("archives", *not_checked))
    election = record.setup.election.election
    facts = {"uuid": election.uuid, "title": election.name, "archive": _record_facts(record)}
    return Verification((), ("archives",), _unfinished(record) + not_checked, facts)


def _unfinished(record: Record) -> tuple[str, ...]:
    """What a sound record leaves open by itself: its end, or the trustees' agreement in an old form."""
    circle = () if record.setup.trustees.signed else ("circle",)
    return circle if record.finished else ("unfinished", *circle)


def _verify_export(found: dict[str, bytes], verify_all: VerifyAll, earlier: str | None) -> Verification:
    for name in FILES:
        if name not in found:
            raise Refused(Refusal.EXPORT_INCOMPLETE, name=name)
    owners_body, area_body = _one(found, "owners"), _one(found, "area")
    findings: list[Refused] = []
    checked: list[str] = []

    def check(name: str, act: Callable[[], Any]) -> Any:
        try:
            value = act()
        except Refused as refused:
            findings.append(refused)
            return None
        checked.append(name)
        return value

    steps = ["archives", "rules", "outcome", "log", "checkpoint", *(["history"] if earlier else [])]
    twins: Twins | None = check("archives", lambda: verify_twins(owners_body, area_body, verify_all))
    facts: dict[str, Any] = {}
    if twins is not None:
        election = twins.owners.setup.election.election
        facts = {
            "uuid": election.uuid,
            "title": election.name,
            "owners": _record_facts(twins.owners),
            "area": _record_facts(twins.area),
        }
        rules: dict[str, Any] | None = check("rules", lambda: verify_rules(found["rules.json"], twins))
        head: str | None = check("log", lambda: read_lines(_lines(found["audit-log.jsonl"]))[1])
        if rules is not None:
            facts["outcome"] = check("outcome", lambda: verify_outcome(found["outcome.json"], rules, twins))
            key = rules["receipt_key"]
            check(
                "checkpoint",
                lambda: _verify_own_checkpoint(
                    found["checkpoint.txt"], key, found["rules.json"], head, twins
                ),
            )
            if earlier is not None:
                check("history", lambda: verify_continues(earlier, key, twins))
    left = tuple(step for step in steps if step not in checked)
    unseen = (*(_unfinished(twins.owners) if twins else ()), *(() if earlier else ("history",)))
    return Verification(tuple(findings), tuple(checked), (*left, *unseen, "papers", "omissions"), facts)


def _lines(body: bytes) -> list[bytes]:
    """The lines of a log, each ended by LF and nothing else. Refuses LOG_BROKEN(line), also for no line."""
    *lines, rest = body.split(b"\n")
    if rest or not lines:
        raise Refused(Refusal.LOG_BROKEN, line=len(lines) + 1)
    return lines


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
        [_as_belenios(agenda, i) for i in range(len(agenda.questions))],
        [
            (question.question, question.answers, question.min, question.max, question.allows_blank)
            for question in election.questions
        ],
    )
    _agree("title", agenda.title, election.name)
    _agree("group", rules["group"], election.group)
    _agree("electorate.owners", rules["electorate"]["owners"], len(twins.owners.setup.weights))
    _agree("electorate.area", rules["electorate"]["area_dm2"], sum(twins.area.setup.weights.values()))
    return dict(rules)


def _as_belenios(agenda: Agenda, index: int) -> tuple[str, tuple[str, ...], int, int, bool]:
    question = agenda.questions[index]
    ballot = ballot_answers(question)
    return question.text, tuple(ballot.answers), ballot.minimum, ballot.maximum, False


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


def outcome_of(rules: dict[str, Any], twins: Twins) -> dict[str, Any]:
    """What outcome.json must say: the uuid and what the law makes of the results."""
    if twins.owners.result is None or twins.area.result is None:
        raise Refused(Refusal.ARCHIVE_GRAMMAR, height=len(twins.owners.archive.links), type="Result")
    electorate = rules["electorate"]
    return {
        "uuid": twins.owners.setup.election.election.uuid,
        **decide(
            rules,
            Measured(twins.owners.num_tallied, electorate["owners"], twins.owners.result),
            Measured(twins.area.total_weight, electorate["area_dm2"], twins.area.result),
        ),
    }


def verify_outcome(body: bytes, rules: dict[str, Any], twins: Twins) -> dict[str, Any]:
    """The outcome, equal to what follows from results and rules. Raises `Refused` OUTCOME_MISMATCH."""
    outcome = outcome_of(rules, twins)
    claimed = _json(body, "outcome.json")
    if not isinstance(claimed, dict) or canonical_json(claimed) != canonical_json(outcome):
        raise Refused(Refusal.OUTCOME_MISMATCH)
    return outcome


def _verify_own_checkpoint(
    body: bytes, receipt_key: str, rules_body: bytes, log_head: str | None, twins: Twins
) -> Checkpoint:
    checkpoint = verify_checkpoint(body.decode(errors="replace"), receipt_key)
    pinned = (checkpoint.uuid, checkpoint.rules_sha256, checkpoint.height)
    uuid = twins.owners.setup.election.election.uuid
    actual = (uuid, sha256(rules_body).hexdigest(), len(twins.owners.archive.links) - 1)
    if pinned != actual or (log_head is not None and checkpoint.log_head != log_head):
        raise Refused(Refusal.CHECKPOINT_INVALID)
    _check_continues(checkpoint, twins)
    return checkpoint


def verify_continues(earlier: str, receipt_key: str, twins: Twins) -> None:
    """This record continues the one that `earlier` pins. Raises `Refused` CHECKPOINT_* ."""
    checkpoint = verify_checkpoint(earlier, receipt_key)
    if checkpoint.uuid != twins.owners.setup.election.election.uuid:
        raise Refused(Refusal.CHECKPOINT_INVALID)
    _check_continues(checkpoint, twins)


def _check_continues(checkpoint: Checkpoint, twins: Twins) -> None:
    links = list(zip(twins.owners.archive.links, twins.area.archive.links, strict=True))
    if checkpoint.height >= len(links):
        raise Refused(Refusal.CHECKPOINT_NOT_A_PREFIX, height=checkpoint.height)
    owners, area = links[checkpoint.height]
    if (owners.hash, area.hash) != (checkpoint.owners_head, checkpoint.area_head):
        raise Refused(Refusal.CHECKPOINT_NOT_A_PREFIX, height=checkpoint.height)


# Ballots on several cores. The election's tables are made once a process.

_election: ElectionContext | None = None


def _prepare(election_body: bytes) -> None:
    global _election
    _election = decode_election(election_body)


def _verify_one(body: bytes) -> VerifiedBallot | Refused:
    assert _election is not None
    try:
        return verify_ballot(_election, body)
    except Refused as refused:
        return refused  # as a value: the reader knows at which height it stands


def _several(jobs: int, progress: Progress | None) -> VerifyAll:
    """Verify ballots in order on `jobs` processes (0: as many as there are cores)."""
    workers = jobs or os.cpu_count() or 1

    def numbered(results: Iterable[VerifiedBallot | Refused], total: int) -> Iterator[VerifiedBallot]:
        for height, result in enumerate(results, 1):
            if isinstance(result, Refused):
                raise at_height(result, height)
            if progress is not None:
                progress(height, total)
            yield result

    def verify_all(election: ElectionContext, bodies: Sequence[bytes]) -> Iterator[VerifiedBallot]:
        _prepare(election.body)
        if workers == 1 or len(bodies) < 2 * workers:
            yield from numbered(map(_verify_one, bodies), len(bodies))
            return
        with ProcessPoolExecutor(workers, initializer=_prepare, initargs=(election.body,)) as pool:
            chunk = max(1, min(16, len(bodies) // workers))
            yield from numbered(pool.map(_verify_one, bodies, chunksize=chunk), len(bodies))

    return verify_all
