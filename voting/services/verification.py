"""Verify an exported record, or one archive, without any server: what `voting verify` does.

1. Both archives, whole, and their agreement (`voting.protocol.audit`).
2. rules.json is bound by the election; its questions, electorate and group are those of the archives.
3. The audit log's chain, and that it tells of these archives and this outcome.
4. outcome.json follows from results and rules by the law (`voting.rules`).
5. The report, the workbook and the README are those that the log pins.
6. checkpoint.txt is signed by the key in the rules and pins these boards, rules and log.
7. With an earlier checkpoint: this record continues that one.

The report also says what no such check can see. Ballots are verified on several cores when asked.
"""

import os
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from voting.errors import Refusal, Refused
from voting.protocol.audit import Record, Twins, VerifyAll, verify_archive, verify_twins
from voting.protocol.ballot import VerifiedBallot, verify_ballot
from voting.protocol.election import ElectionContext, decode_election
from voting.services.papers import (
    DOCUMENTS,
    verify_continues,
    verify_documents,
    verify_log,
    verify_outcome,
    verify_own_checkpoint,
    verify_rules,
    verify_told,
)
from voting.services.site import Progress

FILES = ("rules.json", "outcome.json", "audit-log.jsonl", "checkpoint.txt")
# An estate of 20,000 voters with 30 choices each makes two archives of 1.2 GB. More is not read: a small file
# that unpacks to very much is a trap.
LARGEST_FILE = 4 * 1024**3
_ZIP_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
Result = TypeVar("Result")


@dataclass(frozen=True)
class Verification:
    """What was found: valid when `findings` is empty.

    `checked`, `failed` (a finding each) and `not_checked` are keys of sentences; archives that failed are in
    the last, too: they were not checked to their end. `facts` has the uuid, title, numbers and digests.
    """

    findings: tuple[Refused, ...]
    checked: tuple[str, ...]
    not_checked: tuple[str, ...]
    failed: tuple[str, ...]
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
            "failed": list(self.failed),
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
    return verify_files(_files(path), jobs, earlier, progress)


def verify_files(
    found: dict[str, bytes], jobs: int = 1, earlier: str | None = None, progress: Progress | None = None
) -> Verification:
    """Like `verify_path`, for files that have been read: names relative to the export -> bytes.

    `earlier` is the text of a checkpoint. Files that are no evidence may stand there empty.
    """
    verify_all = _several(jobs, progress)
    archives = [name for name in found if name.endswith(".bel") and _belongs(name)]
    if len(archives) == 1 and not any(name in found for name in FILES):
        return _verify_single(found[archives[0]], verify_all)
    return _verify_export(found, verify_all, earlier)


def archives_at(path: Path) -> tuple[bytes, ...]:
    """The archives by owners and by area of an export, a sealed record or a folder; or the one ARCHIVE.bel.

    Raises `Refused` EXPORT_UNREADABLE or EXPORT_INCOMPLETE.
    """
    found = {name: body for name, body in _files(path).items() if name.endswith(".bel") and _belongs(name)}
    if len(found) == 1:
        return tuple(found.values())
    return found[_one(found, "owners")], found[_one(found, "area")]


