"""Receipts: the server's signed promise that a ballot stands at one height of both boards.

Ed25519 over the canonical JSON `{"area_event","height","owners_event","time","tracker","uuid"}`. The public
key stands in rules.json as `receipt_key`, so that the election itself, and every ballot, names it. Ed25519
is deterministic: the same ballot has the same receipt whenever it is asked for.
"""

import re
from dataclasses import replace

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from voting.protocol.election import is_uuid
from voting.rules.outcome import canonical_json
from voting.services.site import Site
from voting.services.views import Receipt
from voting.services.wire import iso
from voting.store import board as rows
from voting.store.board import BallotRow

_TRACKER = re.compile(r"[A-Za-z0-9+/]{43}")


def receipt(site: Site, uuid: str, tracker: str) -> Receipt | None:
    """The receipt of the ballot with this tracker (回执号), or None."""
    if not is_uuid(uuid) or not _TRACKER.fullmatch(tracker):
        return None
    with site.store.read() as tx:
        ballot = rows.ballot_with(tx, uuid, tracker)
    return receipt_of(site, uuid, ballot) if ballot else None


def receipts(site: Site, uuid: str) -> list[tuple[int, str]]:
    """(height, tracker) of every ballot, in the board's order."""
    if not is_uuid(uuid):
        return []
    with site.store.read() as tx:
        return rows.trackers(tx, uuid)


def receipt_of(site: Site, uuid: str, ballot: BallotRow) -> Receipt:
    """The signed receipt of a stored ballot."""
    unsigned = Receipt(
        uuid=uuid,
        tracker=ballot.tracker,
        height=ballot.event.height,
        owners_event=ballot.event.owners_hash,
        area_event=ballot.event.area_hash,
        time=iso(ballot.event.recorded_at),
        signature="",
    )
    signature = site.keys.receipt_key.sign(signed_bytes(unsigned)).hex()
    return replace(unsigned, signature=signature)


def signed_bytes(unsigned: Receipt) -> bytes:
    """What the signature is over: the receipt without it."""
    fields = unsigned.as_json()
    del fields["signature"]
    return canonical_json(fields)


def receipt_signature_valid(public_key_hex: str, signed: Receipt) -> bool:
    """Whether the holder of `receipt_key` (rules.json) signed this receipt; needs no database."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key_hex))
        key.verify(bytes.fromhex(signed.signature), signed_bytes(signed))
    except (InvalidSignature, ValueError):
        return False
    return True
