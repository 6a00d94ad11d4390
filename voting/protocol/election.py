"""The election structure (section 4.10) and what every ballot of it needs (section 4.15)."""

import secrets
from dataclasses import dataclass

import msgspec
from msgspec import UNSET, UnsetType

from voting.errors import Refusal, Refused
from voting.protocol.credentials import BASE58
from voting.protocol.encoding import decode, fingerprint
from voting.protocol.group import Group, group_named
from voting.protocol.proofs import Key

UUID_LENGTH = 14  # Base58 characters, section 4.2


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A homomorphic question (section 4.9.1): choose from `min` to `max` of `answers`."""

    answers: tuple[str, ...]
    blank: bool | UnsetType = UNSET
    min: int
    max: int
    question: str

    @property
    def allows_blank(self) -> bool:
        """Whether a blank vote has a ciphertext of its own, the first."""
        return self.blank is True

    @property
    def width(self) -> int:
        """How many ciphertexts an answer has."""
        return len(self.answers) + self.allows_blank

    @property
    def overall_values(self) -> range:
        """The sums that the overall proof allows."""
        return range(self.min, self.max + 1)


class Election(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The public description that every ballot signs (section 4.10)."""

    version: int = 1
    description: str
    name: str
    group: str
    public_key: str
    questions: tuple[Question, ...]
    uuid: str
    administrator: str | UnsetType = UNSET
    credential_authority: str | UnsetType = UNSET


@dataclass(frozen=True)
class ElectionContext:
    """An election with its exact bytes, its fingerprint and its key: what proves and verifies ballots."""

    election: Election
    body: bytes
    fingerprint: str
    key: Key

    @property
    def group(self) -> Group:
        """The election's group."""
        return self.key.group


def new_uuid() -> str:
    """A fresh election identifier: 14 Base58 characters (section 4.2)."""
    return "".join(secrets.choice(BASE58) for _ in range(UUID_LENGTH))


def is_uuid(text: str) -> bool:
    """Whether `text` can be an election identifier."""
    return UUID_LENGTH <= len(text) <= 64 and all(character in BASE58 for character in text)


def decode_election(body: bytes) -> ElectionContext:
    """Decode and check `election.json`; the fingerprint is of exactly these bytes.

    Raises `Refused` JSON_MALFORMED, JSON_NOT_CANONICAL, GROUP_UNKNOWN, ELECTION_MALFORMED or what the
    public key's decoding refuses.
    """
    election = decode(Election, body, "election")
    group = group_named(election.group)
    y = group.element(election.public_key, "public_key")
    if election.version != 1:
        raise Refused(Refusal.ELECTION_MALFORMED, place="version")
    if not is_uuid(election.uuid):
        raise Refused(Refusal.ELECTION_MALFORMED, place="uuid")
    if not election.questions:
        raise Refused(Refusal.ELECTION_MALFORMED, place="questions")
    for number, question in enumerate(election.questions, 1):
        if not question.answers or not 0 <= question.min <= question.max <= len(question.answers):
            raise Refused(Refusal.ELECTION_MALFORMED, place=f"question {number}")
    return ElectionContext(election, body, fingerprint(body), Key(group, group.fixed_base(y)))
