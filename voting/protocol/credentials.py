"""Credentials (投票码): the voter's signing key, as printed on paper (section 4.8, version 2.4+ form).

22 Base58 characters, about 129 bits, written XXXXX-XXXXXX-XXXXX-XXXXXX. The secret exponent is
SHA-256(derive_credential|uuid|0|c) followed by SHA-256(derive_credential|uuid|1|c), 512 bits, modulo q.
Verifiers never see the private form. The four check characters, one a group, are ours: they stand outside
the 22 and only help a person who types.
"""

import hashlib
import re
import secrets

from voting.errors import Refusal, Refused
from voting.protocol.group import Group
from voting.protocol.proofs import Proof, message_signature_valid, sign_message

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
GROUP_LENGTHS = (5, 6, 5, 6)
_SEPARATORS = re.compile(r"[\s\-‐‑–—－]+")

__all__ = [
    "BASE58",
    "Proof",
    "generate",
    "parse_typed",
    "printed",
    "public_credential",
    "secret_exponent",
    "sign_message",
    "verify_message",
]


def generate() -> str:
    """A new private credential, XXXXX-XXXXXX-XXXXX-XXXXXX."""
    return "-".join("".join(secrets.choice(BASE58) for _ in range(length)) for length in GROUP_LENGTHS)


def check_character(position: int, group: str) -> str:
    """The Base58 character that guards the group at `position` (1 to 4) of a typed credential."""
    digest = hashlib.sha256(f"check|{position}|{group}".encode()).digest()
    return BASE58[int.from_bytes(digest[:4], "big") % 58]


def printed(credential: str) -> str:
    """The form on paper: the credential and, as a fifth group, its four check characters."""
    groups = credential.split("-")
    return f"{credential}-{''.join(check_character(i, group) for i, group in enumerate(groups, 1))}"


def parse_typed(text: str) -> str:
    """The credential that a person typed, with or without check characters, dashes and spaces.

    Raises `Refused` CREDENTIAL_MISTYPED with `group`: the number (1 to 4) of the group that is wrong, or 0
    when the length is.
    """
    characters = _SEPARATORS.sub("", text)
    if len(characters) not in (22, 26) or any(character not in BASE58 for character in characters):
        raise Refused(Refusal.CREDENTIAL_MISTYPED, group=_first_foreign_group(characters))
    groups = []
    start = 0
    for length in GROUP_LENGTHS:
        groups.append(characters[start : start + length])
        start += length
    for position, check in enumerate(characters[start:], 1):
        if check_character(position, groups[position - 1]) != check:
            raise Refused(Refusal.CREDENTIAL_MISTYPED, group=position)
    return "-".join(groups)


def _first_foreign_group(characters: str) -> int:
    if len(characters) not in (22, 26):
        return 0
    position = next(i for i, character in enumerate(characters) if character not in BASE58)
    ends = (5, 11, 16, 22)
    return next((number for number, end in enumerate(ends, 1) if position < end), 0)


def secret_exponent(group: Group, uuid: str, credential: str) -> int:
    """The secret exponent of a private credential in the election `uuid`; dashes included."""
    halves = (
        hashlib.sha256(f"derive_credential|{uuid}|{half}|{credential}".encode()).digest() for half in (0, 1)
    )
    return int(int.from_bytes(b"".join(halves), "big") % group.q)


def public_credential(group: Group, uuid: str, credential: str) -> str:
    """The serialised public credential g^s, as the roll and the record hold it."""
    return group.serialise(group.generator.power(secret_exponent(group, uuid, credential)))


def verify_message(group: Group, public: str, message: str, proof: Proof) -> None:
    """Check that the holder of the credential `public` signed `message` (section 4.6.1).

    Raises `Refused` MESSAGE_PROOF_INVALID, or what decoding refuses.
    """
    element = group.element(public, "credential")
    if not message_signature_valid(group, element, message, proof, "signature"):
        raise Refused(Refusal.MESSAGE_PROOF_INVALID)
