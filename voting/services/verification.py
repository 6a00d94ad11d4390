"""Verify an exported record, or one archive, without any server: what `voting verify` does.

1. Both archives, whole, and their agreement (`voting.protocol.audit`).
2. rules.json is bound by the election; its questions, electorate and group are those of the archives.
3. The audit log: chain, acts as declared, signatures, and that it tells of these archives and this outcome.
4. outcome.json follows from results and rules by the law (`voting.rules`).
5. The report, the workbook and the README are those that the log pins.
6. checkpoint.txt is signed by the key in the rules and pins these boards, rules and log.
7. With an earlier checkpoint: this record continues that one.
8. Where the election is one of an assembly: the assembly's log, replayed (`voting.services.assembly_log`).
9. Where single ballots were opened: the log's requests and approvals, and in the auditors' part what was in
   them (`voting.services.auditors_part`).

The report also says what no such check can see. Archives are read as streams, papers whole; ballots are
verified on as many cores as one likes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from voting.errors import Refusal, Refused
from voting.protocol.archive import Reader, Source, opened
from voting.protocol.audit import Progress, Record, Twins, verify_archive, verify_twins
from voting.protocol.stack import Spread
from voting.rules.secrecy import Secrecy
from voting.services.assembly_log import ASSEMBLY_LOG, is_convened, verify_assembly
from voting.services.auditors_part import (
    Board,
    auditors_files,
    is_auditors,
    tells_of_openings,
    tells_of_silence,
    verify_auditors_part,
    verify_deemed,
    verify_openings_told,
)
from voting.services.cluster import spread_on
from voting.services.cores import spread_over
from voting.services.files import FILES, Found, belongs, drain, files_at, read_paper
from voting.services.log_lines import verify_signatures
from voting.services.papers import (
    DOCUMENTS,
    deemed_of,
    most_ballots,
    verify_continues,
    verify_documents,
    verify_log,
    verify_outcome,
    verify_own_checkpoint,
    verify_rules,
    verify_told,
)

Result = TypeVar("Result")

# What says nothing of the record: it could not be read, or not be worked on.
_NO_FINDINGS = {
    Refusal.EXPORT_UNREADABLE,
    Refusal.CLUSTER_UNREACHABLE,
    Refusal.CLUSTER_EMPTY,
    Refusal.WORKER_PROGRAM_DIFFERS,
    Refusal.WORKER_FAILED,
}


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
    path: Path,
    jobs: int = 1,
    since: Path | None = None,
    progress: Progress | None = None,
    scheduler: str | None = None,
) -> Verification:
    """Verify EXPORT.zip, a folder with the same files, or one ARCHIVE.bel (or a folder with one).

    The work is done by `jobs` processes (0: one on each core), or on the Dask cluster of a `scheduler`.
    Raises `Refused` EXPORT_UNREADABLE or EXPORT_INCOMPLETE when there is nothing to verify, and CLUSTER_* and
    WORKER_* when a cluster could not do it; everything that is wrong with a readable record is a finding.
    """
    earlier = read_paper(since).decode(errors="replace") if since is not None else None
    found = files_at(path)
    if scheduler is None:
        return verify_files(found, spread_over(jobs), earlier, progress)
    with spread_on(scheduler) as spread:
        return verify_files(found, spread, earlier, progress)


def verify_files(
    found: Found, spread: Spread = map, earlier: str | None = None, progress: Progress | None = None
) -> Verification:
    """Like `verify_path`, for files that have been found, by their names relative to the export.

    `earlier` is the text of a checkpoint. Files that are no evidence may stand there empty.
    """
    work = _Work(spread, progress)
    archives = [name for name in found if name.endswith(".bel") and belongs(name)]
    try:
        if len(archives) == 1 and not any(name in found for name in FILES):
            verified = _verify_single(found[archives[0]], work)
        else:
            verified = _verify_export(found, work, earlier)
    except Refused:
        drain(found)
        raise
    if "archives" in verified.failed:
        # An archive whose end was not read may be damaged, and then nothing can be said of the record.
        drain(found)
    return verified


def archives_at(path: Path) -> tuple[bytes | Source, ...]:
    """The archives by owners and by area of an export, a sealed record or a folder; or the one ARCHIVE.bel.

    Raises `Refused` EXPORT_UNREADABLE or EXPORT_INCOMPLETE.
    """
    found = {name: source for name, source in files_at(path).items() if name.endswith(".bel") and source}
    if len(found) == 1:
        return tuple(found.values())
    return found[_one(found, "owners")], found[_one(found, "area")]


def rules_at(path: Path) -> bytes | None:
    """The rules.json beside the archives, if there is one. Raises `Refused` EXPORT_UNREADABLE."""
    rules = files_at(path).get("rules.json")
    return rules if isinstance(rules, bytes) else None


@dataclass(frozen=True)
class _Work:
    """Who verifies ballots, and who is told how far it has come."""

    spread: Spread
    progress: Progress | None


def _one(found: Found, measure: str) -> str:
    """The name of the only archive in a folder."""
    names = [name for name in found if name.startswith(f"{measure}/") and name.endswith(".bel")]
    if len(names) != 1:
        raise Refused(Refusal.EXPORT_INCOMPLETE, name=f"{measure}/<uuid>.bel")
    return names[0]


def _record_facts(record: Record) -> dict[str, Any]:
    return {
        "finished": record.finished,
        "events": len(record.chain),
        "ballots": record.chain.ballots,
        "num_tallied": record.num_tallied,
        "total_weight": record.total_weight,
        "head": record.chain.hash(-1),
        "trustees": [
            {"size": len(quorum.keys), "threshold": quorum.threshold}
            for quorum in record.setup.trustees.quorums
        ],
        "result": record.result,
    }


def _verify_single(archive: bytes | Source, work: _Work) -> Verification:
    not_checked = ("twin", "rules", "log", "checkpoint", "history", "omissions")
    try:
        record = verify_archive(archive, work.spread, work.progress)
    except Refused as refused:
        if refused.refusal in _NO_FINDINGS:
            raise
        return Verification((refused,), (), ("archives", *not_checked), ("archives",))
    election = record.setup.election.election
    facts = {"uuid": election.uuid, "title": election.name, "archive": _record_facts(record)}
    # Without rules nobody knows how many ballots a voter may cast.
    again = ("revoting",) if record.num_tallied < record.chain.ballots else ()
    return Verification((), ("archives",), _unfinished(record) + again + not_checked, (), facts)


def _unfinished(record: Record) -> tuple[str, ...]:
    """What a sound record leaves open by itself: its end, or the trustees' agreement in an old form."""
    circle = () if record.setup.trustees.signed else ("circle",)
    return circle if record.finished else ("unfinished", *circle)


