"""Read an archive `<uuid>.bel` as a stream and check its form (section 4.4).

An archive is read more than once and never held: a `Reader` gives one event after the other with its records,
and of what went by only a `Chain` is kept, 64 bytes an event and 32 more for a ballot's signer, and while the
form is checked the hash of every member (about 100 bytes each), because none may come twice. A second reading
must give the same chain, so that a file which changes in between is found.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Protocol

import msgspec
from msgspec import UNSET

from voting.errors import Refusal, Refused, placed
from voting.protocol.board import (
    BLOCK,
    LARGEST_RECORD,
    ArchiveHeader,
    Event,
    EventType,
    Link,
    SetupData,
    tar_header,
)
from voting.protocol.encoding import decode, sha256_hex
from voting.protocol.roll import credential_key
from voting.protocol.tally import OwnedPartialDecryption, SizedTally

_DIGEST = 32  # bytes of SHA-256
_MOST_RECORDS = 4  # of an event: the Setup's

# Which event may follow which.
_FOLLOWS: dict[str | None, frozenset[str]] = {
    None: frozenset({"Setup"}),
    "Setup": frozenset({"Ballot", "EndBallots"}),
    "Ballot": frozenset({"Ballot", "EndBallots"}),
    "EndBallots": frozenset({"EncryptedTally"}),
    "EncryptedTally": frozenset({"PartialDecryption"}),
    "PartialDecryption": frozenset({"PartialDecryption", "Result"}),
    "Result": frozenset(),
}


class Stream(Protocol):
    """What an archive is read from: an open file, or what behaves like one."""

    def read(self, size: int, /) -> bytes:
        """The next `size` bytes, fewer only at the end."""

    def close(self) -> None:
        """Nothing more is read."""


Source = Callable[[], Stream]
"""Opens an archive anew, at its beginning."""


@contextmanager
def opened(archive: bytes | Source) -> Iterator[Stream]:
    """The stream of an archive, or of one that is small enough to be held in memory."""
    stream = BytesIO(archive) if isinstance(archive, bytes) else archive()
    try:
        yield stream
    finally:
        stream.close()


class _Signer(msgspec.Struct):
    """Of a ballot that is still to be verified, who claims to have cast it."""

    credential: str


class Chain:
    """What is kept of an archive whose form is sound."""

    def __init__(self, timestamp: int) -> None:
        self.timestamp = timestamp
        self.kinds: list[EventType] = []
        self.setup: tuple[str, ...] = ()  # hashes of election, trustees, credentials, setup_data
        self._hashes = bytearray()
        self._payloads = bytearray()
        self._signers = bytearray()

    def add(self, link: Link) -> None:
        """The next event."""
        if not self.kinds:
            self.setup = tuple(map(sha256_hex, link.records))
        self.kinds.append(link.event.type)
        self._hashes += bytes.fromhex(link.hash)
        payload = link.event.payload
        self._payloads += bytes(_DIGEST) if payload is UNSET else bytes.fromhex(payload)
        if link.event.type == "Ballot":
            self._signers += _signer(link.records[0])

    def __len__(self) -> int:
        return len(self.kinds)

    def hash(self, height: int) -> str:
        """The event's hash at a height; -1 is the last."""
        start = (height if height >= 0 else len(self) + height) * _DIGEST
        return self._hashes[start : start + _DIGEST].hex()

    @property
    def ballots(self) -> int:
        """How many ballots there are: at the heights from 1."""
        return (len(self) if self.end is None else self.end) - 1

    def ballot_hashes(self) -> list[bytes]:
        """SHA-256 of each ballot."""
        starts = range(_DIGEST, (self.ballots + 1) * _DIGEST, _DIGEST)
        return [bytes(self._payloads[start : start + _DIGEST]) for start in starts]

    def signers(self) -> Iterator[bytes]:
        """The `credential_key` of each ballot, in order; zeros where none can be read."""
        for start in range(0, len(self._signers), _DIGEST):
            yield bytes(self._signers[start : start + _DIGEST])

    def counted(self) -> bytes:
        """For each ballot 1 where it counts, being the last of its credential (section 4.15), else 0."""
        last = {signer: place for place, signer in enumerate(self.signers())}
        counted = bytearray(self.ballots)
        for place in last.values():
            counted[place] = 1
        return bytes(counted)

    @property
    def end(self) -> int | None:
        """The height of EndBallots; None while ballots can still come."""
        return self.kinds.index("EndBallots") if "EndBallots" in self.kinds else None

    @property
    def finished(self) -> bool:
        """Whether the chain has come to its Result."""
        return self.kinds[-1] == "Result"


