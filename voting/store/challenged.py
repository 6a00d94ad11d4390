"""Ballots that were opened instead of cast: their trackers for good, the bodies of a voter's newest few."""

from datetime import datetime

from sqlalchemy import insert, select, update

from voting.store.engine import Transaction
from voting.store.tables import challenged_ballots as table


def is_challenged(tx: Transaction, uuid: str, tracker: str) -> bool:
    """Whether the ballot with this tracker was ever opened."""
    statement = select(table.c.tracker).where(table.c.election_uuid == uuid, table.c.tracker == tracker)
    return tx.execute(statement).first() is not None


def add(tx: Transaction, uuid: str, voter: int, tracker: str, body: bytes, now: datetime, keep: int) -> None:
    """Remember an opened ballot; of this voter's, only the newest `keep` keep their bodies."""
    mine = (table.c.election_uuid == uuid, table.c.voter == voter)
    number = len(tx.execute(select(table.c.tracker).where(*mine)).all()) + 1
    tx.execute(
        insert(table).values(
            election_uuid=uuid, tracker=tracker, voter=voter, number=number, body=body, challenged_at=now
        )
    )
    tx.execute(update(table).where(*mine, table.c.number <= number - keep).values(body=None))


def body(tx: Transaction, uuid: str, tracker: str) -> bytes | None:
    """The bytes of an opened ballot, while they are kept."""
    statement = select(table.c.body).where(table.c.election_uuid == uuid, table.c.tracker == tracker)
    found: bytes | None = tx.execute(statement).scalar_one_or_none()
    return found
