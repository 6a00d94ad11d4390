"""What was done outside, in the database: entries that are only ever added, pictures, links opened."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select

from voting.store.engine import Transaction
from voting.store.log import lock_chain
from voting.store.tables import ledger_entries, ledger_photos, link_openings, made_papers


@dataclass(frozen=True)
class LedgerRow:
    """One entry; `entry` is canonical JSON, `withdraws` the number of the entry that it takes back."""

    number: int
    kind: str
    entry: str
    withdraws: int | None
    photo_sha256: str | None
    entered_at: datetime
    actor: str


@dataclass(frozen=True)
class MadeRow:
    """A version of a paper as it was downloaded; `digest` is that of its content."""

    paper: str
    version: int
    digest: str
    made_at: datetime
    actor: str


_ENTRY = tuple(ledger_entries.c[name] for name in LedgerRow.__dataclass_fields__)
_MADE = tuple(made_papers.c[name] for name in MadeRow.__dataclass_fields__)


def add_entry(tx: Transaction, ledger: str, **values: Any) -> int:
    """Append an entry and return its number; nobody else appends to this ledger until the end."""
    lock_chain(tx, ledger)
    last = select(func.max(ledger_entries.c.number)).where(ledger_entries.c.ledger == ledger)
    number = int(tx.execute(last).scalar_one() or 0) + 1
    tx.execute(insert(ledger_entries).values(ledger=ledger, number=number, **values))
    return number


def entries(tx: Transaction, ledger: str) -> list[LedgerRow]:
    """Every entry, in order."""
    statement = select(*_ENTRY).where(ledger_entries.c.ledger == ledger).order_by(ledger_entries.c.number)
    return [LedgerRow(*row) for row in tx.execute(statement)]


def add_photo(tx: Transaction, ledger: str, sha256: str, body: bytes) -> None:
    """Keep a picture, once."""
    if photo(tx, ledger, sha256) is None:
        tx.execute(insert(ledger_photos).values(ledger=ledger, sha256=sha256, body=body))


def photo(tx: Transaction, ledger: str, sha256: str) -> bytes | None:
    """The picture with this digest, or None."""
    statement = select(ledger_photos.c.body).where(
        ledger_photos.c.ledger == ledger, ledger_photos.c.sha256 == sha256
    )
    return tx.execute(statement).scalar_one_or_none()


def openings(tx: Transaction, ledger: str) -> dict[str, datetime]:
    """Unit -> when its voter first came into the booth."""
    statement = select(link_openings.c.unit, link_openings.c.opened_at).where(
        link_openings.c.ledger == ledger
    )
    return {row.unit: row.opened_at for row in tx.execute(statement)}


def add_openings(tx: Transaction, ledger: str, units: Iterable[str], opened_at: datetime) -> None:
    """Remember the first time of each unit; those that have one keep it."""
    lock_chain(tx, ledger)
    known = openings(tx, ledger)
    rows = [{"ledger": ledger, "unit": unit, "opened_at": opened_at} for unit in units if unit not in known]
    if rows:
        tx.execute(insert(link_openings), rows)


def made(tx: Transaction, election_uuid: str) -> list[MadeRow]:
    """Every version of every paper of an election, oldest first."""
    statement = select(*_MADE).where(made_papers.c.election_uuid == election_uuid)
    return [MadeRow(*row) for row in tx.execute(statement.order_by(made_papers.c.made_at))]


def add_made(tx: Transaction, election_uuid: str, row: MadeRow) -> None:
    """Keep a version; its number must be free."""
    lock_chain(tx, election_uuid)
    tx.execute(insert(made_papers).values(election_uuid=election_uuid, **row.__dict__))
