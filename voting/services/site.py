"""The composition root of the services: where ballots are stored, and the keys derived from one secret."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from voting.store.engine import Store

Progress = Callable[[int, int], None]
"""Called with (done, total) while a long act runs; both count the same, unnamed unit."""


@dataclass(frozen=True)
class Keys:
    """Keys of 32 bytes, one a purpose, so that a leak or misuse of one says nothing of another (RFC 5869)."""

    session: bytes = field(repr=False)
    challenge: bytes = field(repr=False)
    second_factor: bytes = field(repr=False)
    owner: bytes = field(repr=False)
    sealing: bytes = field(repr=False)
    receipts: bytes = field(repr=False)

    @classmethod
    def derive(cls, master_secret: bytes) -> "Keys":
        """Derive every key from the 32 bytes of the site's master secret."""

        def derived(label: str) -> bytes:
            return HKDF(SHA256(), 32, salt=None, info=f"owners-voting v1 {label}".encode()).derive(
                master_secret
            )

        return cls(
            session=derived("session"),
            challenge=derived("challenge"),
            second_factor=derived("second factor"),
            owner=derived("owner"),
            sealing=derived("sealing"),
            receipts=derived("receipts"),
        )

    @property
    def receipt_key(self) -> Ed25519PrivateKey:
        """The key that signs receipts and checkpoints."""
        return Ed25519PrivateKey.from_private_bytes(self.receipts)

    @property
    def receipt_key_hex(self) -> str:
        """Its public half, as it stands in rules.json: 64 lower-case hex digits."""
        return self.receipt_key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


@dataclass(frozen=True)
class Site:
    """One installation: its database and its keys. Every service takes it first."""

    store: Store
    keys: Keys


@dataclass(frozen=True)
class Actor:
    """Who acts, as the audit log names them; `role` is organiser or auditor."""

    id: int
    name: str
    role: str


def keyed_hash(key: bytes, text: str) -> str:
    """HMAC-SHA256 in hex: it stands for a text that must not be stored."""
    # What a stranger sends may hold half a surrogate pair, which has no UTF-8.
    return hmac.new(key, text.encode(errors="surrogatepass"), sha256).hexdigest()


def unwatched(_done: int, _total: int) -> None:
    """The progress of an act that nobody watches."""
