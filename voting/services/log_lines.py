"""The lines of an audit log: signed canonical JSON, each with the SHA-256 of the line before.

A line is `{"act","actor","details","previous","seq","signature","time"}`; the first line's `previous` is 64
zeros and its `seq` 1. The signature is Ed25519 with the site's receipt key, in hex, over

    owners-voting log v1
    <the chain: an election's or assembly's uuid, or `site`>
    <the line without its signature>

without a line end at the end. `previous` is of the whole line before, its signature included. Lines that were
written before there were signatures have none: they can be read, but no record with them is taken for signed.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from voting.errors import Refusal, Refused
from voting.rules.canonical import canonical_json
from voting.services.acts import Shape, check_act, is_time

BEFORE_THE_FIRST = "0" * 64
TITLE = "owners-voting log v1"
_SIGNATURE = re.compile(r"[0-9a-f]{128}")


@dataclass(frozen=True)
class Entry:
    """One act: who did what and when; `details` are numbers and words, `previous` the last line's hash.

    `signature` is empty in lines that are older than signatures.
    """

    seq: int
    time: str
    actor: str
    act: str
    details: dict[str, Any]
    previous: str
    signature: str = ""

    @property
    def unsigned(self) -> dict[str, Any]:
        """The line's members without its signature."""
        members = vars(self).copy()
        del members["signature"]
        return members

    @property
    def line(self) -> bytes:
        """The line as it stands in the log."""
        signed = {"signature": self.signature} if self.signature else {}
        return canonical_json(self.unsigned | signed)


def signed_line(chain: str, unsigned: Mapping[str, Any], key: Ed25519PrivateKey) -> bytes:
    """The line with its signature."""
    signature = key.sign(_signed_text(chain, unsigned)).hex()
    return canonical_json({**unsigned, "signature": signature})


def _signed_text(chain: str, unsigned: Mapping[str, Any]) -> bytes:
    return f"{TITLE}\n{chain}\n".encode() + canonical_json(unsigned)


def read_lines(lines: Iterable[bytes], acts: Mapping[str, Shape] | None = None) -> tuple[list[Entry], str]:
    """Check a chain (the lines of audit-log.jsonl, without line ends) and return its entries and head.

    Refuses LOG_BROKEN(line) at the first line that is not canonical, misnumbered or not chained; an
    empty log is broken at line 1. With `acts` also what `check_act` refuses.
    """
    entries: list[Entry] = []
    previous = BEFORE_THE_FIRST
    for number, line in enumerate(lines, start=1):
        try:
            parsed = json.loads(line)
            entry = Entry(**parsed)
            kinds = (type(entry.seq), *map(type, (entry.time, entry.actor, entry.act, entry.details)))
            sound = (
                kinds == (int, str, str, str, dict)
                and canonical_json(parsed) == line
                and (entry.seq, entry.previous) == (number, previous)
                and is_time(entry.time)
                and ("signature" not in parsed or _is_signature(entry.signature))
            )
        except (ValueError, TypeError, RecursionError, OverflowError, Refused):
            sound = False
        if not sound:
            raise Refused(Refusal.LOG_BROKEN, line=number)
        if acts is not None:
            check_act(acts, entry.act, entry.details, number)
        entries.append(entry)
        previous = sha256(line).hexdigest()
    if not entries:
        raise Refused(Refusal.LOG_BROKEN, line=1)
    return entries, previous


def verify_signatures(entries: Iterable[Entry], chain: str, public_key: str) -> None:
    """Every line is signed by the key (hex). Refuses LOG_UNSIGNED, LOG_SIGNATURE_INVALID with the line."""
    for entry in entries:
        if not entry.signature:
            raise Refused(Refusal.LOG_UNSIGNED, line=entry.seq)
        if not signature_valid(entry, chain, public_key):
            raise Refused(Refusal.LOG_SIGNATURE_INVALID, line=entry.seq)


def signature_valid(entry: Entry, chain: str, public_key: str) -> bool:
    """Whether the holder of the key wrote this line into this chain."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(entry.signature), _signed_text(chain, entry.unsigned))
    except (InvalidSignature, ValueError):
        return False
    return True


def line_digests(lines: Iterable[bytes]) -> list[str]:
    """What `previous` says after each line, and first BEFORE_THE_FIRST: every state that a log has had."""
    return [BEFORE_THE_FIRST, *(sha256(line).hexdigest() for line in lines)]


def _is_signature(value: object) -> bool:
    return isinstance(value, str) and _SIGNATURE.fullmatch(value) is not None
