"""The archive `<uuid>.bel`: a chain of events and the records they refer to (section 4.4).

It is an old-style tar without end blocks, whose headers follow from name, size and time, so that an archive
has exactly one form; `voting.protocol.archive` reads it. The grammar is Setup Ballot* EndBallots
EncryptedTally PartialDecryption+ Result; a prefix of it is an election in progress.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from voting.protocol.encoding import encode, sha256_hex
from voting.protocol.tally import OwnedPartialDecryption

BLOCK = 512
# A ballot of 20 contests with 100 candidates each is about 4 MB; the lists of credentials of the largest
# estates (20,000 voters) 13 MB. What is larger is no record of ours, and is not read into memory.
LARGEST_RECORD = 64 * 1024 * 1024

EventType = Literal["Setup", "Ballot", "EndBallots", "EncryptedTally", "PartialDecryption", "Result"]


class ArchiveHeader(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first member, BELENIOS; the timestamp is a string of seconds since 1970."""

    version: int
    timestamp: str


class Event(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A link of the chain; `parent` and `payload` are SHA-256 in hexadecimal."""

    parent: str | UnsetType = UNSET
    height: int
    type: EventType
    payload: str | UnsetType = UNSET


class SetupData(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The payload of the Setup event: hashes of the three records that stand before it (section 4.10)."""

    election: str
    trustees: str
    credentials: str


@dataclass(frozen=True)
class Link:
    """An event as it stands in an archive: its hash, and its records, the payload last."""

    event: Event
    hash: str
    records: tuple[bytes, ...]


def make_link(parent: Link | None, kind: EventType, records: Sequence[bytes] = ()) -> Link:
    """The next link of a chain; `records` as they will stand before the event, the payload last."""
    return link_after(
        parent.hash if parent else None, parent.event.height + 1 if parent else 0, kind, tuple(records)
    )


def link_after(parent_hash: str | None, height: int, kind: EventType, records: tuple[bytes, ...]) -> Link:
    """Like `make_link`, for callers that keep only the head's hash and the next height."""
    event = Event(
        parent=parent_hash if parent_hash is not None else UNSET,
        height=height,
        type=kind,
        payload=sha256_hex(records[-1]) if records else UNSET,
    )
    return Link(event, sha256_hex(encode(event)), records)


def setup_records(election: bytes, trustees: bytes, credentials: bytes) -> tuple[bytes, ...]:
    """The records of a Setup event, in the archive's order."""
    data = SetupData(sha256_hex(election), sha256_hex(trustees), sha256_hex(credentials))
    return election, trustees, credentials, encode(data)


def owned(owner: int, partial: bytes) -> tuple[bytes, bytes]:
    """The records of a PartialDecryption event."""
    return partial, encode(OwnedPartialDecryption(owner, sha256_hex(partial)))


def tar_header(name: str, size: int, timestamp: int) -> bytes:
    """The only header that a member of that name, size and time can have."""
    block = bytearray(BLOCK)
    block[: len(name)] = name.encode()
    for offset, field in ((100, b"0000644"), (108, b"0000000"), (116, b"0000000")):
        block[offset : offset + 7] = field
    block[124:135] = b"%011o" % size
    block[136:147] = b"%011o" % timestamp
    block[148:156] = b" " * 8
    block[156:157] = b"0"
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def _member(name: str, body: bytes, timestamp: int) -> bytes:
    return tar_header(name, len(body), timestamp) + body + bytes(-len(body) % BLOCK)


def archive_parts(timestamp: int, links: Iterable[Link]) -> Iterator[bytes]:
    """The archive's bytes, a member at a time, so that a large one need not be held in memory."""
    yield _member("BELENIOS", encode(ArchiveHeader(1, str(timestamp))), timestamp)
    for link in links:
        for record in link.records:
            yield _member(f"{sha256_hex(record)}.data.json", record, timestamp)
        yield _member(f"{link.hash}.event.json", encode(link.event), timestamp)
