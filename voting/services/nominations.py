"""Candidates of an assembly's committee: nominated, looked at point by point, listed or not, withdrawn.

From those who are listed the published list is made (`candidate_list`); the contest of the agenda takes its
candidates from it, so that they are typed once. Who was nominated is for organisers and auditors: the log
knows a number, and a name is public only on the published list.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from voting.errors import Refusal, Refused
from voting.rules.candidacy import Check, Checks, Found, Nominator, Point, ballot_names, unchecked, unmet
from voting.services import log
from voting.services.assembly_draft import require_draft
from voting.services.assembly_roll import assembly_units
from voting.services.assembly_state import Held, held
from voting.services.phases import require_reason
from voting.services.site import Actor, Site
from voting.store import nominations as rows
from voting.store.engine import Transaction
from voting.store.nominations import NominationRow

LONGEST_NAME = 50  # characters
LONGEST_NOTE = 200
MOST_SUPPORTERS = 100_000


@dataclass(frozen=True)
class Nominating:
    """A nomination as it was handed in; `supporters` is how many owners signed, 0 where none had to."""

    name: str
    units: tuple[str, ...]
    nominator: Nominator = Nominator.SELF
    supporters: int = 0
    consent: bool = False


@dataclass(frozen=True)
class Nominee:
    """A nomination as organisers see it; `listed` is None until it is decided."""

    number: int
    name: str
    units: tuple[str, ...]
    nominator: Nominator
    supporters: int
    consent: bool
    nominated_at: datetime
    checks: Checks
    place: int
    listed: bool | None
    reason: str | None
    decided_by: str | None
    withdrawn_reason: str | None

    @property
    def stands(self) -> bool:
        """Whether the name belongs on the list."""
        return self.listed is True and self.withdrawn_reason is None

    @property
    def is_open(self) -> bool:
        """Whether a decision is still to be made."""
        return self.listed is None and self.withdrawn_reason is None


def nominate(site: Site, uuid: str, nominating: Nominating, actor: Actor, now: datetime) -> int:
    """Enter a nomination and return its number; a by-election's is the same.

    A nominee is an owner of the assembly's roll, in each of the units. Refuses NOMINEE_NAME_INVALID(most),
    NOMINEE_NOT_ON_ROLL(name, unit), NOMINEE_TWICE(name), NUMBER_UNREADABLE, ASSEMBLY_UNKNOWN, and
    STEP_OUT_OF_ORDER once voting has begun.
    """
    name = nominating.name.strip()
    units = tuple(dict.fromkeys(unit.strip() for unit in nominating.units if unit.strip()))
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable() or not units:
        raise Refused(Refusal.NOMINEE_NAME_INVALID, most=LONGEST_NAME)
    if not 0 <= nominating.supporters <= MOST_SUPPORTERS:
        raise Refused(Refusal.NUMBER_UNREADABLE, field="supporters")
    with site.store.write() as tx:
        assembly = require_draft(tx, uuid)
        _require_owner(tx, assembly, name, units)
        if any(
            row.name == name and set(json.loads(row.units)) & set(units) and row.withdrawn_at is None
            for row in rows.nomination_rows(tx, uuid)
        ):
            raise Refused(Refusal.NOMINEE_TWICE, name=name)
        consent = Check(Found.MET if nominating.consent else Found.UNCHECKED)
        checks = {Point.ON_ROLL: Check(Found.MET), Point.CONSENT: consent}
        number = rows.add_nomination(
            tx,
            uuid,
            name=name,
            units=json.dumps(units, ensure_ascii=False),
            nominator=nominating.nominator.value,
            supporters=nominating.supporters,
            consent=nominating.consent,
            nominated_at=now,
            checks=_written(checks),
        )
        details = {"number": number, "nominator": nominating.nominator.value}
        log.append(site, tx, uuid, actor.name, "candidate-nominated", details, now)
    return number


def check_nominee(
    site: Site, uuid: str, number: int, checks: Mapping[Point, Check], actor: Actor, now: datetime
) -> None:
    """Write down what was found of the points; a decision that was made is open again.

    That somebody is on the roll the program finds itself. Refuses NOMINEE_UNKNOWN(number),
    NOMINEE_NOTE_TOO_LONG(most), NOMINEE_WITHDRAWN(number), and like `nominate` by phase.
    """
    if any(len(check.note) > LONGEST_NOTE for check in checks.values()):
        raise Refused(Refusal.NOMINEE_NOTE_TOO_LONG, most=LONGEST_NOTE)
    with site.store.write() as tx:
        assembly = require_draft(tx, uuid)
        nominee = _open_nominee(tx, uuid, number)
        on_roll = _on_roll(tx, assembly, nominee.name, nominee.units)
        found = {**checks, Point.ON_ROLL: Check(Found.MET if on_roll is None else Found.NOT_MET)}
        undecided = dict.fromkeys(("listed", "reason", "decided_at", "decided_by"))
        consent = found.get(Point.CONSENT, Check()).found is Found.MET
        rows.change_nomination(tx, uuid, number, checks=_written(found), consent=consent, **undecided)
        counted = [found.get(point, Check()).found for point in Point]
        details = {"number": number, "met": counted.count(Found.MET), "not_met": counted.count(Found.NOT_MET)}
        log.append(site, tx, uuid, actor.name, "candidate-checked", details, now)


def decide_nominee(
    site: Site,
    uuid: str,
    number: int,
    listed: bool,
    reason: str,
    actor: Actor,
    now: datetime,
    objection: int | None = None,
) -> None:
    """Put a nominee on the list or not; not, or otherwise than before, with a reason.

    A published list does not change by it: it is published anew. Refuses NOMINEE_UNKNOWN(number),
    NOMINEE_WITHDRAWN(number), NOMINEE_UNCHECKED(count) and NOMINEE_NOT_QUALIFIED(count) for the list,
    REASON_MISSING(least), OBJECTION_UNKNOWN(number), and like `nominate` by phase.
    """
    with site.store.write() as tx:
        assembly = require_draft(tx, uuid)
        nominee = _open_nominee(tx, uuid, number)
        if listed:
            for points, refusal in (
                (unmet(nominee.checks), Refusal.NOMINEE_NOT_QUALIFIED),
                (unchecked(nominee.checks), Refusal.NOMINEE_UNCHECKED),
            ):
                if points:
                    raise Refused(refusal, count=len(points))
        if objection is not None and not 1 <= objection <= len(assembly.state.objections):
            raise Refused(Refusal.OBJECTION_UNKNOWN, number=objection)
        changes = nominee.listed is not None and nominee.listed is not listed
        said = require_reason(reason) if not listed or changes or objection is not None else None
        decided = {"listed": listed, "reason": said, "decided_at": now, "decided_by": actor.name}
        rows.change_nomination(tx, uuid, number, **decided)
        details = {
            "number": number,
            "listed": listed,
            **({"reason": said} if said else {}),
            **({"objection": objection} if objection is not None else {}),
        }
        log.append(site, tx, uuid, actor.name, "candidate-decided", details, now)


def withdraw_nominee(site: Site, uuid: str, number: int, reason: str, actor: Actor, now: datetime) -> None:
    """A nominee stands no longer, for good.

    Refuses NOMINEE_UNKNOWN(number), NOMINEE_WITHDRAWN(number), REASON_MISSING(least), and by phase.
    """
    said = require_reason(reason)
    with site.store.write() as tx:
        require_draft(tx, uuid)
        _open_nominee(tx, uuid, number)
        rows.change_nomination(tx, uuid, number, withdrawn_at=now, withdrawn_reason=said)
        details = {"number": number, "reason": said}
        log.append(site, tx, uuid, actor.name, "candidate-withdrawn", details, now)


def move_nominee_up(site: Site, uuid: str, number: int, actor: Actor, now: datetime) -> None:
    """One place further up in the fixed order; the first stays. Refuses NOMINEE_UNKNOWN(number), by phase."""
    with site.store.write() as tx:
        require_draft(tx, uuid)
        nominee = _open_nominee(tx, uuid, number)
        before = [each for each in _standing(_nominees(tx, uuid)) if each.place < nominee.place]
        if before:
            rows.change_nomination(tx, uuid, number, place=before[-1].place)
            rows.change_nomination(tx, uuid, before[-1].number, place=nominee.place)
        order = [each.number for each in _standing(_nominees(tx, uuid))]
        log.append(site, tx, uuid, actor.name, "candidates-arranged", {"numbers": order}, now)


def nominees(site: Site, uuid: str) -> list[Nominee]:
    """Every nomination, by number. Refuses ASSEMBLY_UNKNOWN."""
    with site.store.read() as tx:
        held(tx, uuid)
        return _nominees(tx, uuid)


def listed_names(site: Site, uuid: str) -> tuple[str, ...]:
    """The names of the list in its fixed order, as the ballot prints them. Refuses ASSEMBLY_UNKNOWN."""
    with site.store.read() as tx:
        held(tx, uuid)
        return list_of(tx, uuid)


def list_of(tx: Transaction, uuid: str) -> tuple[str, ...]:
    """The same inside a transaction."""
    return tuple(ballot_names([(each.name, each.units) for each in _standing(_nominees(tx, uuid))]))


def undecided(tx: Transaction, uuid: str) -> int:
    """How many nominations wait for a decision."""
    return sum(each.is_open for each in _nominees(tx, uuid))


def has_nominations(tx: Transaction, uuid: str) -> bool:
    """Whether the list of this assembly comes from nominations."""
    return bool(rows.nomination_rows(tx, uuid))


def _standing(found: Sequence[Nominee]) -> list[Nominee]:
    return sorted((each for each in found if each.stands), key=lambda each: each.place)


def _nominees(tx: Transaction, uuid: str) -> list[Nominee]:
    return [_nominee(row) for row in rows.nomination_rows(tx, uuid)]


def _nominee(row: NominationRow) -> Nominee:
    kept: dict[str, list[str]] = json.loads(row.checks)
    return Nominee(
        row.number,
        row.name,
        tuple(json.loads(row.units)),
        Nominator(row.nominator),
        row.supporters,
        row.consent,
        row.nominated_at,
        {Point(point): Check(Found(found), note) for point, (found, note) in kept.items()},
        row.place,
        row.listed,
        row.reason,
        row.decided_by,
        row.withdrawn_reason,
    )


def _open_nominee(tx: Transaction, uuid: str, number: int) -> Nominee:
    nominee = next((each for each in _nominees(tx, uuid) if each.number == number), None)
    if nominee is None:
        raise Refused(Refusal.NOMINEE_UNKNOWN, number=number)
    if nominee.withdrawn_reason is not None:
        raise Refused(Refusal.NOMINEE_WITHDRAWN, number=number)
    return nominee


def _on_roll(tx: Transaction, assembly: Held, name: str, units: Sequence[str]) -> str | None:
    """The first unit of which nobody of this name is an owner; None where all are in order."""
    owners = {unit.label: unit.owner_names for unit in assembly_units(tx, assembly.row)}
    return next((unit for unit in units if name not in owners.get(unit, ())), None)


def _require_owner(tx: Transaction, assembly: Held, name: str, units: Sequence[str]) -> None:
    missing = _on_roll(tx, assembly, name, units)
    if missing is not None:
        raise Refused(Refusal.NOMINEE_NOT_ON_ROLL, name=name, unit=missing)


def _written(checks: Checks) -> str:
    kept = {point: [check.found, check.note] for point, check in checks.items()}
    return json.dumps(kept, ensure_ascii=False)
