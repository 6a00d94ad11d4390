"""What the fuzzer feeds with bytes: every reader of what strangers send. Only `Refused` may come of it."""

import io
import json
import zipfile
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache, lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import msgspec

from voting.documents.spreadsheet import read_rows
from voting.errors import Refused
from voting.protocol import stack, tally, trustees
from voting.protocol.archive import read_archive
from voting.protocol.audit import Twins, verify_twins
from voting.protocol.ballot import Ballot, VerifiedBallot, verify_ballot
from voting.protocol.board import (
    ArchiveHeader,
    Event,
    Link,
    SetupData,
    archive_parts,
    make_link,
)
from voting.protocol.certificates import SignedMessage, check_certificates
from voting.protocol.credentials import parse_typed
from voting.protocol.election import Election, ElectionContext, decode_election
from voting.protocol.encoding import decode, encode
from voting.protocol.group import GROUPS
from voting.protocol.roll import read_roll
from voting.protocol.threshold import Output, Polynomial, check_polynomial
from voting.protocol.trustees import VerifiedTrustees
from voting.rules.agenda import agenda_from_json
from voting.rules.outcome import rules_agenda
from voting.rules.register import parse_register
from voting.services import verification
from voting.services.attachments import read_attachment
from voting.services.checkpoint import verify_checkpoint
from voting.services.log_lines import read_lines
from voting.services.opened import AuditorsBallot
from voting.services.trustee import BallotShare, KeyFile, Share
from voting.services.verification import verify_files, verify_path

ROOT = Path(__file__).resolve().parent.parent
VECTORS = ROOT / "tests" / "vectors"
MEASURES = ("owners", "area")
MESSAGES: tuple[Any, ...] = (
    Ballot,
    Election,
    Event,
    ArchiveHeader,
    SetupData,
    tally.SizedTally,
    tally.PartialDecryption,
    tally.OwnedPartialDecryption,
    tally.Result,
    tuple[str, ...],
    trustees.TrusteePublicKey,
)


# What trustees send, and what is kept of a ballot that was opened.
SENT: tuple[Any, ...] = (SignedMessage, Polynomial, Output, Share, BallotShare, AuditorsBallot, KeyFile)


@cache
def _good(name: str = "good") -> dict[str, bytes]:
    read = json.loads((VECTORS / "records" / "good.json").read_text(encoding="utf-8"))
    return {file: b64decode(body) for file, body in read[name].items()}


def _bel(measure: str) -> str:
    return next(name for name in _good() if name.startswith(f"{measure}/"))


@cache
def _links(measure: str) -> tuple[Link, ...]:
    return read_archive(_good()[_bel(measure)]).links


@cache
def _twins(owners: bytes, area: bytes, most: int | None) -> Twins:
    return verify_twins(owners, area, most=most)


_decoded = lru_cache(maxsize=64)(decode_election)


@lru_cache(maxsize=256)
def _by_bytes(election: bytes, body: bytes) -> VerifiedBallot:
    return verify_ballot(_decoded(election), body)


def _verified(election: ElectionContext, body: bytes) -> VerifiedBallot:
    return _by_bytes(election.body, body)


@cache
def _election() -> ElectionContext:
    return decode_election(_links("owners")[0].records[0])


def archive(body: bytes) -> None:
    """An archive: what is accepted is written in the same bytes again."""
    with suppress(Refused):
        read = read_archive(body)
        assert b"".join(archive_parts(read.timestamp, read.links)) == body


def chain(body: bytes) -> None:
    """One record of the good archives replaced, its hashes made again: a byte each for height and record."""
    links = {measure: list(_links(measure)) for measure in MEASURES}
    height, record = (body + b"\0\0")[:2]
    for measure, made in links.items():
        remade: list[Link] = []
        for link in made:
            records, kind = list(link.records), link.event.type
            if link.event.height == height % len(made) and records:
                records[record % len(records)] = body[2:]
            remade.append(make_link(remade[-1] if remade else None, kind, tuple(records)))
        links[measure] = remade
    owners, area = (b"".join(archive_parts(0, links[measure])) for measure in MEASURES)
    # What stays the same is done once: the table of the election key, the proofs of a ballot.
    ballots = patch.object(stack, "verify_ballot", _verified)
    with patch.object(stack, "decode_election", _decoded), ballots, suppress(Refused):
        verify_twins(owners, area)


def message(body: bytes) -> None:
    """JSON of every kind: what is accepted has one form."""
    kind, rest = (body + b"\0")[0] % (len(MESSAGES) + 5), body[1:]
    with suppress(Refused):
        if kind < len(MESSAGES):
            assert encode(decode(MESSAGES[kind], rest, "")) == rest
        elif kind == len(MESSAGES):
            verify_ballot(_election(), rest)
        elif kind == len(MESSAGES) + 1:
            decode_election(rest)
        elif kind == len(MESSAGES) + 2:
            read_roll(_election().group, rest)
        elif kind == len(MESSAGES) + 3:
            trustees.verify_trustees(_election().group, rest)
        else:
            read_lines(rest.split(b"\n"))
    with suppress(Refused, ValueError, RecursionError):
        obj = json.loads(rest)
        with suppress(Refused):
            agenda_from_json(obj)
        rules_agenda(obj)


