"""Estates and their registers in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select

from voting.rules.roll import RegisteredUnit
from voting.store.engine import Transaction
from voting.store.tables import estates, registers, unit_factors, unit_owners, units

OWNERS, RESIDENTS = "owners", "residents"


@dataclass(frozen=True)
class Factor:
    """A salted keyed hash of a second factor; which number it is of is not kept."""

    salt: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class UnitRow(RegisteredUnit):
    """A unit of a register, with what only the store and the desk need of it."""

    area_source: str
    developer: bool
    factors: tuple[Factor, ...]


@dataclass(frozen=True)
class EstateRow:
    """An estate with its newest register of units, if there is one."""

    id: int
    name: str
    register_id: int | None
    file_name: str | None
    imported_at: datetime | None


def add_estate(tx: Transaction, name: str, now: datetime) -> int:
    """Insert; a taken name ends the transaction with Conflict."""
    statement = insert(estates).values(name=name, created_at=now).returning(estates.c.id)
    return int(tx.execute(statement).scalar_one())


def list_estates(tx: Transaction, estate_id: int | None = None) -> list[EstateRow]:
    """Every estate, or the one with this id, by name."""
    newest = (
        select(registers.c.estate_id, func.max(registers.c.id).label("register_id"))
        .where(registers.c.body == OWNERS)
        .group_by(registers.c.estate_id)
        .subquery()
    )
    statement = (
        select(estates.c.id, estates.c.name, registers.c.id, registers.c.file_name, registers.c.imported_at)
        .outerjoin(newest, newest.c.estate_id == estates.c.id)
        .outerjoin(registers, registers.c.id == newest.c.register_id)
        .order_by(estates.c.name)
    )
    if estate_id is not None:
        statement = statement.where(estates.c.id == estate_id)
    return [EstateRow(*row) for row in tx.execute(statement)]


def begin_register(
    tx: Transaction,
    body: str,
    estate_id: int,
    file_name: str,
    file_sha256: str,
    imported_by: int,
    now: datetime,
) -> int:
    """Insert a register, still empty, and return its id; `body` says whose it is."""
    statement = insert(registers).values(
        estate_id=estate_id,
        file_name=file_name,
        file_sha256=file_sha256,
        imported_at=now,
        imported_by=imported_by,
        body=body,
    )
    return int(tx.execute(statement.returning(registers.c.id)).scalar_one())


def add_register(
    tx: Transaction,
    estate_id: int,
    file_name: str,
    file_sha256: str,
    imported_by: int,
    now: datetime,
    rows: Sequence[UnitRow],
) -> int:
    """Store a whole register and return its id; from then on it is the estate's newest."""
    register_id = begin_register(tx, OWNERS, estate_id, file_name, file_sha256, imported_by, now)
    unit_values, owner_values, factor_values = [], [], []
    for position, row in enumerate(rows, start=1):
        unit_values.append(
            {
                "register_id": register_id,
                "position": position,
                "label": row.label,
                "building": row.building,
                "stairwell": row.stairwell,
                "use": row.use,
                "area_dm2": row.area_dm2,
                "area_source": row.area_source,
                "note": row.note,
                "developer": row.developer,
            }
        )
        owner_values += [
            {"register_id": register_id, "unit": position, "position": i, "name": name, "owner_key": key}
            for i, (name, key) in enumerate(zip(row.owner_names, row.owner_keys, strict=True), start=1)
        ]
        factor_values += [
            {
                "register_id": register_id,
                "unit": position,
                "position": i,
                "salt": factor.salt,
                "digest": factor.digest,
            }
            for i, factor in enumerate(row.factors, start=1)
        ]
    for table, values in ((units, unit_values), (unit_owners, owner_values), (unit_factors, factor_values)):
        if values:
            tx.execute(insert(table), values)
    return register_id


def register_units(tx: Transaction, register_id: int) -> list[UnitRow]:
    """The units of a register in the order of its file."""
    owners: dict[int, list[tuple[str, str]]] = {}
    for row in tx.execute(
        select(unit_owners.c.unit, unit_owners.c.name, unit_owners.c.owner_key)
        .where(unit_owners.c.register_id == register_id)
        .order_by(unit_owners.c.unit, unit_owners.c.position)
    ):
        owners.setdefault(row.unit, []).append((row.name, row.owner_key))
    factors: dict[int, list[Factor]] = {}
    for row in tx.execute(
        select(unit_factors.c.unit, unit_factors.c.salt, unit_factors.c.digest)
        .where(unit_factors.c.register_id == register_id)
        .order_by(unit_factors.c.unit, unit_factors.c.position)
    ):
        factors.setdefault(row.unit, []).append(Factor(row.salt, row.digest))
    return [
        UnitRow(
            label=row.label,
            building=row.building,
            stairwell=row.stairwell,
            use=row.use,
            area_dm2=row.area_dm2,
            area_source=row.area_source,
            note=row.note,
            developer=row.developer,
            owner_names=tuple(name for name, _ in owners.get(row.position, [])),
            owner_keys=tuple(key for _, key in owners.get(row.position, [])),
            factors=tuple(factors.get(row.position, [])),
        )
        for row in tx.execute(
            select(units).where(units.c.register_id == register_id).order_by(units.c.position)
        )
    ]
