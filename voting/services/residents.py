"""Registers of residents: a dry run, an import of what is clean, and who represents a household.

Like the register of units (`voting.services.registers`), and apart from it: numbers live in memory while the
file is read, and become keyed hashes. Birth dates are not kept at all: who was of age on the day that the
organisers named is in, the others are listed and left out.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from hashlib import sha256

from voting.documents.spreadsheet import read_rows
from voting.errors import Refusal, Refused
from voting.rules.residents import ParsedResidents, parse_residents, registered_resident
from voting.services import log
from voting.services.phases import require_reason
from voting.services.registers import estate_row, identity_key
from voting.services.second_factor import factors_of_unit
from voting.services.site import Actor, Keys, Site
from voting.services.views import HouseholdView, ResidentsPreview, ResidentsView, ResidentView
from voting.store import registers as register_rows
from voting.store import residents as rows
from voting.store.engine import Transaction
from voting.store.residents import ResidentRow

# How far ahead of the import a vote may be for whose day ages are counted.
_FURTHEST = timedelta(days=366)


def days_of_ages(today: date) -> tuple[date, date]:
    """The first and the last day on which ages can be counted."""
    return today, today + _FURTHEST


def preview_residents(
    file_name: str, body: bytes, on: date, mapping: Mapping[str, int] | None, today: date
) -> ResidentsPreview:
    """What the file would become, ages counted on the day `on`; nothing is stored.

    Refuses DAY_OUT_OF_RANGE(first, last), REGISTER_OF_OWNERS and what cannot be read at all.
    """
    parsed = _parsed(file_name, body, on, mapping, today)
    return ResidentsPreview(
        parsed=parsed,
        on=on,
        residents=len(parsed.residents),
        households=sum(each.represents for each in parsed.residents),
        minors=parsed.minors,
        errors=len(parsed.errors),
        warnings=len(parsed.problems) - len(parsed.errors),
    )


def import_residents(
    site: Site,
    estate_id: int,
    file_name: str,
    body: bytes,
    on: date,
    mapping: Mapping[str, int] | None,
    actor: Actor,
    now: datetime,
    today: date,
) -> int:
    """Store the file as the estate's newest register of residents and return its id.

    Refuses REGISTER_HAS_PROBLEMS(count) unless the file has no errors, ESTATE_UNKNOWN, and as the dry run.
    """
    parsed = _parsed(file_name, body, on, mapping, today)
    if parsed.errors:
        raise Refused(Refusal.REGISTER_HAS_PROBLEMS, count=len(parsed.errors))
    if not parsed.residents:
        raise Refused(Refusal.REGISTER_EMPTY)
    stored = _stored(site.keys, parsed)
    with site.store.write() as tx:
        estate_row(tx, estate_id)
        digest = sha256(body).hexdigest()
        kind = register_rows.RESIDENTS
        register_id = register_rows.begin_register(tx, kind, estate_id, file_name, digest, actor.id, now)
        rows.add_residents(tx, register_id, stored)
        details = {
            "estate": estate_id,
            "register": register_id,
            "residents": len(stored),
            "minors": parsed.minors,
            "of_age_on": on.isoformat(),
            "file_sha256": digest,
        }
        log.append(site, tx, log.SITE, actor.name, "residents-imported", details, now)
        return register_id


def residents(site: Site, estate_id: int) -> ResidentsView | None:
    """The estate's newest register of residents by household, or None. Refuses ESTATE_UNKNOWN."""
    with site.store.read() as tx:
        estate_row(tx, estate_id)
        register = rows.newest(tx, estate_id)
        people = rows.register_residents(tx, register.id) if register is not None else []
    if register is None:
        return None
    homes: dict[tuple[str, str], list[ResidentView]] = {}
    for each in people:
        homes.setdefault(each.home, []).append(ResidentView(each.position, each.name, each.represents))
    return ResidentsView(
        register_id=register.id,
        file_name=register.file_name,
        imported_at=register.imported_at,
        residents=len(people),
        households=tuple(
            HouseholdView(label, household, tuple(members)) for (label, household), members in homes.items()
        ),
        buildings=tuple(dict.fromkeys(each.building for each in people)),
    )


def change_representative(
    site: Site, estate_id: int, register_id: int, resident: int, reason: str, actor: Actor, now: datetime
) -> None:
    """Let another member stand for a household, in elections whose letters are not made yet.

    `resident` is a position in the register that was shown. Letters that are made keep who was frozen with
    them. Refuses REASON_MISSING(least), RESIDENT_UNKNOWN where the register was replaced meanwhile.
    """
    reason = require_reason(reason)
    with site.store.write() as tx:
        estate_row(tx, estate_id)
        chosen, former = _chosen(tx, estate_id, register_id, resident)
        if former.position == chosen.position:
            return
        rows.represent(tx, register_id, former.position, chosen.position)
        details = {
            "estate": estate_id,
            "register": register_id,
            "home": chosen.label,
            "reason": reason,
        }
        log.append(site, tx, log.SITE, actor.name, "representative-changed", details, now)


def _chosen(
    tx: Transaction, estate_id: int, register_id: int, resident: int
) -> tuple[ResidentRow, ResidentRow]:
    """The member that is to represent, and the one who does."""
    register = rows.newest(tx, estate_id)
    if register is None or register.id != register_id:
        raise Refused(Refusal.RESIDENT_UNKNOWN)
    people = rows.register_residents(tx, register_id)
    chosen = next((each for each in people if each.position == resident), None)
    if chosen is None:
        raise Refused(Refusal.RESIDENT_UNKNOWN)
    return chosen, next(each for each in people if each.home == chosen.home and each.represents)


def _parsed(
    file_name: str, body: bytes, on: date, mapping: Mapping[str, int] | None, today: date
) -> ParsedResidents:
    first, last = days_of_ages(today)
    if not first <= on <= last:
        raise Refused(Refusal.DAY_OUT_OF_RANGE, first=first.isoformat(), last=last.isoformat())
    return parse_residents(read_rows(file_name, body), on, mapping)


def _stored(keys: Keys, parsed: ParsedResidents) -> list[ResidentRow]:
    return [
        ResidentRow(
            **vars(registered_resident(each, identity_key(keys))),
            factors=factors_of_unit(keys, [each.identity] if each.identity else [], list(each.phones)),
        )
        for each in parsed.residents
    ]
