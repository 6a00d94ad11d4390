"""Checkpoints: one signed text that pins both boards, the rules and the audit log at one minute.

    owners-voting checkpoint v1
    <uuid>
    <height of the last event>
    <event hash of the owners board's head>
    <event hash of the area board's head>
    <SHA-256 of rules.json>
    <SHA-256 of the audit log's last line>
    <time, UTC>

    ed25519 <public key> <signature>

The signature is over everything before the blank line, that line's end included; hex throughout. Whoever
holds one can later tell whether a record is a continuation of it. It trusts the site's receipt key, which
stands in rules.json.
"""

import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from voting.errors import Refusal, Refused

TITLE = "owners-voting checkpoint v1"
_FORM = re.compile(
    rf"(?P<body>{TITLE}\n(?P<uuid>[1-9A-HJ-NP-Za-km-z]{{14,64}})\n(?P<height>0|[1-9][0-9]{{0,9}})\n"
    r"(?P<owners_head>[0-9a-f]{64})\n(?P<area_head>[0-9a-f]{64})\n(?P<rules_sha256>[0-9a-f]{64})\n"
    r"(?P<log_head>[0-9a-f]{64})\n(?P<time>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)\n)"
    r"\ned25519 (?P<public_key>[0-9a-f]{64}) (?P<signature>[0-9a-f]{128})\n"
)


@dataclass(frozen=True)
class Checkpoint:
    """What a checkpoint pins; hashes in hex, `time` ISO 8601 UTC."""

    uuid: str
    height: int
    owners_head: str
    area_head: str
    rules_sha256: str
    log_head: str
    time: str


def sign_checkpoint(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """The signed text."""
    fields = (
        TITLE,
        checkpoint.uuid,
        str(checkpoint.height),
        checkpoint.owners_head,
        checkpoint.area_head,
        checkpoint.rules_sha256,
        checkpoint.log_head,
        checkpoint.time,
    )
    body = "".join(f"{field}\n" for field in fields)
    public_key = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
    return f"{body}\ned25519 {public_key} {key.sign(body.encode()).hex()}\n"


def verify_checkpoint(text: str, receipt_key: str) -> Checkpoint:
    """The checkpoint in `text`; `receipt_key` (hex) is that of rules.json. Refuses CHECKPOINT_INVALID."""
    found = _FORM.fullmatch(text)
    if found is None or found["public_key"] != receipt_key:
        raise Refused(Refusal.CHECKPOINT_INVALID)
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(receipt_key))
        key.verify(bytes.fromhex(found["signature"]), found["body"].encode())
    except (InvalidSignature, ValueError):
        raise Refused(Refusal.CHECKPOINT_INVALID) from None
    return Checkpoint(
        uuid=found["uuid"],
        height=int(found["height"]),
        owners_head=found["owners_head"],
        area_head=found["area_head"],
        rules_sha256=found["rules_sha256"],
        log_head=found["log_head"],
        time=found["time"],
    )
