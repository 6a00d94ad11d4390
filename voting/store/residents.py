"""Registers of residents in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update

from voting.rules.residents import RegisteredResident
from voting.store.engine import Transaction
from voting.store.registers import RESIDENTS, Factor
from voting.store.tables import registers, resident_factors, residents


@dataclass(frozen=True, kw_only=True)
class ResidentRow(RegisteredResident):
    """A resident with the second factors; `position` is the place in the file, 0 before it is stored."""

    factors: tuple[Factor, ...]
    position: int = 0


@dataclass(frozen=True)
class ResidentsRow:
    """A register of residents."""

    id: int
    file_name: str
    imported_at: datetime


def newest(tx: Transaction, estate_id: int) -> ResidentsRow | None:
    """The estate's newest register of residents."""
    latest = select(func.max(registers.c.id)).where(
        registers.c.estate_id == estate_id, registers.c.body == RESIDENTS
    )
    statement = select(registers.c.id, registers.c.file_name, registers.c.imported_at)
    row = tx.execute(statement.where(registers.c.id == latest.scalar_subquery())).first()
    return None if row is None else ResidentsRow(*row)


def count(tx: Transaction, register_id: int) -> int:
    """How many residents a register has."""
    statement = select(func.count()).select_from(residents).where(residents.c.register_id == register_id)
    return int(tx.execute(statement).scalar_one())


def add_residents(tx: Transaction, register_id: int, rows: Sequence[ResidentRow]) -> None:
    """Fill a register; two representatives of one household end the transaction with Conflict."""
    people, factors = [], []
    for position, row in enumerate(rows, start=1):
        people.append(
            {
                "register_id": register_id,
                "position": position,
                "label": row.label,
                "building": row.building,
                "stairwell": row.stairwell,
                "household": row.household,
                "name": row.name,
                "resident_key": row.key,
                "represents": row.represents,
            }
        )
        factors += [
            {
                "register_id": register_id,
                "resident": position,
                "position": i,
                "salt": factor.salt,
                "digest": factor.digest,
            }
            for i, factor in enumerate(row.factors, start=1)
        ]
    for table, values in ((residents, people), (resident_factors, factors)):
        if values:
            tx.execute(insert(table), values)


def register_residents(tx: Transaction, register_id: int) -> list[ResidentRow]:
    """The residents of a register in the order of its file."""
    factors: dict[int, list[Factor]] = {}
    for row in tx.execute(
        select(resident_factors.c.resident, resident_factors.c.salt, resident_factors.c.digest)
        .where(resident_factors.c.register_id == register_id)
        .order_by(resident_factors.c.resident, resident_factors.c.position)
    ):
        factors.setdefault(row.resident, []).append(Factor(row.salt, row.digest))
    return [
        ResidentRow(
            label=row.label,
            building=row.building,
            stairwell=row.stairwell,
            household=row.household,
            name=row.name,
            key=row.resident_key,
            represents=bool(row.represents),
            factors=tuple(factors.get(row.position, [])),
            position=row.position,
        )
        for row in tx.execute(
            select(residents).where(residents.c.register_id == register_id).order_by(residents.c.position)
        )
    ]


def represent(tx: Transaction, register_id: int, former: int, next_one: int) -> None:
    """Another resident stands for the household from now on; both by position."""
    for position, represents in ((former, False), (next_one, True)):
        tx.execute(
            update(residents)
            .where(residents.c.register_id == register_id, residents.c.position == position)
            .values(represents=represents)
        )
