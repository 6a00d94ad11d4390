"""The roll of an assembly: a register and what people changed of it, each change a version with its reason.

Corrections belong to the register they were made in; decisions about who is one voter outlive a new import
as long as their units are there.
"""

import json
from dataclasses import replace
from typing import Any

import msgspec

from voting.rules.roll import RegisteredUnit, Scope, Voter, voters
from voting.rules.roll_changes import Correction, corrected
from voting.rules.roll_proposals import Decision, decided
from voting.services.registers import estate_row
from voting.store import assemblies as rows
from voting.store.assemblies import AssemblyRow, ChangeRow
from voting.store.elections import ElectionRow
from voting.store.engine import Transaction
from voting.store.registers import UnitRow, register_units

COUNTED = Scope()  # what the published roll counts: parking is not, unless an election's own scope says so


def register_of(tx: Transaction, row: AssemblyRow) -> int | None:
    """The register of the published roll; before that the estate's newest."""
    return row.register_id if row.register_id is not None else estate_row(tx, row.estate_id).register_id


def assembly_units(tx: Transaction, row: AssemblyRow, register_id: int | None = None) -> list[UnitRow]:
    """The units as the assembly's roll has them; a unit whose owners changed keeps nobody's second factor."""
    register_id = register_id or register_of(tx, row)
    if register_id is None:
        return []
    stored = {unit.label: unit for unit in register_units(tx, register_id)}
    units = tuple(plain(unit) for unit in stored.values())
    # Owners by name as the corrections leave them; decisions only join or part their keys.
    owners = {unit.label: unit.owner_keys for unit in units}
    for change in rows.roll_change_rows(tx, row.uuid):
        if change.kind == "decision":
            decision = decision_of(change)
            if {unit.label for unit in units} >= set(decision.proposal.labels):
                units = decided(units, [decision])
        elif change.register_id == register_id:
            correction = correction_of(change)
            units = corrected(units, [correction])
            if correction.after is not None and correction.before is not None:
                kept = correction.before.owner_keys == correction.after.owner_keys
                first = owners.get(correction.before.label) if kept else None
                owners[correction.after.label] = first or ()
    return [_kept(unit, stored.get(unit.label), owners.get(unit.label)) for unit in units]


def assembly_voters(tx: Transaction, row: AssemblyRow, scope: Scope) -> tuple[Voter, ...]:
    """The voters of a scope, numbered from 1; nobody without a register."""
    return voters(assembly_units(tx, row), scope)


def election_units(tx: Transaction, election: ElectionRow) -> tuple[int | None, list[UnitRow]]:
    """The register that an election's voters come from, and its units: the assembly's roll where it is part
    of one, else the estate's newest register."""
    row = None if election.assembly_uuid is None else rows.assembly_row(tx, election.assembly_uuid)
    if row is not None:
        return register_of(tx, row), assembly_units(tx, row)
    register_id = estate_row(tx, election.estate_id).register_id
    return register_id, [] if register_id is None else register_units(tx, register_id)


def version(tx: Transaction, row: AssemblyRow) -> int:
    """How many changes the roll has seen."""
    return len(rows.roll_change_rows(tx, row.uuid))


def plain(unit: RegisteredUnit) -> RegisteredUnit:
    """The unit as the rules compare it."""
    fields = RegisteredUnit.__dataclass_fields__
    return RegisteredUnit(**{name: getattr(unit, name) for name in fields})


def correction_of(change: ChangeRow) -> Correction:
    """A stored correction."""
    return msgspec.convert(json.loads(change.change), Correction)


def decision_of(change: ChangeRow) -> Decision:
    """A stored decision about a proposal."""
    return msgspec.convert(json.loads(change.change), Decision)


def named(change: ChangeRow) -> int | None:
    """The number of the objection that a change says it is for."""
    return None if change.kind == "decision" else correction_of(change).objection


def written(change: Correction | Decision) -> str:
    """A change as it is stored; it names owners, and leaves the database with nothing public."""
    made: dict[str, Any] = msgspec.to_builtins(change)
    return json.dumps(made, ensure_ascii=False)


def _kept(unit: RegisteredUnit, stored: UnitRow | None, owners: tuple[str, ...] | None) -> UnitRow:
    if stored is None:
        return UnitRow(**vars(unit), area_source="", developer=False, factors=())
    same = owners is not None and owners == stored.owner_keys
    made = UnitRow(
        **vars(unit), area_source=stored.area_source, developer=stored.developer, factors=stored.factors
    )
    return made if same else replace(made, developer=False, factors=())
