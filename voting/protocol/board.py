"""The archive `<uuid>.bel`: a chain of events and the records they refer to (section 4.4).

It is an old-style tar without end blocks. Every header is rebuilt from name, size and time and compared, so
that an archive has exactly one form. The grammar is Setup Ballot* EndBallots EncryptedTally
PartialDecryption+ Result; a prefix of it is an election in progress.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from voting.errors import Refusal, Refused, placed
from voting.protocol.encoding import decode, encode, sha256_hex
from voting.protocol.tally import OwnedPartialDecryption, SizedTally

BLOCK = 512
# A ballot of 20 contests with 100 candidates each is about 4 MB; the lists of credentials of the largest
# estates (20,000 voters) 13 MB. What is larger is no record of ours, and is not read into memory.
LARGEST_RECORD = 64 * 1024 * 1024

EventType = Literal["Setup", "Ballot", "EndBallots", "EncryptedTally", "PartialDecryption", "Result"]

# Which event may follow which.
_FOLLOWS: Mapping[str | None, frozenset[str]] = {
    None: frozenset({"Setup"}),
    "Setup": frozenset({"Ballot", "EndBallots"}),
    "Ballot": frozenset({"Ballot", "EndBallots"}),
    "EndBallots": frozenset({"EncryptedTally"}),
    "EncryptedTally": frozenset({"PartialDecryption"}),
    "PartialDecryption": frozenset({"PartialDecryption", "Result"}),
    "Result": frozenset(),
}


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


@dataclass(frozen=True)
class Archive:
    """A structurally sound archive."""

    timestamp: int
    links: tuple[Link, ...]

    @property
    def setup(self) -> tuple[bytes, bytes, bytes]:
        """The election, the trustees and the public credentials."""
        election, trustees, credentials, _ = self.links[0].records
        return election, trustees, credentials

    @property
    def ballots(self) -> tuple[bytes, ...]:
        """The ballots' bytes, in order."""
        return tuple(link.records[0] for link in self.links if link.event.type == "Ballot")

    @property
    def finished(self) -> bool:
        """Whether the chain has come to its Result."""
        return self.links[-1].event.type == "Result"


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


def _tar_header(name: str, size: int, timestamp: int) -> bytes:
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
    return _tar_header(name, len(body), timestamp) + body + bytes(-len(body) % BLOCK)


def archive_parts(timestamp: int, links: Iterable[Link]) -> Iterator[bytes]:
    """The archive's bytes, a member at a time, so that a large one need not be held in memory."""
    yield _member("BELENIOS", encode(ArchiveHeader(1, str(timestamp))), timestamp)
    for link in links:
        for record in link.records:
            yield _member(f"{sha256_hex(record)}.data.json", record, timestamp)
        yield _member(f"{link.hash}.event.json", encode(link.event), timestamp)


def _members(body: bytes) -> Iterator[tuple[str, bytes]]:
    """Names and bodies; every header is rebuilt and compared. Raises `Refused` ARCHIVE_*."""
    view = memoryview(body)
    offset = number = 0
    timestamp: int | None = None
    while offset < len(view):
        header = bytes(view[offset : offset + BLOCK])
        if len(header) < BLOCK:
            raise Refused(Refusal.ARCHIVE_TRUNCATED, member=number)
        try:
            name = header[:100].rstrip(b"\0").decode("ascii")
            size = int(header[124:135], 8)
            time = int(header[136:147], 8)
        except ValueError:
            raise Refused(Refusal.ARCHIVE_HEADER_INVALID, member=number) from None
        if timestamp is None:
            timestamp = time
        if size > LARGEST_RECORD or time != timestamp or _tar_header(name, size, time) != header:
            raise Refused(Refusal.ARCHIVE_HEADER_INVALID, member=number)
        offset += BLOCK
        content = bytes(view[offset : offset + size])
        padding = view[offset + size : offset + size + -size % BLOCK]
        if len(content) < size or len(padding) < -size % BLOCK:
            raise Refused(Refusal.ARCHIVE_TRUNCATED, member=number)
        if any(padding):
            raise Refused(Refusal.ARCHIVE_HEADER_INVALID, member=number)
        yield name, content
        offset += size + -size % BLOCK
        number += 1
    if number == 0:
        raise Refused(Refusal.ARCHIVE_TRUNCATED, member=0)
    del view


