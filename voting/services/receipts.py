"""Receipts: the server's signed promise that a ballot stands at one height of both boards.

Ed25519 over the canonical JSON `{"area_event","height","owners_event","time","tracker","uuid"}`. The public
key stands in rules.json as `receipt_key`, so that the election itself, and every ballot, names it. Ed25519
is deterministic: the same ballot has the same receipt whenever it is asked for.
"""

import re
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from voting.errors import Refusal, Refused
from voting.protocol.election import is_uuid
from voting.rules.outcome import canonical_json
from voting.services.site import Site
from voting.services.views import Receipt
from voting.services.wire import iso
from voting.store import board as rows
from voting.store.board import BallotRow

_TRACKER = re.compile(r"[A-Za-z0-9+/]{43}")
_LINKED = re.compile(
    r"([\w-]{43})\.([1-9][0-9]{0,9})\.([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)"
    r"\.([\w-]{43})\.([\w-]{43})\.([\w-]{86})",
    re.ASCII,
)


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


def replacements(site: Site, uuid: str) -> dict[int, int]:
    """For each ballot that was replaced, by height, the height of the same voter's next one."""
    if not is_uuid(uuid):
        return {}
    with site.store.read() as tx:
        return rows.replacements(tx, uuid)


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
        replaced=ballot.replaced,
    )
    signature = site.keys.receipt_key.sign(signed_bytes(unsigned)).hex()
    return replace(unsigned, signature=signature)


def linked(signed: Receipt) -> str:
    """The whole receipt in 240 characters that a link's fragment may hold: what a photograph keeps of it.

    `<tracker>.<height>.<time>.<owners event>.<area event>.<signature>`, bytes in unpadded base64url.
    """
    parts = (
        _url(b64decode(signed.tracker + "=")),
        str(signed.height),
        signed.time,
        *(_url(bytes.fromhex(each)) for each in (signed.owners_event, signed.area_event, signed.signature)),
    )
    return ".".join(parts)


def read_linked(uuid: str, text: str) -> Receipt:
    """The receipt in a link's fragment, whoever signed it. Refuses RECEIPT_MALFORMED."""
    found = _LINKED.fullmatch(text)
    if found is None:
        raise Refused(Refusal.RECEIPT_MALFORMED)
    tracker, height, time, owners, area, signature = found.groups()
    return Receipt(
        uuid=uuid,
        tracker=tracker.translate(_FROM_URL),
        height=int(height),
        owners_event=_unurl(owners).hex(),
        area_event=_unurl(area).hex(),
        time=time,
        signature=_unurl(signature).hex(),
    )


_FROM_URL = str.maketrans("-_", "+/")


def _url(body: bytes) -> str:
    return urlsafe_b64encode(body).decode().rstrip("=")


def _unurl(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


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