def _verify_export(found: Found, work: _Work, earlier: str | None) -> Verification:
    for name in FILES:
        if name not in found:
            raise Refused(Refusal.EXPORT_INCOMPLETE, name=name)
    archives = _one(found, "owners"), _one(found, "area")
    known = {*FILES, *DOCUMENTS, *archives, ASSEMBLY_LOG}
    others = sorted(name for name in found if name not in known and not is_auditors(name))
    papers = {name: body for name, body in found.items() if isinstance(body, bytes)}
    findings: list[Refused] = []
    checked: list[str] = []
    failed: list[str] = []

    def check(name: str, act: Callable[[], Result]) -> Result | None:
        try:
            value = act()
        except Refused as refused:
            if refused.refusal in _NO_FINDINGS:
                raise
            findings.append(refused)
            failed.append(name)
            return None
        checked.append(name)
        return value

    steps = ["archives", "rules", "log", "signatures", "documents", "outcome", "told", "checkpoint"]
    if earlier is not None:
        steps.append("history")
    facts: dict[str, Any] = {}
    unproven: tuple[str, ...] = ()
    most = most_ballots(papers["rules.json"])
    twins = check("archives", lambda: _verify_twins(found, archives, work, most))
    if twins is not None:
        trustees = twins.owners.setup.trustees
        election = twins.owners.setup.election.election
        facts = {
            "uuid": election.uuid,
            "title": election.name,
            "owners": _record_facts(twins.owners),
            "area": _record_facts(twins.area),
        }
        rules = check("rules", lambda: verify_rules(papers["rules.json"], twins))
        log = check("log", lambda: verify_log(papers["audit-log.jsonl"], twins))
        if rules is not None and log is not None:
            check("signatures", lambda: verify_signatures(log.entries, election.uuid, rules["receipt_key"]))
        if rules is not None and log is not None and is_convened(rules, log.entries):
            steps.append("assembly")
            body = papers.get(ASSEMBLY_LOG)
            facts["assembly"] = check(
                "assembly", lambda: verify_assembly(body, rules, election.uuid, log.entries)
            )
        if log is not None:
            check("documents", lambda: verify_documents(papers, log))
        told = None
        if rules is not None and log is not None and tells_of_openings(log.entries):
            steps.append("openings")
            told = check("openings", lambda: verify_openings_told(log.entries, rules, trustees))
        if rules is not None and log is not None and (told is not None or "openings" not in steps):
            # Single ballots were opened, or there is the part of the record that says what is in them.
            single = rules["secrecy"] == Secrecy.OPEN and twins.owners.finished
            single = single or any(each.opened for each in told or ())
            silence = tells_of_silence(log.entries)
            if any(is_auditors(name) for name in found):
                steps.append("auditors-part")
                board = _board(twins, found[archives[0]])
                facts["auditors_part"] = check(
                    "auditors-part",
                    lambda: verify_auditors_part(papers, board, rules, log.entries, told or ()),
                )
                unproven = ("voters",)
                part = auditors_files(rules, log.entries, told or ())
                others += sorted(name for name in found if is_auditors(name) and name not in part)
                if silence is not None:
                    steps.append("silent")
                    facts["silent"] = check("silent", lambda: verify_deemed(papers, rules, silence))
            else:
                unproven = (*(("auditors-part",) if single else ()), *(("silent",) if silence else ()))
        if rules is not None and "assembly" not in rules and ASSEMBLY_LOG in found:
            others = sorted([*others, ASSEMBLY_LOG])
        if rules is not None:
            outcome = check(
                "outcome", lambda: verify_outcome(papers["outcome.json"], rules, twins, deemed_of(log))
            )
            facts["outcome"] = outcome
            if log is not None and outcome is not None:
                check("told", lambda: verify_told(log, rules, outcome))
            check("checkpoint", lambda: verify_own_checkpoint(papers["checkpoint.txt"], rules, log, twins))
            if earlier is not None:
                check("history", lambda: verify_continues(earlier, rules, log, twins))
    if others:
        facts["other_files"] = others
    ended = {*checked, *failed} - ({"archives"} if twins is None else set())
    left = tuple(step for step in steps if step not in ended)
    unseen = (
        *(_unfinished(twins.owners) if twins else ()),
        *unproven,
        *(("other-files",) if others else ()),
        *(() if earlier is not None else ("history",)),
        "papers",
        "omissions",
    )
    return Verification(tuple(findings), tuple(checked), left + unseen, tuple(failed), facts)


def _board(twins: Twins, owners: bytes | Source) -> Board:
    """What the auditors' part is checked against; the ballots are read again."""
    setup, area = twins.owners.setup, twins.area.setup.roll

    def bodies() -> Iterator[bytes]:
        with opened(owners) as stream:
            links = Reader(stream).links(again=twins.owners.chain)
            yield from (link.records[0] for link in links if link.event.type == "Ballot")

    def weight(credential: str) -> int | None:
        number = area.number(credential)
        return None if number is None else area.weights[number - 1]

    return Board(setup.election, setup.trustees, bodies, twins.owners.chain.counted(), weight)


def _verify_twins(found: Found, names: tuple[str, str], work: _Work, most: int | None) -> Twins:
    """Both archives, under the name that the outside tool wants: that of their election."""
    twins = verify_twins(found[names[0]], found[names[1]], work.spread, work.progress, most)
    uuid = twins.owners.setup.election.election.uuid
    for name, measure in zip(names, ("owners", "area"), strict=True):
        if name != f"{measure}/{uuid}.bel":
            raise Refused(Refusal.EXPORT_INCOMPLETE, name=f"{measure}/{uuid}.bel")
    return twins
