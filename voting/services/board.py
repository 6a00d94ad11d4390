"""The board: one chain of events that is kept once and read as two archives, `owners` and `area`.

What both share (election, trustees, ballots) is stored once; events differ in their hashes, because the
lists of credentials at their beginning differ in weights.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import get_args

from voting.errors import Refusal, Refused
from voting.protocol.board import (
    EventType,
    Link,
    SetupData,
    archive_parts,
    link_after,
)
from voting.protocol.election import ElectionContext, decode_election
from voting.protocol.encoding import decode, sha256_hex
from voting.protocol.tally import OwnedPartialDecryption, SizedTally
from voting.store import board as rows
from voting.store.board import EventRow
from voting.store.elections import ElectionRow
from voting.store.engine import Transaction

Records = tuple[bytes, ...]


@dataclass(frozen=True)
class Heads:
    """Where both archives end: the last event's height and its two hashes; None before the Setup."""

    height: int
    owners: str | None
    area: str | None


BEFORE_SETUP = Heads(-1, None, None)


@dataclass(frozen=True)
class Twin:
    """The same event in both archives."""

    owners: Link
    area: Link

    @property
    def heads(self) -> Heads:
        """Where the archives end after this event."""
        return Heads(self.owners.event.height, self.owners.hash, self.area.hash)

    @property
    def head_values(self) -> dict[str, int | str]:
        """The same as columns of the election's row."""
        return {
            "height": self.owners.event.height,
            "owners_head": self.owners.hash,
            "area_head": self.area.hash,
        }


@lru_cache(maxsize=8)
def context(election_json: bytes) -> ElectionContext:
    """The election ready to verify ballots; its tables of powers take 0.1 s, so the last few are kept."""
    return decode_election(election_json)


def heads_of(row: ElectionRow) -> Heads:
    """Where the archives of an opened election end."""
    assert row.height is not None
    return Heads(row.height, row.owners_head, row.area_head)


def twin(after: Heads, kind: EventType, owners: Records = (), area: Records | None = None) -> Twin:
    """The next event; `area` are its records where they differ from those of `owners`."""
    height = after.height + 1
    return Twin(
        link_after(after.owners, height, kind, owners),
        link_after(after.area, height, kind, owners if area is None else area),
    )


def twins(after: Heads, kinds: Iterable[tuple[EventType, Records, Records | None]]) -> list[Twin]:
    """Several events in a row."""
    made: list[Twin] = []
    for kind, owners, area in kinds:
        made.append(twin(made[-1].heads if made else after, kind, owners, area))
    return made


def store_twins(tx: Transaction, uuid: str, events: Sequence[Twin], now: datetime) -> None:
    """Insert events whose heights the caller has claimed by moving the election's head."""
    rows.add_events(
        tx,
        uuid,
        [
            EventRow(
                height=event.owners.event.height,
                type=event.owners.event.type,
                owners_payload=_payload(event.owners),
                area_payload=_payload(event.area),
                owners_hash=event.owners.hash,
                area_hash=event.area.hash,
                recorded_at=now,
            )
            for event in events
        ],
        (
            (sha256_hex(record), record)
            for event in events
            for link in (event.owners, event.area)
            for record in link.records
        ),
    )


def ballot_bodies(tx: Transaction, uuid: str) -> list[bytes]:
    """The ballots in the board's order."""
    return [
        _record(tx, uuid, event.owners_payload, event.height)
        for event in rows.events(tx, uuid)
        if event.type == "Ballot"
    ]


def setup_bodies(tx: Transaction, uuid: str) -> Records:
    """The records of an opened election's Setup by owners: election, trustees, credentials, setup_data."""
    first = rows.events(tx, uuid)[0]
    return _records(tx, uuid, first, first.owners_payload)


def archives(
    tx: Transaction, uuid: str, timestamp: int, last: EventType | None = None
) -> tuple[bytes, bytes]:
    """Both archives: the bytes of `<uuid>.bel` by owners and by area, as far as they go or up to `last`.

    Refuses ARCHIVE_REFERENCE(height) and ARCHIVE_PARENT(height) where the database was tampered with.
    """
    events = rows.events(tx, uuid)
    kinds = [event.type for event in events]
    if last in kinds:
        del events[kinds.index(last) + 1 :]
    made = []
    for by_area in (False, True):
        links: list[Link] = []
        for event in events:
            payload = event.area_payload if by_area else event.owners_payload
            records = _records(tx, uuid, event, payload)
            link = link_after(links[-1].hash if links else None, event.height, _kind(event), records)
            if link.hash != (event.area_hash if by_area else event.owners_hash):
                raise Refused(Refusal.ARCHIVE_PARENT, height=event.height)
            links.append(link)
        made.append(b"".join(archive_parts(timestamp, links)))
    return made[0], made[1]


def _payload(link: Link) -> str | None:
    return sha256_hex(link.records[-1]) if link.records else None


def _kind(event: EventRow) -> EventType:
    for kind in get_args(EventType):
        if kind == event.type:
            return kind  # type: ignore[no-any-return]
    raise Refused(Refusal.ARCHIVE_GRAMMAR, height=event.height, type=event.type)


def _records(tx: Transaction, uuid: str, event: EventRow, payload_hash: str | None) -> Records:
    """The records that stand before an event, the payload last; the payload names the others."""
    if payload_hash is None:
        return ()
    payload = _record(tx, uuid, payload_hash, event.height)
    named: tuple[str, ...] = ()
    if event.type == "Setup":
        setup = decode(SetupData, payload, "setup_data")
        named = setup.election, setup.trustees, setup.credentials
    elif event.type == "EncryptedTally":
        named = (decode(SizedTally, payload, "sized tally").encrypted_tally,)
    elif event.type == "PartialDecryption":
        named = (decode(OwnedPartialDecryption, payload, "owned partial decryption").payload,)
    return (*(_record(tx, uuid, name, event.height) for name in named), payload)


def _record(tx: Transaction, uuid: str, record_hash: str | None, height: int) -> bytes:
    body = rows.body(tx, uuid, record_hash) if record_hash is not None else None
    if body is None or sha256_hex(body) != record_hash:
        raise Refused(Refusal.ARCHIVE_REFERENCE, height=height)
    return body
