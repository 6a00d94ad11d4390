"""Correcting a published roll, and deciding who is one voter: people do, with a reason, before the notice.

Names stay in the database. The log says which unit, what for and by whom, and the totals and digest before
and after, so that every version that hung in the stairwell can be told from the next.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from voting.errors import Refusal, Refused
from voting.rules.area import parse_area
from voting.rules.assembly import Phase
from voting.rules.roll import RegisteredUnit, roll_digest, voters
from voting.rules.roll_changes import Correction, PublicRoll, public_roll
from voting.rules.roll_proposals import Decision, Proposal, proposals
from voting.services import log
from voting.services.assembly_roll import (
    COUNTED,
    assembly_units,
    assembly_voters,
    correction_of,
    decision_of,
    plain,
    register_of,
    version,
    written,
)
from voting.services.assembly_state import Held, held
from voting.services.phases import require_reason
from voting.services.site import Actor, Site
from voting.store import assemblies as rows
from voting.store.assemblies import ChangeRow
from voting.store.engine import Transaction

LONGEST_NAMES = 200  # characters of all owners of a unit
_AS_BEFORE = "沿用"


@dataclass(frozen=True)
class Corrected:
    """What a unit is from now on, as typed: "" leaves it as it is; `remove` takes it off the roll."""

    label: str
    area: str = ""
    use: str = ""
    owners: str = ""
    remove: bool = False


@dataclass(frozen=True)
class ChangeView:
    """A version of the roll: what was changed, by whom, why; `labels` are the units."""

    number: int
    kind: str
    labels: tuple[str, ...]
    reason: str
    accepted: bool | None
    objection: int | None
    actor: str
    at: datetime


def correct_unit(
    site: Site,
    uuid: str,
    corrected: Corrected,
    reason: str,
    objection: int | None,
    actor: Actor,
    now: datetime,
) -> int:
    """Correct one unit; returns the roll's new version.

    Refuses UNIT_UNKNOWN(label), AREA_…, CORRECTION_EMPTY, REASON_MISSING, REGISTER_MISSING, ROLL_FROZEN once
    the notice is given, and OBJECTION_UNKNOWN(number).
    """
    reason = require_reason(reason)

    def change(tx: Transaction, assembly: Held, _register: int) -> Correction:
        if objection is not None and not 1 <= objection <= len(assembly.state.objections):
            raise Refused(Refusal.OBJECTION_UNKNOWN, number=objection)
        units = {unit.label: plain(unit) for unit in assembly_units(tx, assembly.row)}
        before = units.get(corrected.label.strip())
        if before is None:
            raise Refused(Refusal.UNIT_UNKNOWN, label=corrected.label.strip()[:50])
        after = None if corrected.remove else _after(before, corrected)
        if before == after:
            raise Refused(Refusal.CORRECTION_EMPTY)
        return Correction(before, after, reason, objection)

    return _change(site, uuid, change, actor, now)


def decide_proposal(
    site: Site, uuid: str, key: str, accepted: bool, reason: str, actor: Actor, now: datetime
) -> int:
    """Accept or decline a proposal of `open_proposals`; returns the roll's new version.

    Refuses PROPOSAL_OUTDATED(label), REASON_MISSING, REGISTER_MISSING and ROLL_FROZEN.
    """
    reason = require_reason(reason)

    def change(tx: Transaction, assembly: Held, _register: int) -> Decision:
        for proposal in _open(tx, assembly):
            if proposal.key == key:
                return Decision(proposal, accepted, reason)
        raise Refused(Refusal.PROPOSAL_OUTDATED, label=key.split("|")[-1][:50])

    return _change(site, uuid, change, actor, now)


def open_proposals(site: Site, uuid: str) -> tuple[Proposal, ...]:
    """Who might be one voter, or several, and nobody has decided yet. Refuses ASSEMBLY_UNKNOWN."""
    with site.store.read() as tx:
        return _open(tx, held(tx, uuid))


def changes(site: Site, uuid: str) -> list[ChangeView]:
    """Every version of the roll. Refuses ASSEMBLY_UNKNOWN."""
    with site.store.read() as tx:
        held(tx, uuid)
        found = rows.roll_change_rows(tx, uuid)
    return [_told(row) for row in found]


def published_roll(site: Site, uuid: str) -> PublicRoll | None:
    """The roll as everyone may see it, masked; None before it is published. Refuses ASSEMBLY_UNKNOWN."""
    with site.store.read() as tx:
        assembly = held(tx, uuid)
        if assembly.state.roll_at is None:
            return None
        return public_roll(assembly_voters(tx, assembly.row, COUNTED), version(tx, assembly.row))


def _told(row: ChangeRow) -> ChangeView:
    common: dict[str, Any] = {"kind": row.kind, "actor": row.actor, "at": row.changed_at}
    if row.kind == "decision":
        made = decision_of(row)
        return ChangeView(
            row.number,
            labels=made.proposal.labels,
            reason=made.reason,
            accepted=made.accepted,
            objection=None,
            **common,
        )
    correction = correction_of(row)
    units = [unit for unit in (correction.before, correction.after) if unit is not None]
    return ChangeView(
        row.number,
        labels=tuple(dict.fromkeys(unit.label for unit in units)),
        reason=correction.reason,
        accepted=None,
        objection=correction.objection,
        **common,
    )


def _open(tx: Transaction, assembly: Held) -> tuple[Proposal, ...]:
    decided = {
        decision_of(row).proposal.key
        for row in rows.roll_change_rows(tx, assembly.uuid)
        if row.kind == "decision"
    }
    units = assembly_units(tx, assembly.row)
    return tuple(each for each in proposals(units) if each.key not in decided)


def _after(before: RegisteredUnit, corrected: Corrected) -> RegisteredUnit:
    after = before
    if corrected.area.strip():
        after = replace(after, area_dm2=parse_area(corrected.area))
    if corrected.use.strip():
        after = replace(after, use=corrected.use.strip()[:20])
    listed = (name.strip() for name in re.split("[、,，]", corrected.owners))
    names = tuple(name for name in listed if name)
    if names and names != before.owner_names:
        if len(corrected.owners) > LONGEST_NAMES or not corrected.owners.isprintable():
            raise Refused(Refusal.CORRECTION_EMPTY)
        # Without an identity number a key belongs to this unit alone: nobody is merged by name.
        keys = tuple(f"name-only|{before.label}|{name}" for name in names)
        after = replace(after, owner_names=names, owner_keys=keys)
    return after


def carry_over(site: Site, tx: Transaction, uuid: str, actor: Actor, now: datetime) -> None:
    """Let a new assembly begin with what the estate's last one changed of the same register: what was once
    found wrong, and who is one voter, is not for everybody to find again."""
    assembly = held(tx, uuid, to_change=True)
    register_id, estate_id = register_of(tx, assembly.row), assembly.row.estate_id
    others = (row for row in rows.list_assemblies(tx) if row.estate_id == estate_id and row.uuid != uuid)
    last = next(others, None)
    if last is None or register_id is None:
        return
    for row in rows.roll_change_rows(tx, last.uuid):
        if row.register_id != register_id:
            continue
        made = decision_of(row) if row.kind == "decision" else correction_of(row)
        reason = (
            made.reason
            if made.reason.startswith(_AS_BEFORE)
            else f"{_AS_BEFORE}“{last.title}”：{made.reason}"
        )
        if isinstance(made, Correction):
            made = replace(made, objection=None)  # its number is the other assembly's
        _append(site, tx, assembly, register_id, replace(made, reason=reason), actor, now)


def _change(
    site: Site,
    uuid: str,
    make: Callable[[Transaction, Held, int], Correction | Decision],
    actor: Actor,
    now: datetime,
) -> int:
    with site.store.write() as tx:
        assembly = held(tx, uuid, to_change=True)
        if assembly.state.phase not in (Phase.DRAFT, Phase.ROLL_PUBLISHED):
            raise Refused(Refusal.ROLL_FROZEN)
        register_id = register_of(tx, assembly.row)
        if register_id is None:
            raise Refused(Refusal.REGISTER_MISSING)
        return _append(site, tx, assembly, register_id, make(tx, assembly, register_id), actor, now)


def _append(
    site: Site,
    tx: Transaction,
    assembly: Held,
    register_id: int,
    made: Correction | Decision,
    actor: Actor,
    now: datetime,
) -> int:
    kind = "correction" if isinstance(made, Correction) else "decision"
    number = rows.add_roll_change(
        tx,
        assembly.uuid,
        kind=kind,
        register_id=register_id,
        change=written(made),
        actor=actor.name,
        changed_at=now,
    )
    roll = voters(assembly_units(tx, assembly.row), COUNTED)
    details: dict[str, object] = {
        "version": number,
        "reason": made.reason,
        "owners": len(roll),
        "area_dm2": sum(voter.area_dm2 for voter in roll),
        "roll_sha256": roll_digest(roll),
    }
    if isinstance(made, Correction):
        assert made.before is not None
        details |= {"unit": made.before.label, "removed": made.after is None}
        details |= {} if made.objection is None else {"objection": made.objection}
    else:
        details |= {"units": list(made.proposal.labels), "accepted": made.accepted}
        details |= {"split": made.proposal.split}
    log.append(site, tx, assembly.uuid, actor.name, f"roll-{kind}", details, now)
    return number
