"""The board in the database: records by hash, one event a height for both archives, and whose ballots."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, insert, select, update

from voting.store.engine import Transaction
from voting.store.tables import ballots, board_data, board_events, elections


@dataclass(frozen=True)
class EventRow:
    """One height of both archives; payloads and event hashes are SHA-256 in hex."""

    height: int
    type: str
    owners_payload: str | None
    area_payload: str | None
    owners_hash: str
    area_hash: str
    recorded_at: datetime


# Ballots of one voter where the election sets no limit: nobody comes to so many.
NO_LIMIT = 1_000_000


@dataclass(frozen=True)
class BallotRow:
    """A voter's ballot on the board; `replaced`: a later one of the same voter counts instead."""

    voter: int
    number: int
    tracker: str
    replaced: bool
    event: EventRow


def advance(tx: Transaction, uuid: str, phase: str, height: int, owners_head: str, area_head: str) -> bool:
    """Move the head from `height` to the next one; False when another event was first or the phase moved."""
    statement = update(elections).where(
        elections.c.uuid == uuid, elections.c.height == height, elections.c.phase == phase
    )
    values = {"height": height + 1, "owners_head": owners_head, "area_head": area_head}
    return tx.execute(statement.values(**values)).rowcount == 1


def add_events(
    tx: Transaction, uuid: str, events: Sequence[EventRow], records: Iterable[tuple[str, bytes]]
) -> None:
    """Insert events and the records (hash, body) they refer to; a record that both archives share, once."""
    bodies = dict(records)
    known = set(
        tx.execute(
            select(board_data.c.hash).where(
                board_data.c.election_uuid == uuid, board_data.c.hash.in_(list(bodies))
            )
        ).scalars()
    )
    new = [{"election_uuid": uuid, "hash": h, "body": body} for h, body in bodies.items() if h not in known]
    if new:
        tx.execute(insert(board_data), new)
    tx.execute(
        insert(board_events),
        [
            {
                "election_uuid": uuid,
                "height": event.height,
                "type": event.type,
                "owners_payload": event.owners_payload,
                "area_payload": event.area_payload,
                "owners_hash": event.owners_hash,
                "area_hash": event.area_hash,
                "recorded_at": event.recorded_at,
            }
            for event in events
        ],
    )


def add_ballot(
    tx: Transaction, uuid: str, voter: int, tracker: str, height: int, number: int = 1, most: int = 1
) -> None:
    """Record whose ballot, and the how manieth, stands at this height.

    `most` is what the election allows one voter. More than that, or the same number twice, ends the
    transaction with Conflict.
    """
    tx.execute(
        insert(ballots).values(
            election_uuid=uuid, voter=voter, number=number, most=most, tracker=tracker, height=height
        )
    )


def ballots_of(tx: Transaction, uuid: str, voter: int) -> list[BallotRow]:
    """This voter's ballots in their order; the last one counts."""
    return _ballots(tx, uuid, voter=voter)


def ballot_of(tx: Transaction, uuid: str, voter: int) -> BallotRow | None:
    """This voter's ballot that counts."""
    found = ballots_of(tx, uuid, voter)
    return found[-1] if found else None


def ballot_with(tx: Transaction, uuid: str, tracker: str) -> BallotRow | None:
    """The ballot with this tracker."""
    found = _ballots(tx, uuid, tracker=tracker)
    return found[0] if found else None


def trackers(tx: Transaction, uuid: str) -> list[tuple[int, str]]:
    """(height, tracker) of every ballot, in the board's order."""
    statement = select(ballots.c.height, ballots.c.tracker).where(ballots.c.election_uuid == uuid)
    return [(row.height, row.tracker) for row in tx.execute(statement.order_by(ballots.c.height))]


def replacements(tx: Transaction, uuid: str) -> dict[int, int]:
    """For each ballot that was replaced, by height, the height of the same voter's next one."""
    later = func.lead(ballots.c.height).over(partition_by=ballots.c.voter, order_by=ballots.c.number)
    pairs = select(ballots.c.height, later.label("later")).where(ballots.c.election_uuid == uuid).subquery()
    statement = select(pairs.c.height, pairs.c.later).where(pairs.c.later.is_not(None))
    return {row.height: row.later for row in tx.execute(statement.order_by(pairs.c.height))}


def events(tx: Transaction, uuid: str) -> list[EventRow]:
    """Every event, by height."""
    statement = select(*_EVENT_COLUMNS).where(board_events.c.election_uuid == uuid)
    return [EventRow(*row) for row in tx.execute(statement.order_by(board_events.c.height))]


def events_from(tx: Transaction, uuid: str, height: int, most: int) -> list[EventRow]:
    """At most so many events from this height on."""
    statement = (
        select(*_EVENT_COLUMNS)
        .where(board_events.c.election_uuid == uuid, board_events.c.height >= height)
        .order_by(board_events.c.height)
        .limit(most)
    )
    return [EventRow(*row) for row in tx.execute(statement)]


def body(tx: Transaction, uuid: str, record_hash: str) -> bytes | None:
    """One record."""
    statement = select(board_data.c.body).where(
        board_data.c.election_uuid == uuid, board_data.c.hash == record_hash
    )
    found: bytes | None = tx.execute(statement).scalar_one_or_none()
    return found


_EVENT_COLUMNS = (
    board_events.c.height,
    board_events.c.type,
    board_events.c.owners_payload,
    board_events.c.area_payload,
    board_events.c.owners_hash,
    board_events.c.area_hash,
    board_events.c.recorded_at,
)


def _ballots(
    tx: Transaction, uuid: str, voter: int | None = None, tracker: str | None = None
) -> list[BallotRow]:
    later = ballots.alias()
    replaced = exists().where(
        later.c.election_uuid == ballots.c.election_uuid,
        later.c.voter == ballots.c.voter,
        later.c.number > ballots.c.number,
    )
    statement = (
        select(ballots.c.voter, ballots.c.number, ballots.c.tracker, replaced, *_EVENT_COLUMNS)
        .join(
            board_events,
            (board_events.c.election_uuid == ballots.c.election_uuid)
            & (board_events.c.height == ballots.c.height),
        )
        .where(ballots.c.election_uuid == uuid)
        .order_by(ballots.c.height)
    )
    if voter is not None:
        statement = statement.where(ballots.c.voter == voter)
    if tracker is not None:
        statement = statement.where(ballots.c.tracker == tracker)
    return [
        BallotRow(row[0], row[1], row[2], bool(row[3]), EventRow(*row[4:])) for row in tx.execute(statement)
    ]
