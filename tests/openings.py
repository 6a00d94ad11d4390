"""Requests to open a ballot, for tests: documents of each kind, and what people and trustees answer."""

import json
import zlib
from datetime import datetime

from tests.assembly import Assembly
from voting.protocol.ballot import verify_ballot
from voting.protocol.encoding import encode
from voting.protocol.group import ED25519
from voting.protocol.opening import ballot_share
from voting.protocol.pedersen import ThresholdParameters
from voting.protocol.threshold import open_private_key
from voting.protocol.trustees import verify_trustees
from voting.services.accounts import create_account
from voting.services.board import context, setup_bodies
from voting.services.openings import openings
from voting.services.phases import found
from voting.services.rehearsal import Trustees, circle_of_trustees
from voting.services.site import Actor
from voting.services.trustee import BallotShare, KeyFile
from voting.store import board as board_rows

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
REASON = "业主本人申请核对自己的票"


def png(colour: int = 0) -> bytes:
    """One pixel."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    header = b"\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00"
    pixels = zlib.compress(bytes([0, colour]))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def auditor(assembly: Assembly, name: str = "ju") -> Actor:
    """A signed-in auditor of the assembly's site."""
    number = create_account(assembly.site, name, "auditor", "居委会", "a long password", assembly.now)
    return Actor(number, name, "auditor")


def circle(size: int = 3, threshold: int = 2) -> tuple[list[KeyFile], ThresholdParameters]:
    """A circle's key files and parameters."""
    keys, parameters = circle_of_trustees(Trustees(size, threshold), ED25519.name)
    assert parameters is not None
    return keys, parameters


def share(assembly: Assembly, number: int, keys: list[KeyFile], trustee: int, **changes: object) -> bytes:
    """What the trustee (from 1) sends who approves the request."""
    site, uuid = assembly.site, assembly.uuid
    request = next(each for each in openings(site, uuid) if each.number == number)
    with site.store.read() as tx:
        row = found(tx, uuid)
        trustees_body = setup_bodies(tx, uuid)[1]
        stored = board_rows.ballot_with(tx, uuid, request.tracker)
        assert stored is not None
        body = board_rows.body(tx, uuid, stored.event.owners_payload or "")
    assert row.election_json is not None
    assert body is not None
    election = context(row.election_json)
    key = keys[trustee - 1]
    assert isinstance(key.private_key, str)
    secret = open_private_key(key.in_group, key.keys, key.private_key)
    made = ballot_share(election, verify_ballot(election, body), secret)
    owner = verify_trustees(election.group, trustees_body).circle_owner(trustee)
    sent = BallotShare(uuid=uuid, owner=owner, tracker=request.tracker, decryption=made)
    return json.dumps(json.loads(encode(sent)) | changes, separators=(",", ":")).encode()


def after_closing(assembly: Assembly) -> datetime:
    """Two voters, the second of whom says no, and the end of the ballots; returns that moment."""
    assembly.cast(1)
    assembly.cast(2, [0, 1, 0], (0, 0, 1, 0))
    assembly.close()
    return assembly.closes_at