class Reader:
    """One reading of an archive: its timestamp, then its events. Raises `Refused` ARCHIVE_* or JSON_*."""

    def __init__(self, stream: Stream) -> None:
        self._members = _members(stream)
        name, content, time = next(self._members)
        self.timestamp = _header_timestamp(name, content)
        if time != self.timestamp:
            raise Refused(Refusal.ARCHIVE_HEADER_INVALID, member=0)

    def links(self, again: Chain | None = None) -> Iterator[Link]:
        """The events: names, grammar, heights, parents and references hold (section 4.4).

        `again` is what an earlier reading kept; where this one differs, it refuses ARCHIVE_PARENT(height).
        """
        previous: tuple[Event, str] | None = None
        height = 0
        records: list[bytes] = []
        hashes: list[str] = []
        seen: set[bytes] = set()
        for name, content, _ in self._members:
            digest, _, kind = name.partition(".")
            if digest != sha256_hex(content):
                raise Refused(Refusal.ARCHIVE_NAME_NOT_HASH, height=height)
            if again is None:
                short = bytes.fromhex(digest)
                if short in seen:
                    # The same bytes twice: a ballot replayed, or a record that nothing needs.
                    replayed = b'"election_hash"' in content
                    refusal = Refusal.BALLOT_REPLAYED if replayed else Refusal.ARCHIVE_REFERENCE
                    raise Refused(refusal, height=height)
                seen.add(short)
            if kind == "data.json":
                # Of too many records the first and the last are held; the event refuses them.
                if len(records) > _MOST_RECORDS:
                    records.pop()
                    hashes.pop()
                records.append(content)
                hashes.append(digest)
            elif kind == "event.json":
                with placed(height=height):
                    link = _next_link(previous, content, digest, tuple(records), tuple(hashes))
                if again is not None and (height >= len(again) or again.hash(height) != digest):
                    raise Refused(Refusal.ARCHIVE_PARENT, height=height)
                previous = link.event, digest
                height += 1
                records, hashes = [], []
                yield link
            else:
                raise Refused(Refusal.ARCHIVE_HEADER_INVALID, height=height)
        if records:
            raise Refused(Refusal.ARCHIVE_REFERENCE, height=height)
        if not height:
            raise Refused(Refusal.ARCHIVE_GRAMMAR, height=0)
        if again is not None and height != len(again):
            raise Refused(Refusal.ARCHIVE_PARENT, height=height)


def read_chain(archive: bytes | Source) -> Chain:
    """Read and check an archive's form from beginning to end.

    Whether what the records say is true is `voting.protocol.audit`'s question. Raises `Refused` ARCHIVE_* or
    JSON_* with the place.
    """
    with opened(archive) as stream:
        reader = Reader(stream)
        chain = Chain(reader.timestamp)
        for link in reader.links():
            chain.add(link)
        return chain


@dataclass(frozen=True)
class Archive:
    """A structurally sound archive, held whole."""

    timestamp: int
    links: tuple[Link, ...]

    @property
    def ballots(self) -> tuple[bytes, ...]:
        """The ballots' bytes, in order."""
        return tuple(link.records[0] for link in self.links if link.event.type == "Ballot")


def read_archive(body: bytes) -> Archive:
    """Like `read_chain`, for what is small enough to be held."""
    reader = Reader(BytesIO(body))
    return Archive(reader.timestamp, tuple(reader.links()))


def _members(stream: Stream) -> Iterator[tuple[str, bytes, int]]:
    """Names, bodies and times; every header is rebuilt and compared. Raises `Refused` ARCHIVE_*."""
    number = 0
    timestamp: int | None = None
    while header := stream.read(BLOCK):
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
        if size > LARGEST_RECORD or time != timestamp or tar_header(name, size, time) != header:
            raise Refused(Refusal.ARCHIVE_HEADER_INVALID, member=number)
        content = stream.read(size)
        padding = stream.read(-size % BLOCK)
        if len(content) < size or len(padding) < -size % BLOCK:
            raise Refused(Refusal.ARCHIVE_TRUNCATED, member=number)
        if any(padding):
            raise Refused(Refusal.ARCHIVE_HEADER_INVALID, member=number)
        yield name, content, time
        number += 1
    if number == 0:
        raise Refused(Refusal.ARCHIVE_TRUNCATED, member=0)


def _signer(ballot: bytes) -> bytes:
    try:
        return credential_key(msgspec.json.decode(ballot, type=_Signer).credential)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return bytes(_DIGEST)  # and decoding it whole will say why


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


def _next_link(
    previous: tuple[Event, str] | None,
    content: bytes,
    digest: str,
    records: tuple[bytes, ...],
    hashes: tuple[str, ...],
) -> Link:
    event = decode(Event, content, "event")
    height = previous[0].height + 1 if previous else 0
    if event.type not in _FOLLOWS[previous[0].type if previous else None]:
        raise Refused(Refusal.ARCHIVE_GRAMMAR, height=height, type=event.type)
    if event.height != height:
        raise Refused(Refusal.ARCHIVE_HEIGHT, height=height)
    if event.parent != (previous[1] if previous else UNSET):
        raise Refused(Refusal.ARCHIVE_PARENT, height=height)
    payload = records[-1] if records else None
    if event.payload != (hashes[-1] if hashes else UNSET) or hashes != _expected_records(event, payload):
        raise Refused(Refusal.ARCHIVE_REFERENCE, height=height)
    return Link(event, digest, records)
