"""Canonical JSON: what is decoded must re-serialise byte for byte, or it is refused.

Messages are compact JSON with their fields in the specification's order (section 4.1, protocol.md
"Hashing and JSON"). Decoding with strict types and comparing the re-encoding refuses at one stroke duplicate
and extra keys, white space, other escapes, other orders, trailing bytes and numbers written another way.
"""

import hashlib
from base64 import b64encode
from typing import TypeVar

import msgspec

from voting.errors import Refusal, Refused

# belenios-tool prints integers above 2^30 - 1 (OCaml's smallest native range) as strings.
LARGEST_PLAIN_INTEGER = 1_073_741_823

Message = TypeVar("Message")


def encode(message: object) -> bytes:
    """The canonical bytes of a message."""
    return msgspec.json.encode(message)


def decode(kind: type[Message], body: bytes, what: str) -> Message:
    """The message of type `kind` in `body`; `what` names it for the person who reads a refusal.

    Raises `Refused` JSON_MALFORMED or JSON_NOT_CANONICAL.
    """
    try:
        message = msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(Refusal.JSON_MALFORMED, what=what) from error
    if encode(message) != body:
        raise Refused(Refusal.JSON_NOT_CANONICAL, what=what)
    return message


def sha256_hex(body: bytes) -> str:
    """The name under which an archive stores a record (section 4.4)."""
    return hashlib.sha256(body).hexdigest()


def fingerprint(body: bytes) -> str:
    """H_JSON: unpadded Base64 of SHA-256 (section 4.15): election fingerprint, ballot hash and tracker."""
    return b64encode(hashlib.sha256(body).digest()).decode().rstrip("=")


def plain_integer(number: int) -> int | str:
    """A weight or a result as belenios-tool prints it."""
    return number if number <= LARGEST_PLAIN_INTEGER else str(number)


def integer_of(number: int | str, what: str) -> int:
    """The inverse of `plain_integer`; the other form of the same number is refused."""
    if isinstance(number, int):
        if 0 <= number <= LARGEST_PLAIN_INTEGER:
            return number
    elif number.isascii() and number.isdigit() and number[0] != "0" and len(number) <= 20:
        value = int(number)
        if value > LARGEST_PLAIN_INTEGER:
            return value
    raise Refused(Refusal.JSON_NOT_CANONICAL, what=what)
