"""The ledger of an assembly, or of an election that stands alone: what organisers say was done outside.

An entry is never changed. What was wrong is taken back by a further entry with its reason, and entered again.
Each entry is a line of the log, which holds its SHA-256 and that of its picture, and no picture.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from voting.errors import Refusal, Refused
from voting.protocol.election import is_uuid
from voting.rules.canonical import canonical_json
from voting.rules.periods import CHINA, Calendar
from voting.services import log
from voting.services.assembly_state import Held, held
from voting.services.phases import require_reason
from voting.services.pictures import clean_picture
from voting.services.site import Actor, Site
from voting.store import assemblies as assembly_rows
from voting.store import elections as election_rows
from voting.store import ledgers as rows
from voting.store.elections import ElectionRow
from voting.store.engine import Transaction
from voting.store.ledgers import LedgerRow


@dataclass(frozen=True)
class Book:
    """Whose ledger it is; `assembly` is None where an election stands alone."""

    uuid: str
    title: str
    estate: str
    elections: tuple[ElectionRow, ...]
    assembly: Held | None

    @property
    def calendar(self) -> Calendar:
        """The estate's days."""
        return self.assembly.state.plan.calendar if self.assembly is not None else CHINA


@dataclass(frozen=True)
class Photo:
    """A cleaned picture, not kept yet."""

    body: bytes

    @property
    def sha256(self) -> str:
        return sha256(self.body).hexdigest()


def book(tx: Transaction, uuid: str) -> Book:
    """The ledger of this uuid; an election of an assembly has none of its own. Refuses LEDGER_UNKNOWN."""
    if is_uuid(uuid):
        if assembly_rows.assembly_row(tx, uuid) is not None:
            assembly = held(tx, uuid)
            elections = tuple(election_rows.elections_of(tx, uuid))
            return Book(uuid, assembly.row.title, assembly.row.estate, elections, assembly)
        row = election_rows.election_row(tx, uuid)
        if row is not None and row.assembly_uuid is None:
            return Book(uuid, row.title, row.estate, (row,), None)
    raise Refused(Refusal.LEDGER_UNKNOWN)


def ledger_of(row: ElectionRow) -> str:
    """In whose ledger an election's deliveries and postings stand."""
    return row.assembly_uuid or row.uuid


def read_photo(body: bytes) -> Photo | None:
    """A picture as it will be kept; None for no file. Refuses PICTURE_…"""
    return Photo(clean_picture(body)) if body else None


def append(
    tx: Transaction,
    of: Book,
    kind: str,
    entry: Mapping[str, Any],
    photo: Photo | None,
    actor: Actor,
    now: datetime,
    withdraws: int | None = None,
) -> tuple[int, dict[str, Any]]:
    """Append an entry; returns its number and what every line of a log says of it."""
    if photo is not None:
        rows.add_photo(tx, of.uuid, photo.sha256, photo.body)
    body = canonical_json(dict(entry)).decode()
    number = rows.add_entry(
        tx,
        of.uuid,
        kind=kind,
        entry=body,
        withdraws=withdraws,
        photo_sha256=photo.sha256 if photo is not None else None,
        entered_at=now,
        actor=actor.name,
    )
    details: dict[str, Any] = {"entry": number, "sha256": sha256(body.encode()).hexdigest()}
    return number, details | ({"photo_sha256": photo.sha256} if photo is not None else {})


def withdraw_entry(site: Site, uuid: str, number: int, reason: str, actor: Actor, now: datetime) -> int:
    """Take an entry back by a further one; returns its number.

    Refuses LEDGER_UNKNOWN, REASON_MISSING(least), LEDGER_ENTRY_UNKNOWN(number) for what is no posting and no
    delivery, and LEDGER_ENTRY_WITHDRAWN(number) the second time.
    """
    why = require_reason(reason)
    with site.store.write() as tx:
        of = book(tx, uuid)
        found = {row.number: row for row in rows.entries(tx, uuid)}
        row = found.get(number)
        if row is None or row.withdraws is not None:
            raise Refused(Refusal.LEDGER_ENTRY_UNKNOWN, number=number)
        if any(each.withdraws == number for each in found.values()):
            raise Refused(Refusal.LEDGER_ENTRY_WITHDRAWN, number=number)
        entry = {"withdraws": number, "reason": why}
        made, details = append(tx, of, "withdrawal", entry, None, actor, now, withdraws=number)
        details |= {"withdraws": number, "reason": why}
        log.append(site, tx, uuid, actor.name, f"{row.kind}-withdrawn", details, now)
        return made


def photo(site: Site, uuid: str, digest: str) -> bytes:
    """A picture (JPEG) of the ledger. Refuses LEDGER_UNKNOWN and PAGE_UNKNOWN."""
    with site.store.read() as tx:
        book(tx, uuid)
        found = rows.photo(tx, uuid, digest)
    if found is None:
        raise Refused(Refusal.PAGE_UNKNOWN)
    return found


@dataclass(frozen=True)
class Place:
    """Where an entry is shown: with the postings of a paper of an election, or with the deliveries (None)."""

    election: str | None
    paper: str | None


def entry_place(site: Site, uuid: str, number: int) -> Place:
    """Refuses LEDGER_UNKNOWN and LEDGER_ENTRY_UNKNOWN(number)."""
    with site.store.read() as tx:
        book(tx, uuid)
        found = [row for row in rows.entries(tx, uuid) if row.number == number and row.withdraws is None]
    if not found:
        raise Refused(Refusal.LEDGER_ENTRY_UNKNOWN, number=number)
    said = json.loads(found[0].entry)
    return Place(said.get("election"), said.get("paper"))


@dataclass(frozen=True)
class Kept:
    """An entry with what another entry says of it; `said` is the decoded entry."""

    row: LedgerRow
    said: dict[str, Any]
    withdrawn: LedgerRow | None

    @property
    def reason(self) -> str:
        """Why it was taken back."""
        return str(json.loads(self.withdrawn.entry)["reason"]) if self.withdrawn is not None else ""


def kept(entries: Sequence[LedgerRow], kind: str) -> list[Kept]:
    """The entries of a kind in order, each with the one that took it back."""
    taken_back = {row.withdraws: row for row in entries if row.withdraws is not None}
    return [
        Kept(row, json.loads(row.entry), taken_back.get(row.number)) for row in entries if row.kind == kind
    ]
