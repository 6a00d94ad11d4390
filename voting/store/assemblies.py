"""Assemblies in the database: a plan, its steps in order, changes of the roll, objections."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from voting.store.engine import Transaction
from voting.store.tables import assemblies, assembly_steps, estates, objections, roll_changes


@dataclass(frozen=True)
class AssemblyRow:
    """One assembly with its estate's name; `plan` is JSON, `steps` how many were taken."""

    uuid: str
    estate_id: int
    estate: str
    title: str
    convener: str
    plan: str
    steps: int
    register_id: int | None
    wakes_at: datetime | None
    created_at: datetime


@dataclass(frozen=True)
class StepRow:
    """One step; `step` and `facts` are JSON."""

    seq: int
    at: datetime
    act: str
    step: str
    facts: str
    actor: str


@dataclass(frozen=True)
class ChangeRow:
    """What was changed of the roll of a register; `kind` is correction or decision, `change` JSON."""

    number: int
    kind: str
    register_id: int
    change: str
    actor: str
    changed_at: datetime


@dataclass(frozen=True)
class ObjectionRow:
    """An objection with its words; filed through a letter where `voter` is set."""

    number: int
    about: str
    election_uuid: str | None
    voter: int | None
    filed_by: str
    text: str
    filed_at: datetime
    answer: str | None
    answered_at: datetime | None
    upheld: bool | None
    reason: str | None
    decided_at: datetime | None
    decided_by: str | None


def zone_of_plan(plan: str) -> str:
    """The IANA name of the time zone that a stored plan names."""
    return str(json.loads(plan)["calendar"]["zone"])


_ASSEMBLY = tuple(
    estates.c.name if name == "estate" else assemblies.c[name] for name in AssemblyRow.__dataclass_fields__
)
_STEP = tuple(assembly_steps.c[name] for name in StepRow.__dataclass_fields__)
_CHANGE = tuple(roll_changes.c[name] for name in ChangeRow.__dataclass_fields__)
_OBJECTION = tuple(objections.c[name] for name in ObjectionRow.__dataclass_fields__)


def add_assembly(tx: Transaction, uuid: str, **values: Any) -> None:
    """Insert an assembly without steps."""
    tx.execute(insert(assemblies).values(uuid=uuid, **values))


def assembly_row(tx: Transaction, uuid: str) -> AssemblyRow | None:
    """The assembly, or None."""
    found = _rows(tx, uuid)
    return found[0] if found else None


def list_assemblies(tx: Transaction) -> list[AssemblyRow]:
    """Every assembly, newest first."""
    return _rows(tx, None)


def hold(tx: Transaction, uuid: str) -> None:
    """Let nobody else hold or change this assembly until the transaction ends."""
    tx.execute(select(assemblies.c.uuid).where(assemblies.c.uuid == uuid).with_for_update())


def change(tx: Transaction, uuid: str, **values: Any) -> None:
    """Change an assembly that this transaction holds."""
    tx.execute(update(assemblies).where(assemblies.c.uuid == uuid).values(**values))


def due(tx: Transaction, now: datetime) -> list[str]:
    """The assemblies whose clock has to act, the longest waiting first."""
    statement = select(assemblies.c.uuid).where(assemblies.c.wakes_at <= now)
    return list(tx.execute(statement.order_by(assemblies.c.wakes_at, assemblies.c.uuid)).scalars())


def steps(tx: Transaction, uuid: str) -> list[StepRow]:
    """The steps of an assembly in their order."""
    statement = select(*_STEP).where(assembly_steps.c.assembly_uuid == uuid).order_by(assembly_steps.c.seq)
    return [StepRow(*row) for row in tx.execute(statement)]


def append_step(
    tx: Transaction,
    uuid: str,
    taken: int,
    values: dict[str, Any],
    **changes: Any,
) -> bool:
    """Append a step where `taken` have been taken so far; False, with nothing changed, where it is not so."""
    statement = update(assemblies).where(assemblies.c.uuid == uuid, assemblies.c.steps == taken)
    if tx.execute(statement.values(steps=taken + 1, **changes)).rowcount != 1:
        return False
    tx.execute(insert(assembly_steps).values(assembly_uuid=uuid, seq=taken + 1, **values))
    return True


def roll_change_rows(tx: Transaction, uuid: str) -> list[ChangeRow]:
    """What was changed of the roll, in order."""
    statement = select(*_CHANGE).where(roll_changes.c.assembly_uuid == uuid).order_by(roll_changes.c.number)
    return [ChangeRow(*row) for row in tx.execute(statement)]


def add_roll_change(tx: Transaction, uuid: str, **values: Any) -> int:
    """Add a change and return its number."""
    last = select(func.max(roll_changes.c.number)).where(roll_changes.c.assembly_uuid == uuid)
    number = (tx.execute(last).scalar_one() or 0) + 1
    tx.execute(insert(roll_changes).values(assembly_uuid=uuid, number=number, **values))
    return number


def objection_rows(tx: Transaction, uuid: str) -> list[ObjectionRow]:
    """Every objection, by number."""
    statement = select(*_OBJECTION).where(objections.c.assembly_uuid == uuid).order_by(objections.c.number)
    return [ObjectionRow(*row) for row in tx.execute(statement)]


def add_objection(tx: Transaction, uuid: str, number: int, **values: Any) -> None:
    """Keep an objection's words under the number that the clock gave it."""
    tx.execute(insert(objections).values(assembly_uuid=uuid, number=number, **values))


def change_objection(tx: Transaction, uuid: str, number: int, **values: Any) -> bool:
    """Answer or decide an objection; False when there is none of this number."""
    statement = update(objections).where(objections.c.assembly_uuid == uuid, objections.c.number == number)
    return tx.execute(statement.values(**values)).rowcount == 1


def _rows(tx: Transaction, uuid: str | None) -> list[AssemblyRow]:
    statement = select(*_ASSEMBLY).join(estates, estates.c.id == assemblies.c.estate_id)
    statement = statement.order_by(assemblies.c.created_at.desc(), assemblies.c.uuid)
    if uuid is not None:
        statement = statement.where(assemblies.c.uuid == uuid)
    return [AssemblyRow(*row) for row in tx.execute(statement)]
