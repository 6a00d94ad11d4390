"""Nominations in the database: who was put forward in an assembly, what was found, what was decided."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from voting.store.engine import Transaction
from voting.store.tables import nominations


@dataclass(frozen=True)
class NominationRow:
    """One nomination; `units` and `checks` are JSON, `place` is where it stands in a fixed order."""

    number: int
    name: str
    units: str
    nominator: str
    supporters: int
    consent: bool
    nominated_at: datetime
    checks: str
    place: int
    listed: bool | None
    reason: str | None
    decided_at: datetime | None
    decided_by: str | None
    withdrawn_at: datetime | None
    withdrawn_reason: str | None


_COLUMNS = tuple(nominations.c[name] for name in NominationRow.__dataclass_fields__)


def nomination_rows(tx: Transaction, uuid: str) -> list[NominationRow]:
    """The nominations of an assembly, by number."""
    statement = select(*_COLUMNS).where(nominations.c.assembly_uuid == uuid).order_by(nominations.c.number)
    return [NominationRow(*row) for row in tx.execute(statement)]


def add_nomination(tx: Transaction, uuid: str, **values: Any) -> int:
    """Add one, last in the order, and return its number."""
    last = select(func.max(nominations.c.number)).where(nominations.c.assembly_uuid == uuid)
    number = (tx.execute(last).scalar_one() or 0) + 1
    tx.execute(insert(nominations).values(assembly_uuid=uuid, number=number, place=number, **values))
    return number


def change_nomination(tx: Transaction, uuid: str, number: int, **values: Any) -> None:
    """Change one."""
    mine = nominations.c.assembly_uuid == uuid, nominations.c.number == number
    tx.execute(update(nominations).where(*mine).values(**values))