def _header_timestamp(name: str, content: bytes) -> int:
    header = decode(ArchiveHeader, content, "BELENIOS")
    stamp = header.timestamp
    if (
        name != "BELENIOS"
        or header.version != 1
        or not (stamp.isascii() and stamp.isdigit())
        or len(stamp) > 11
        or str(int(stamp)) != stamp
    ):
        raise Refused(Refusal.ARCHIVE_HEADER_INVALID, member=0)
    return int(stamp)


def _expected_records(event: Event, payload: bytes | None) -> tuple[str, ...]:
    """The hashes of the records that must stand before this event, in order."""
    if (payload is None) != (event.type == "EndBallots"):
        raise Refused(Refusal.ARCHIVE_REFERENCE, height=event.height)
    if payload is None:
        return ()
    own = sha256_hex(payload)
    if event.type == "Setup":
        setup = decode(SetupData, payload, "setup_data")
        return setup.election, setup.trustees, setup.credentials, own
    if event.type == "EncryptedTally":
        return decode(SizedTally, payload, "sized tally").encrypted_tally, own
    if event.type == "PartialDecryption":
        return decode(OwnedPartialDecryption, payload, "owned partial decryption").payload, own
    return (own,)


def read_archive(body: bytes) -> Archive:
    """Read and check an archive's form: names, grammar, heights, parents, references (section 4.4).

    Whether what the records say is true is `voting.protocol.audit`'s question. Raises `Refused` ARCHIVE_* or
    JSON_* with the place.
    """
    members = _members(body)
    name, content = next(members)
    timestamp = _header_timestamp(name, content)
    if int(body[136:147], 8) != timestamp:
        raise Refused(Refusal.ARCHIVE_HEADER_INVALID, member=0)
    links: list[Link] = []
    records: list[bytes] = []
    seen: set[str] = set()
    for name, content in members:
        digest, _, kind = name.partition(".")
        if digest != sha256_hex(content):
            raise Refused(Refusal.ARCHIVE_NAME_NOT_HASH, height=len(links))
        if digest in seen:
            # The same bytes twice: a ballot replayed, or a record that nothing needs.
            refusal = Refusal.BALLOT_REPLAYED if b'"election_hash"' in content else Refusal.ARCHIVE_REFERENCE
            raise Refused(refusal, height=len(links))
        seen.add(digest)
        if kind == "data.json":
            records.append(content)
        elif kind == "event.json":
            with placed(height=len(links)):
                links.append(_next_link(links[-1] if links else None, content, digest, tuple(records)))
            records = []
        else:
            raise Refused(Refusal.ARCHIVE_HEADER_INVALID, height=len(links))
    if records:
        raise Refused(Refusal.ARCHIVE_REFERENCE, height=len(links))
    if not links:
        raise Refused(Refusal.ARCHIVE_GRAMMAR, height=0)
    return Archive(timestamp, tuple(links))


def _next_link(previous: Link | None, content: bytes, digest: str, records: tuple[bytes, ...]) -> Link:
    event = decode(Event, content, "event")
    height = previous.event.height + 1 if previous else 0
    if event.type not in _FOLLOWS[previous.event.type if previous else None]:
        raise Refused(Refusal.ARCHIVE_GRAMMAR, height=height, type=event.type)
    if event.height != height:
        raise Refused(Refusal.ARCHIVE_HEIGHT, height=height)
    if event.parent != (previous.hash if previous else UNSET):
        raise Refused(Refusal.ARCHIVE_PARENT, height=height)
    payload = records[-1] if records else None
    hashes = tuple(sha256_hex(record) for record in records)
    if event.payload != (hashes[-1] if hashes else UNSET) or hashes != _expected_records(event, payload):
        raise Refused(Refusal.ARCHIVE_REFERENCE, height=height)
    return Link(event, digest, records)
