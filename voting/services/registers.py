"""Estates and registers: a dry run first, and an import only of what is clean.

Identity and phone numbers live in memory while the file is read. What is stored of them are keyed hashes: of
an identity number to recognise one owner of several units, of the last four characters as second factor.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256

from voting.documents.spreadsheet import read_rows
from voting.errors import Refusal, Refused
from voting.rules.register import ParsedRegister, parse_register
from voting.rules.roll import Scope, Voter, registered, voters
from voting.services import log
from voting.services.second_factor import factors_of_unit
from voting.services.site import Actor, Keys, Site, keyed_hash
from voting.services.views import EstateView, RegisterPreview
from voting.store import registers as rows
from voting.store import residents as resident_rows
from voting.store.engine import Conflict, Transaction

# A note may quote a telephone or identity number; nothing needs it.
_LONG_NUMBER = re.compile(r"\d{7,}[\dXx]?")
LONGEST_NAME = 100  # characters; the same as an agenda allows


def create_estate(site: Site, name: str, actor: Actor, now: datetime) -> int:
    """Create an estate and return its id. Refuses ESTATE_NAME_INVALID and ESTATE_NAME_TAKEN(name)."""
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise Refused(Refusal.ESTATE_NAME_INVALID, most=LONGEST_NAME)
    try:
        with site.store.write() as tx:
            estate_id = rows.add_estate(tx, name, now)
            log.append(
                site, tx, log.SITE, actor.name, "estate-created", {"estate": estate_id, "name": name}, now
            )
            return estate_id
    except Conflict:
        raise Refused(Refusal.ESTATE_NAME_TAKEN, name=name) from None


def estates(site: Site) -> list[EstateView]:
    """Every estate with its newest register, by name."""
    with site.store.read() as tx:
        return [_view(tx, row) for row in rows.list_estates(tx)]


def estate(site: Site, estate_id: int) -> EstateView:
    """One estate. Refuses ESTATE_UNKNOWN."""
    with site.store.read() as tx:
        return _view(tx, estate_row(tx, estate_id))


def estate_row(tx: Transaction, estate_id: int) -> rows.EstateRow:
    """The estate's row inside a transaction. Refuses ESTATE_UNKNOWN."""
    found = rows.list_estates(tx, estate_id)
    if not found:
        raise Refused(Refusal.ESTATE_UNKNOWN)
    return found[0]


def preview_register(
    site: Site, file_name: str, body: bytes, mapping: Mapping[str, int] | None = None
) -> RegisterPreview:
    """What the file would become; nothing is stored. Refuses only what cannot be read at all."""
    parsed = parse_register(read_rows(file_name, body), mapping)
    units = [registered(unit, identity_key(site.keys)) for unit in parsed.units]
    everybody = voters(units, Scope())
    counted = sum(len(voter.units) for voter in everybody)
    return RegisterPreview(
        parsed=parsed,
        units=len(units),
        counted_units=counted,
        uncounted_units=len(units) - counted,
        voters=len(everybody),
        area_dm2=sum(voter.area_dm2 for voter in everybody),
        merges=tuple(voter for voter in everybody if len(voter.units) > 1),
        errors=len(parsed.errors),
        warnings=len(parsed.problems) - len(parsed.errors),
    )


def import_register(
    site: Site,
    estate_id: int,
    file_name: str,
    body: bytes,
    mapping: Mapping[str, int] | None,
    actor: Actor,
    now: datetime,
) -> int:
    """Store the file as the estate's newest register and return its id.

    Elections whose letters are issued keep the roll that was frozen for them. Refuses
    REGISTER_HAS_PROBLEMS(count) unless the file has no errors (warnings are imported), and ESTATE_UNKNOWN.
    """
    parsed = parse_register(read_rows(file_name, body), mapping)
    if parsed.errors:
        raise Refused(Refusal.REGISTER_HAS_PROBLEMS, count=len(parsed.errors))
    units = _stored_units(site.keys, parsed)
    with site.store.write() as tx:
        estate_row(tx, estate_id)
        digest = sha256(body).hexdigest()
        register_id = rows.add_register(tx, estate_id, file_name, digest, actor.id, now, units)
        details = {"estate": estate_id, "register": register_id, "units": len(units), "file_sha256": digest}
        log.append(site, tx, log.SITE, actor.name, "register-imported", details, now)
        return register_id


def counted_voters(tx: Transaction, register_id: int, scope: Scope) -> tuple[Voter, ...]:
    """The voters of a stored register inside a scope, numbered from 1."""
    return voters(rows.register_units(tx, register_id), scope)


def _view(tx: Transaction, row: rows.EstateRow) -> EstateView:
    everybody = counted_voters(tx, row.register_id, Scope()) if row.register_id is not None else ()
    residents = resident_rows.newest(tx, row.id)
    return EstateView(
        id=row.id,
        name=row.name,
        register_id=row.register_id,
        file_name=row.file_name,
        imported_at=row.imported_at,
        units=sum(len(voter.units) for voter in everybody),
        voters=len(everybody),
        area_dm2=sum(voter.area_dm2 for voter in everybody),
        buildings=tuple(dict.fromkeys(unit.building for voter in everybody for unit in voter.units)),
        residents=resident_rows.count(tx, residents.id) if residents is not None else 0,
    )


def identity_key(keys: Keys) -> Callable[[str], str]:
    """Turns an identity number into the opaque key by which one person is recognised again."""
    return lambda identity: keyed_hash(keys.owner, identity)


def _stored_units(keys: Keys, parsed: ParsedRegister) -> list[rows.UnitRow]:
    stored = []
    for unit in parsed.units:
        opaque = registered(unit, identity_key(keys))
        identities = [owner.identity for owner in unit.owners if owner.identity]
        phones = [*([unit.phone] if unit.phone else []), *unit.other_phones]
        stored.append(
            rows.UnitRow(
                **(vars(opaque) | {"note": _LONG_NUMBER.sub("…", unit.note)}),
                area_source=unit.area_source,
                developer=unit.developer,
                factors=factors_of_unit(keys, identities, phones),
            )
        )
    return stored
