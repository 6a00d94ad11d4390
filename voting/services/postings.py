"""The papers' ledger: which are due, made and posted; where, when, by whom, with a photograph.

Entries stand in the ledger of the assembly, or of an election that stands alone. A version of a paper is made
when somebody downloads it with a content that nobody had before.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import msgspec

from voting.documents.notices import Kind, kinds
from voting.documents.notices_ledger import PostingLine
from voting.documents.page import day, moment
from voting.errors import Refusal, Refused
from voting.rules.agenda import agenda_from_json
from voting.rules.assembly import Meeting
from voting.rules.paper_dates import Due, dues, standing_dues
from voting.rules.posting import Posting, check_posting
from voting.rules.terms import Terms
from voting.services import log
from voting.services.assembly_state import contests
from voting.services.ledgers import Book, Kept, append, book, kept, ledger_of, read_photo
from voting.services.phases import found, one_line
from voting.services.site import Actor, Site
from voting.services.wire import iso, shown
from voting.store import ledgers as rows
from voting.store.elections import ElectionRow
from voting.store.engine import Transaction
from voting.store.ledgers import MadeRow


class Stage(StrEnum):
    """How a paper stands against its date."""

    DONE = "done"
    OVERDUE = "overdue"
    NEXT = "next"
    UNDATED = "undated"


@dataclass(frozen=True)
class PostingView:
    """An entry of the ledger; `late`: after its date. `reason` is why it was taken back, or ""."""

    number: int
    posting: Posting
    entered_at: datetime
    actor: str
    withdrawn_at: datetime | None
    reason: str
    late: bool


@dataclass(frozen=True)
class PaperDates:
    """A paper's date, versions and postings."""

    due: Due | None
    stage: Stage
    versions: tuple[MadeRow, ...]
    postings: tuple[PostingView, ...]

    @property
    def made(self) -> MadeRow | None:
        """The newest version."""
        return self.versions[-1] if self.versions else None

    @property
    def hanging(self) -> tuple[PostingView, ...]:
        """The postings that nobody took back."""
        return tuple(each for each in self.postings if each.withdrawn_at is None)


@dataclass(frozen=True)
class PaperDue:
    """A paper that ought to hang, or that is next; `title` is its vote's, "" for one of the whole meeting."""

    election: str
    title: str
    key: str
    name: str
    due: Due
    overdue: bool


def paper_dates(site: Site, election: str, now: datetime) -> dict[str, PaperDates]:
    """By key, of every kind of paper. Refuses ELECTION_UNKNOWN."""
    with site.store.read() as tx:
        row = found(tx, election)
        of = book(tx, ledger_of(row))
        return _dates(tx, of, row, now)


def papers_due(site: Site, ledger: str, now: datetime) -> list[PaperDue]:
    """What hangs too late, and then the one that is next; nothing where no assembly says when.

    Refuses LEDGER_UNKNOWN.
    """
    waiting: list[PaperDue] = []
    with site.store.read() as tx:
        of = book(tx, ledger)
        seen: set[str] = set()
        for row in of.elections:
            known = _kinds(row)
            for key, dated in _dates(tx, of, row, now).items():
                kind = known[key]
                if kind.posted and dated.due is not None and not (kind.whole and key in seen):
                    seen.add(key)
                    if dated.stage in (Stage.OVERDUE, Stage.NEXT):
                        overdue = dated.stage is Stage.OVERDUE
                        title = "" if kind.whole else row.title
                        waiting.append(PaperDue(row.uuid, title, key, kind.name, dated.due, overdue))
    waiting.sort(key=lambda each: (not each.overdue, each.due.planned, each.due.at))
    late = [each for each in waiting if each.overdue]
    return late + [each for each in waiting if not each.overdue and not each.due.planned][:1]


