"""How the ballots reached the units: entered by organisers, seen by the server, and what of it is a proof.

The ledger is the assembly's, or that of an election that stands alone. The log names voters by number and
holds the digest of what was entered; how a visit ended, who went and which unit stand in the ledger alone.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from voting.documents.delivery_book import DeliveryLine
from voting.documents.page import day, moment
from voting.errors import Refusal, Refused
from voting.rules.agenda import agenda_from_json
from voting.rules.delivery import (
    END_WORDS,
    GROUND_WORDS,
    WAY_WORDS,
    Attempt,
    Entry,
    Ground,
    Standing,
    check_attempt,
    standing,
)
from voting.rules.labels import natural_order
from voting.services import log
from voting.services.ledgers import Book, Kept, append, book, kept, ledger_of, read_photo
from voting.services.phases import one_line
from voting.services.site import Actor, Site
from voting.services.wire import shown
from voting.store import ledgers as rows
from voting.store import roll as roll_rows
from voting.store.elections import ElectionRow
from voting.store.engine import Transaction
from voting.store.roll import RollEntry

LONGEST_NOTE = 100  # characters


@dataclass(frozen=True)
class UnitView:
    """A unit with its voter: where it is, how its delivery stands, and whether its voter has voted."""

    label: str
    building: str
    stairwell: str
    name: str
    has_voted: bool
    standing: Standing

    @property
    def proven(self) -> bool:
        """Whoever voted had the ballot."""
        return self.has_voted or self.standing.proven


@dataclass(frozen=True)
class EntryView:
    """An entry of the ledger; `reason` is why it was taken back, "" where it stands."""

    number: int
    attempt: Attempt
    entered_at: datetime
    actor: str
    withdrawn_at: datetime | None
    reason: str


@dataclass(frozen=True)
class DeliveryView:
    """The whole ledger. `letters_at` is when the letters were made, None before; `closed_at` the closing."""

    uuid: str
    title: str
    estate: str
    zone: str
    in_assembly: bool
    letters_at: datetime | None
    closed_at: datetime | None
    counts_silence: bool
    units: tuple[UnitView, ...]
    entries: tuple[EntryView, ...]

    @property
    def unproven(self) -> tuple[UnitView, ...]:
        return tuple(unit for unit in self.units if not unit.proven)


def deliveries(site: Site, uuid: str) -> DeliveryView:
    """The ledger as it stands. Refuses LEDGER_UNKNOWN."""
    with site.store.read() as tx:
        of = book(tx, uuid)
        kept_rows = kept(rows.entries(tx, uuid), "delivery")
        openings = rows.openings(tx, uuid)
        rolls = _rolls(tx, of)
    found: dict[str, UnitView] = {}
    for row, entries in rolls:
        since = _letters_at(row)
        stood = _standings(of, entries, kept_rows, openings, since)
        for voter in entries:
            for unit in voter.units:
                before = found.get(unit.label)
                found[unit.label] = UnitView(
                    unit.label,
                    unit.building,
                    unit.stairwell,
                    _together(before.name if before else "", voter.name),
                    voter.has_voted or (before is not None and before.has_voted),
                    # Letters made at different times: it is proven where it is proven for each.
                    before.standing if before and not before.standing.proven else stood[unit.label],
                )
    issued = [row.issued_at for row, _ in rolls if row.issued_at is not None]
    closed = [row.closed_at for row, _ in rolls if row.closed_at is not None]
    return DeliveryView(
        uuid=uuid,
        title=of.title,
        estate=of.estate,
        zone=of.calendar.zone,
        in_assembly=of.assembly is not None,
        letters_at=min(issued, default=None),
        closed_at=min(closed, default=None),
        counts_silence=any(_counts_silence(row) for row in of.elections),
        units=tuple(sorted(found.values(), key=_place)),
        entries=tuple(_entry_view(each) for each in kept_rows),
    )


def _together(known: str, name: str) -> str:
    """Who is found there: the residents of a home vote each for themselves."""
    return name if not known or known == name else known if name in known.split("、") else f"{known}、{name}"


def delivery_lines(site: Site, uuid: str) -> list[DeliveryLine]:
    """The ledger by unit, as papers have it: by the entry that proves, or else the last. Chinese words.

    Refuses LEDGER_UNKNOWN.
    """
    view = deliveries(site, uuid)
    by_number = {entry.number: entry.attempt for entry in view.entries}
    return [_line(unit, by_number, view.zone) for unit in view.units]


def _line(unit: UnitView, attempts: Mapping[int, Attempt], zone: str) -> DeliveryLine:
    stood = unit.standing
    attempt = attempts.get(stood.number or 0)
    line = DeliveryLine(unit.label, unit.name, proven=unit.proven)
    if attempt is None:
        # The day is proof enough: the minute would nearly tell when somebody voted.
        receipt = GROUND_WORDS[stood.ground]
        if stood.at is None or stood.ground is not Ground.LINK_OPENED:
            return line
        return replace(line, way="扫码", when=day(stood.at, zone), receipt=receipt)
    tried = f"不在家 {stood.tries} 次" if stood.tries else ""
    return replace(
        line,
        way=WAY_WORDS[attempt.way],
        when=moment(attempt.at, zone),
        receipt=f"{END_WORDS[attempt.end]}（第 {stood.number} 条）",
        people="、".join(attempt.people),
        note="；".join(each for each in (tried, attempt.note) if each),
        photo=attempt.photo or "",
    )


def record_delivery(
    site: Site, uuid: str, attempt: Attempt, photo: bytes, actor: Actor, now: datetime
) -> int:
    """Enter an attempt for one or many units; returns the entry's number. `photo` is a file, or empty.

    Refuses LEDGER_UNKNOWN, CREDENTIALS_NOT_ISSUED before there are letters, LEDGER_TIME_FUTURE,
    DELIVERY_BEFORE_LETTERS(made_at), DELIVERY_UNIT_UNKNOWN(unit), PICTURE_…, and what `check_attempt` does.
    """
    picture = read_photo(photo)
    attempt = replace(
        attempt,
        at=attempt.at.astimezone(UTC).replace(microsecond=0),
        people=tuple(" ".join(name.split()) for name in attempt.people),
        units=tuple(sorted(set(attempt.units), key=natural_order)),
        photo=picture.sha256 if picture is not None else None,
        note=one_line(attempt.note)[:LONGEST_NOTE],
    )
    with site.store.write() as tx:
        of = book(tx, uuid)
        rolls = _rolls(tx, of)
        if not rolls:
            raise Refused(Refusal.CREDENTIALS_NOT_ISSUED)
        if attempt.at > now:
            raise Refused(Refusal.LEDGER_TIME_FUTURE, now=shown(now, rolls[0][0].zone))
        concerned = {row.uuid: _concerned(entries, attempt) for row, entries in rolls}
        known = {unit for voters in concerned.values() for voter in voters for unit in voter.units}
        for unit in attempt.units:
            if unit not in {each.label for each in known}:
                raise Refused(Refusal.DELIVERY_UNIT_UNKNOWN, unit=unit[:50])
        check_attempt(attempt, max(len(voters) for voters in concerned.values()))
        letters = min(_letters_at(row) for row, _ in rolls if concerned[row.uuid])
        if attempt.at < letters:
            raise Refused(Refusal.DELIVERY_BEFORE_LETTERS, made_at=shown(letters, rolls[0][0].zone))
        number, details = append(tx, of, "delivery", _written(attempt), picture, actor, now)
        details |= {"way": attempt.way.value, "units": len(attempt.units)}
        if of.assembly is not None:
            log.append(site, tx, uuid, actor.name, "delivery-recorded", details, now)
        for row, _ in rolls:
            if voters := concerned[row.uuid]:
                named = details | {"voters": [voter.voter for voter in voters]}
                log.append(site, tx, row.uuid, actor.name, "delivery-recorded", named, now)
        return number


def note_opened(site: Site, row: ElectionRow, entry: RollEntry, now: datetime) -> None:
    """The first time that a voter came into the booth: the letter has arrived. Nothing else is kept."""
    ledger, units = ledger_of(row), [unit.label for unit in entry.units]
    with site.store.read() as tx:
        if rows.openings(tx, ledger).keys() >= set(units):
            return
    with site.store.write() as tx:
        rows.add_openings(tx, ledger, units, now)


def standings_at_closing(
    tx: Transaction, row: ElectionRow, entries: Sequence[RollEntry]
) -> dict[str, Standing]:
    """Unit -> how its delivery stood when the election closed, by what was in the ledger by then."""
    of = book(tx, ledger_of(row))
    kept_rows = kept(rows.entries(tx, of.uuid), "delivery")
    closing = min(row.closed_at, row.closes_at) if row.closed_at is not None else row.closes_at
    openings = rows.openings(tx, of.uuid)
    return _standings(of, entries, kept_rows, openings, _letters_at(row), closing)


def _standings(
    of: Book,
    voters: Sequence[RollEntry],
    kept_rows: Sequence[Kept],
    openings: Mapping[str, datetime],
    since: datetime,
    until: datetime | None = None,
) -> dict[str, Standing]:
    by_unit: dict[str, list[Entry]] = {}
    for each in kept_rows:
        withdrawn_at = each.withdrawn.entered_at if each.withdrawn is not None else None
        entry = Entry(each.row.number, _read(each.said), each.row.entered_at, withdrawn_at)
        for unit in entry.attempt.units:
            by_unit.setdefault(unit, []).append(entry)
    return {
        unit.label: standing(
            unit.label,
            by_unit.get(unit.label, ()),
            openings.get(unit.label),
            since=since,
            calendar=of.calendar,
            until=until,
        )
        for voter in voters
        for unit in voter.units
    }


def _rolls(tx: Transaction, of: Book) -> list[tuple[ElectionRow, list[RollEntry]]]:
    """The elections whose letters are made, with their rolls."""
    issued = [row for row in of.elections if row.issued_at is not None]
    return [(row, roll_rows.roll(tx, row.uuid)) for row in issued]


def _counts_silence(row: ElectionRow) -> bool:
    terms = agenda_from_json(json.loads(row.agenda)).terms
    return terms is not None and terms.deemed is not None


def _letters_at(row: ElectionRow) -> datetime:
    """When the letters were made, to the minute: people write no seconds."""
    assert row.issued_at is not None
    return row.issued_at.replace(second=0, microsecond=0)


def _concerned(entries: Sequence[RollEntry], attempt: Attempt) -> list[RollEntry]:
    units = set(attempt.units)
    return [entry for entry in entries if any(unit.label in units for unit in entry.units)]


def _written(attempt: Attempt) -> dict[str, Any]:
    made: dict[str, Any] = msgspec.to_builtins(attempt)
    return made


def _read(said: Mapping[str, Any]) -> Attempt:
    return msgspec.convert(said, Attempt)


def _entry_view(each: Kept) -> EntryView:
    return EntryView(
        number=each.row.number,
        attempt=_read(each.said),
        entered_at=each.row.entered_at,
        actor=each.row.actor,
        withdrawn_at=each.withdrawn.entered_at if each.withdrawn is not None else None,
        reason=each.reason,
    )


def _place(unit: UnitView) -> tuple[tuple[tuple[int, int, str], ...], ...]:
    return natural_order(unit.building), natural_order(unit.stairwell), natural_order(unit.label)