def element(body: bytes) -> None:
    """Elements, scalars and typed credentials: what is accepted is written in the same characters again."""
    text = body.decode(errors="replace")
    for group in GROUPS.values():
        with suppress(Refused):
            assert group.serialise(group.element(text, "")) == text
        with suppress(Refused):
            assert str(group.scalar(text, "")) == text
    with suppress(Refused):
        parse_typed(text)
    with suppress(Refused):
        verify_checkpoint(text, "0" * 64)


@cache
def _circle() -> tuple[ElectionContext, VerifiedTrustees, bytes]:
    """An election with a circle in Ed25519, and its trustees as they are published."""
    bodies = next(body for name, body in _good("a circle").items() if name.startswith("owners/"))
    election, published, _ = read_archive(bodies).links[0].records[:3]
    context = decode_election(election)
    return context, trustees.verify_trustees(context.group, published), published


def trustee(body: bytes) -> None:
    """What trustees send, published keys, documents of an opening: the first byte says which."""
    kind, rest = (body + b"\0")[0] % (len(SENT) + 2), body[1:]
    context, verified, _ = _circle()
    with suppress(Refused):
        if kind < len(SENT):
            read = decode(SENT[kind], rest, "")
            assert encode(read) == rest
            if isinstance(read, SignedMessage):
                check_certificates(context.group, [read])
            circle = verified.quorums[1].circle
            if isinstance(read, Polynomial) and circle is not None:
                check_polynomial(circle, 1, read)
        elif kind == len(SENT):
            trustees.verify_trustees(context.group, rest)
        else:
            read_attachment(rest)


def spreadsheet(body: bytes) -> None:
    """A register as .xlsx or .csv, by the first byte."""
    name = "roll.csv" if (body + b"\0")[0] % 2 else "roll.xlsx"
    with suppress(Refused):
        parse_register(read_rows(name, body[1:]))


def export(body: bytes) -> None:
    """A zip."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "EXPORT.zip"
        path.write_bytes(body)
        with suppress(Refused):
            verify_path(path)


def papers(body: bytes) -> None:
    """One file of the good record replaced; the first byte says which."""
    names = sorted(name for name in _good() if not name.endswith(".bel"))
    choice = (body + b"\0")[0] % (len(names) + 1)
    files = _good() | ({names[choice]: body[1:]} if choice < len(names) else {})
    earlier = body[1:].decode(errors="replace") if choice == len(names) else None
    # The archives are mostly the same: verified once.
    twins = lambda owners, area, _s, _p, most: _twins(owners, area, most)  # noqa: E731 - in place of a function
    once = patch.object(verification, "verify_twins", twins)
    with once, suppress(Refused):
        found = verify_files(files, earlier=earlier)
        assert not found.valid or files == _good()


TARGETS: dict[str, Callable[[bytes], None]] = {
    each.__name__: each for each in (archive, chain, message, element, trustee, spreadsheet, export, papers)
}


def seeds(target: str) -> Iterator[bytes]:
    """What a target begins with: good input, and kept findings."""
    good = _good()
    if target == "archive":
        yield from (good[_bel(measure)][:size] for measure in MEASURES for size in (1024, 8192, 70_000))
    elif target == "chain":
        for link in _links("area"):
            for number, record in enumerate(link.records):
                yield bytes([link.event.height, number]) + record
    elif target == "message":
        records = [record for link in _links("area") for record in (*link.records, encode(link.event))]
        for number in range(len(MESSAGES) + 5):
            yield from (bytes([number]) + record for record in records if len(record) < 12_000)
        yield bytes([len(MESSAGES) + 4]) + good["audit-log.jsonl"]
        yield b"\0" + good["rules.json"]
    elif target == "element":
        public = msgspec.json.decode(_links("owners")[0].records[2])
        yield from (str(key).encode() for key in public)
        yield from (b"0", b"1", b"-1", b"01", b"j1Yxj-mi3Ada-ZPEqW-MhMyMc", good["checkpoint.txt"])
    elif target == "trustee":
        _, _, published = _circle()
        yield bytes([len(SENT)]) + published
        parameters = json.loads(published)[1][1]
        for said in (*parameters["certs"], *parameters["coefexps"]):
            yield b"\0" + msgspec.json.encode(said)
        for kind in (b"%PDF-1.7\n%%EOF", b"\xff\xd8\xff\xd9"):
            yield bytes([len(SENT) + 1]) + kind
    elif target == "spreadsheet":
        fixtures = ROOT / "tests" / "fixtures"
        yield b"\0" + (fixtures / "broken-roll.xlsx").read_bytes()
        yield b"\1" + (fixtures / "golden-apple-roll.gb18030.csv").read_bytes()[:2000]
    elif target == "papers":
        names = sorted(name for name in good if not name.endswith(".bel"))
        yield from (bytes([number]) + good[name] for number, name in enumerate(names))
        yield bytes([len(names)]) + good["checkpoint.txt"]
    elif target == "export":
        yield from _zips()
    for path in sorted((VECTORS / "fuzz" / target).glob("*")):
        yield path.read_bytes()


def _zips() -> Iterator[bytes]:
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", method) as packed:
            for name, body in _good().items():
                packed.writestr(zipfile.ZipInfo(name), body[:1500])
        yield made.getvalue()