def note_made(site: Site, election: str, key: str, digest: str, actor: Actor, now: datetime) -> None:
    """Remember a version that was downloaded, unless the last one said the same."""
    with site.store.read() as tx:
        row = found(tx, election)
        home = _home(book(tx, ledger_of(row)), _kinds(row)[key], row)
        last = [each for each in rows.made(tx, home) if each.paper == key][-1:]
    if last and last[0].digest == digest:
        return
    with site.store.write() as tx:
        versions = [each.version for each in rows.made(tx, home) if each.paper == key]
        made = MadeRow(key, max(versions, default=0) + 1, digest, now, actor.name)
        rows.add_made(tx, home, made)


def record_posting(site: Site, posting: Posting, photo: bytes, actor: Actor, now: datetime) -> int:
    """Enter that a version of a paper hangs; returns the entry's number. The digest is that of the version.

    Refuses ELECTION_UNKNOWN, PAPER_UNKNOWN for what is not posted, PAPER_NOT_MADE(title), LEDGER_TIME_FUTURE,
    PICTURE_…, and what `check_posting` does.
    """
    picture = read_photo(photo)
    places = dict.fromkeys(one_line(place) for place in posting.places)
    posting = replace(
        posting,
        places=tuple(place for place in places if place),
        at=posting.at.astimezone(UTC).replace(microsecond=0),
        by=" ".join(posting.by.split()),
        photo=picture.sha256 if picture is not None else None,
    )
    with site.store.write() as tx:
        row = found(tx, posting.election)
        kind = _kinds(row).get(posting.paper)
        if kind is None or not kind.posted:
            raise Refused(Refusal.PAPER_UNKNOWN)
        of = book(tx, ledger_of(row))
        posting = replace(posting, election=_home(of, kind, row))
        made = {each.version: each for each in rows.made(tx, posting.election) if each.paper == kind.key}
        if posting.version not in made:
            raise Refused(Refusal.PAPER_NOT_MADE, title=kind.name)
        if posting.at > now:
            raise Refused(Refusal.LEDGER_TIME_FUTURE, now=shown(now, of.calendar.zone))
        posting = replace(posting, digest=made[posting.version].digest)
        check_posting(posting)
        number, details = append(tx, of, "posting", _written(posting), picture, actor, now)
        details |= {
            "paper": posting.paper,
            "title": kind.name,
            "election": posting.election,
            "places": list(posting.places),
            "at": iso(posting.at),
            "by": posting.by,
            "version": posting.version,
            "paper_sha256": posting.digest,
        }
        log.append(site, tx, of.uuid, actor.name, "posting-recorded", details, now)
        return number


def posting_lines(site: Site, ledger: str) -> tuple[PostingLine, ...]:
    """Every posting of a ledger as papers have it, in order. Refuses LEDGER_UNKNOWN."""
    with site.store.read() as tx:
        of = book(tx, ledger)
        entries = kept(rows.entries(tx, ledger), "posting")
    until = standing_dues(of.assembly.state) if of.assembly is not None else {}
    votes = {row.uuid: (row.title, _kinds(row)) for row in of.elections}

    def line(each: Kept) -> PostingLine:
        title, known = votes[each.said["election"]]
        kind = known[each.said["paper"]]
        whose = "" if kind.whole or len(votes) == 1 else f"（{title}）"
        return _line(f"{kind.name}{whose}", _view(each, until), until, of.calendar.zone)

    return tuple(map(line, entries))


def photographs(site: Site, ledger: str) -> dict[str, bytes]:
    """The pictures of postings that stand, by what they are called in a folder. Refuses LEDGER_UNKNOWN."""
    with site.store.read() as tx:
        book(tx, ledger)
        made: dict[str, bytes] = {}
        for each in kept(rows.entries(tx, ledger), "posting"):
            digest = each.row.photo_sha256
            if digest is not None and each.withdrawn is None:
                body = rows.photo(tx, ledger, digest)
                assert body is not None
                made[f"张贴-第{each.row.number}条.jpg"] = body
        return made


