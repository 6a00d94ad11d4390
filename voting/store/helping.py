"""Requests for help, ballots cast with it, and the organisers' volunteers, in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from voting.store.engine import Transaction
from voting.store.tables import help_requests, helped_ballots, volunteers


@dataclass(frozen=True)
class RequestRow:
    """One request for help; it is open, taken (`taken_by`) or done (`outcome`)."""

    number: int
    voter: int
    by_letter: bool
    wanted: str
    asked_at: datetime
    taken_by: str | None
    taken_at: datetime | None
    outcome: str | None
    done_by: str | None
    done_at: datetime | None


@dataclass(frozen=True)
class HelpedRow:
    """A ballot that was cast with somebody's help."""

    tracker: str
    voter: int
    helper: str
    role: str
    helped_at: datetime


_REQUEST = tuple(help_requests.c[name] for name in RequestRow.__dataclass_fields__)
_HELPED = tuple(helped_ballots.c[name] for name in HelpedRow.__dataclass_fields__)


def add_request(tx: Transaction, uuid: str, **values: Any) -> int:
    """Insert a request, and return its number; the caller holds the voter's entry."""
    highest = select(func.coalesce(func.max(help_requests.c.number), 0))
    number = int(tx.execute(highest.where(help_requests.c.election_uuid == uuid)).scalar_one()) + 1
    tx.execute(insert(help_requests).values(election_uuid=uuid, number=number, **values))
    return number


def change_request(tx: Transaction, uuid: str, number: int, **values: Any) -> None:
    """Set columns of a request."""
    mine = (help_requests.c.election_uuid == uuid, help_requests.c.number == number)
    tx.execute(update(help_requests).where(*mine).values(**values))


def requests(tx: Transaction, uuid: str) -> list[RequestRow]:
    """Every request of an election, by number."""
    statement = select(*_REQUEST).where(help_requests.c.election_uuid == uuid)
    return [RequestRow(*row) for row in tx.execute(statement.order_by(help_requests.c.number))]


def request(tx: Transaction, uuid: str, number: int) -> RequestRow | None:
    """One request; nobody else changes it until the transaction ends."""
    mine = (help_requests.c.election_uuid == uuid, help_requests.c.number == number)
    row = tx.execute(select(*_REQUEST).where(*mine).with_for_update()).first()
    return RequestRow(*row) if row else None


def undone(tx: Transaction, uuid: str, voter: int) -> RequestRow | None:
    """The voter's request that is not done."""
    mine = (help_requests.c.election_uuid == uuid, help_requests.c.voter == voter)
    row = tx.execute(select(*_REQUEST).where(*mine, help_requests.c.done_at.is_(None))).first()
    return RequestRow(*row) if row else None


def waiting(tx: Transaction, uuid: str) -> int:
    """How many requests nobody has taken."""
    mine = (help_requests.c.election_uuid == uuid, help_requests.c.done_at.is_(None))
    counted = select(func.count()).select_from(help_requests)
    return int(tx.execute(counted.where(*mine, help_requests.c.taken_at.is_(None))).scalar_one())


def forget_requests(tx: Transaction, uuid: str) -> None:
    """Give the requests up with the letters that are withdrawn."""
    tx.execute(delete(help_requests).where(help_requests.c.election_uuid == uuid))


def add_helped(tx: Transaction, uuid: str, **values: Any) -> None:
    """Remember with whose help a ballot was cast."""
    tx.execute(insert(helped_ballots).values(election_uuid=uuid, **values))


def helped(tx: Transaction, uuid: str) -> list[HelpedRow]:
    """Every ballot that was cast with help, by voter."""
    statement = select(*_HELPED).where(helped_ballots.c.election_uuid == uuid)
    return [
        HelpedRow(*row)
        for row in tx.execute(statement.order_by(helped_ballots.c.voter, helped_ballots.c.helped_at))
    ]


def volunteer_names(tx: Transaction, uuid: str) -> list[str]:
    """Whom the organisers send, by name."""
    statement = select(volunteers.c.name).where(volunteers.c.election_uuid == uuid)
    return [str(name) for (name,) in tx.execute(statement.order_by(volunteers.c.name))]


def set_volunteers(tx: Transaction, uuid: str, names: Sequence[str]) -> None:
    """Replace the list."""
    tx.execute(delete(volunteers).where(volunteers.c.election_uuid == uuid))
    if names:
        tx.execute(insert(volunteers), [{"election_uuid": uuid, "name": name} for name in names])