def _read_file(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise Refused(Refusal.EXPORT_UNREADABLE, what=path.name)
        return path.read_bytes()
    except OSError:
        raise Refused(Refusal.EXPORT_UNREADABLE, what=str(path)) from None


def _files(path: Path) -> dict[str, bytes]:
    """Names relative to the export, with the bytes of those that are evidence; empty for all others."""
    if path.is_dir():
        names = {
            each.relative_to(path).as_posix(): each for each in sorted(path.rglob("*")) if each.is_file()
        }
        return {name: _read_file(each) if _belongs(name) else b"" for name, each in names.items()}
    if path.suffix == ".bel":
        return {path.name: _read_file(path)}
    try:
        return _unzipped(path)
    except Refused:
        raise
    except Exception:  # a broken archive surfaces as any of a dozen types of zipfile, zlib, struct
        raise Refused(Refusal.EXPORT_UNREADABLE, what=str(path)) from None


def _unzipped(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as export:
        members = [member for member in export.infolist() if not member.filename.endswith("/")]
        # Two files of one name, or two ways to unpack one file, could show each reader another record.
        if (
            sum(member.file_size for member in members) > LARGEST_FILE
            or len({member.filename for member in members}) != len(members)
            or any(not each.filename or each.compress_type not in _ZIP_METHODS for each in members)
        ):
            raise Refused(Refusal.EXPORT_UNREADABLE, what=path.name)
        return {
            member.filename: export.read(member) if _belongs(member.filename) else b"" for member in members
        }


def _belongs(name: str) -> bool:
    return name in FILES or name in DOCUMENTS or (name.endswith(".bel") and name.count("/") <= 1)


def _one(found: Mapping[str, bytes], measure: str) -> str:
    """The name of the only archive in a folder."""
    names = [name for name in found if name.startswith(f"{measure}/") and name.endswith(".bel")]
    if len(names) != 1:
        raise Refused(Refusal.EXPORT_INCOMPLETE, name=f"{measure}/<uuid>.bel")
    return names[0]


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
        return Verification((refused,), (), ("archives", *not_checked), ("archives",))
    election = record.setup.election.election
    facts = {"uuid": election.uuid, "title": election.name, "archive": _record_facts(record)}
    return Verification((), ("archives",), _unfinished(record) + not_checked, (), facts)


def _unfinished(record: Record) -> tuple[str, ...]:
    """What a sound record leaves open by itself: its end, or the trustees' agreement in an old form."""
    circle = () if record.setup.trustees.signed else ("circle",)
    return circle if record.finished else ("unfinished", *circle)


def _verify_export(found: dict[str, bytes], verify_all: VerifyAll, earlier: str | None) -> Verification:
    for name in FILES:
        if name not in found:
            raise Refused(Refusal.EXPORT_INCOMPLETE, name=name)
    archives = _one(found, "owners"), _one(found, "area")
    known = {*FILES, *DOCUMENTS, *archives}
    others = sorted(name for name in found if name not in known)
    findings: list[Refused] = []
    checked: list[str] = []
    failed: list[str] = []

    def check(name: str, act: Callable[[], Result]) -> Result | None:
        try:
            value = act()
        except Refused as refused:
            findings.append(refused)
            failed.append(name)
            return None
        checked.append(name)
        return value

    steps = ["archives", "rules", "log", "documents", "outcome", "told", "checkpoint"]
    if earlier is not None:
        steps.append("history")
    facts: dict[str, Any] = {}
    twins = check("archives", lambda: _verify_twins(found, archives, verify_all))
    if twins is not None:
        election = twins.owners.setup.election.election
        facts = {
            "uuid": election.uuid,
            "title": election.name,
            "owners": _record_facts(twins.owners),
            "area": _record_facts(twins.area),
        }
        rules = check("rules", lambda: verify_rules(found["rules.json"], twins))
        log = check("log", lambda: verify_log(found["audit-log.jsonl"], twins))
        if log is not None:
            check("documents", lambda: verify_documents(found, log))
        if rules is not None:
            outcome = check("outcome", lambda: verify_outcome(found["outcome.json"], rules, twins))
            facts["outcome"] = outcome
            if log is not None and outcome is not None:
                check("told", lambda: verify_told(log, rules, outcome))
            check("checkpoint", lambda: verify_own_checkpoint(found["checkpoint.txt"], rules, log, twins))
            if earlier is not None:
                check("history", lambda: verify_continues(earlier, rules, log, twins))
    if others:
        facts["other_files"] = others
    ended = {*checked, *failed} - ({"archives"} if twins is None else set())
    left = tuple(step for step in steps if step not in ended)
    unseen = (
        *(_unfinished(twins.owners) if twins else ()),
        *(("other-files",) if others else ()),
        *(() if earlier is not None else ("history",)),
        "papers",
        "omissions",
    )
    return Verification(tuple(findings), tuple(checked), left + unseen, tuple(failed), facts)


def _verify_twins(found: Mapping[str, bytes], names: tuple[str, str], verify_all: VerifyAll) -> Twins:
    """Both archives, under the name that the outside tool wants: that of their election."""
    twins = verify_twins(found[names[0]], found[names[1]], verify_all)
    uuid = twins.owners.setup.election.election.uuid
    for name, measure in zip(names, ("owners", "area"), strict=True):
        if name != f"{measure}/{uuid}.bel":
            raise Refused(Refusal.EXPORT_INCOMPLETE, name=f"{measure}/{uuid}.bel")
    return twins


# Ballots on several cores. The election's tables are made once a process.

_election: ElectionContext | None = None


def _prepare(election_body: bytes) -> None:
    global _election
    if _election is None or _election.body != election_body:
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
                raise result.at(height=height)
            if progress is not None:
                progress(height, total)
            yield result

    def verify_all(election: ElectionContext, bodies: Sequence[bytes]) -> Iterator[VerifiedBallot]:
        global _election
        _election = election
        if workers == 1 or len(bodies) < 2 * workers:
            yield from numbered(map(_verify_one, bodies), len(bodies))
            return
        with ProcessPoolExecutor(workers, initializer=_prepare, initargs=(election.body,)) as pool:
            chunk = max(1, min(16, len(bodies) // workers))
            yield from numbered(pool.map(_verify_one, bodies, chunksize=chunk), len(bodies))

    return verify_all