def photo_counts(site: Site, ledger: str) -> dict[str, int]:
    """How many pictures stand for each kind of paper, by its key; those of deliveries under theirs."""
    with site.store.read() as tx:
        entries = rows.entries(tx, ledger)
    counts: dict[str, int] = {}
    for each in (*kept(entries, "posting"), *kept(entries, "delivery")):
        if each.withdrawn is None and each.row.photo_sha256 is not None:
            key = each.said.get("paper", "delivery")
            counts[key] = counts.get(key, 0) + 1
    return counts


def _kinds(row: ElectionRow) -> dict[str, Kind]:
    """The papers that an election has at all."""
    return kinds(agenda_from_json(json.loads(row.agenda)).terms or Terms())


def _home(of: Book, kind: Kind, row: ElectionRow) -> str:
    """Under which election a paper's versions and postings stand: the meeting's one paper under its first."""
    return of.elections[0].uuid if kind.whole else row.uuid


def _dates(tx: Transaction, of: Book, row: ElectionRow, now: datetime) -> dict[str, PaperDates]:
    until = dues(of.assembly.state, now) if of.assembly is not None else {}
    made = {home: rows.made(tx, home) for home in {row.uuid, of.elections[0].uuid}}
    entries = kept(rows.entries(tx, of.uuid), "posting")
    dated = {}
    for kind in _kinds(row).values():
        home = _home(of, kind, row)
        mine = [
            _view(each, until)
            for each in entries
            if (each.said["paper"], each.said["election"]) == (kind.key, home)
        ]
        versions = tuple(each for each in made[home] if each.paper == kind.key)
        due = until.get(kind.key) if _wanted(kind, of, row) else None
        dated[kind.key] = PaperDates(due, _stage(kind, due, mine, versions, now), versions, tuple(mine))
    return dated


def _wanted(kind: Kind, of: Book, row: ElectionRow) -> bool:
    """Whether an election of an assembly needs it at all."""
    if of.assembly is None:
        return False
    if kind.key in ("group", "preparation"):
        return of.assembly.state.plan.meeting is Meeting.FIRST
    if kind.key in ("candidates", "candidate-form", "committee-minutes", "filing"):
        return bool(contests(row))
    return True


def _stage(
    kind: Kind, due: Due | None, mine: Sequence[PostingView], versions: Sequence[MadeRow], now: datetime
) -> Stage:
    hanging = [
        each
        for each in mine
        if each.withdrawn_at is None and (due is None or due.since is None or each.posting.at >= due.since)
    ]
    if (hanging if kind.posted else versions) and (due is None or not due.planned):
        return Stage.DONE
    if due is None:
        return Stage.UNDATED
    return Stage.OVERDUE if not due.planned and due.at <= now else Stage.NEXT


def _view(each: Kept, until: Mapping[str, Due]) -> PostingView:
    posting = msgspec.convert(each.said, Posting)
    due = until.get(posting.paper)
    return PostingView(
        number=each.row.number,
        posting=posting,
        entered_at=each.row.entered_at,
        actor=each.row.actor,
        withdrawn_at=each.withdrawn.entered_at if each.withdrawn is not None else None,
        reason=each.reason,
        late=due is not None and not due.planned and posting.at >= due.at,
    )


def _line(paper: str, view: PostingView, until: Mapping[str, Due], zone: str) -> PostingLine:
    posting, due = view.posting, until.get(view.posting.paper)
    notes = (
        "晚于应当张贴的时间" if view.late else "",
        f"已撤销：{view.reason}" if view.withdrawn_at is not None else "",
    )
    return PostingLine(
        number=view.number,
        paper=paper,
        due=day(due.at, zone) if due is not None else "",
        version=f"第 {posting.version} 版　{posting.digest[:12]}",
        when=moment(posting.at, zone),
        places="、".join(posting.places),
        by=posting.by,
        photo=posting.photo or "",
        note="；".join(note for note in notes if note),
    )


def _written(posting: Posting) -> dict[str, Any]:
    made: dict[str, Any] = msgspec.to_builtins(posting)
    return made
