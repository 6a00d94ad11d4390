"""The trustee key at rest: AES-256-GCM under the site's sealing key, bound to its election.

Whoever has the database and the master secret can decrypt; neither alone is enough.
"""

import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from voting.services.site import Keys

DESTROYED = b""  # what stands in the place of a key that was deleted after the count
NONCE = 12  # bytes, RFC 5116 section 5.2; one key is sealed an election, so a random nonce does not repeat


def seal(keys: Keys, uuid: str, secret: int) -> bytes:
    """Nonce and ciphertext of a trustee's private key."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(keys.sealing).encrypt(nonce, str(secret).encode(), uuid.encode())


def unseal(keys: Keys, uuid: str, sealed: bytes) -> int:
    """The private key; InvalidTag where it is another election's, or was altered."""
    return int(AESGCM(keys.sealing).decrypt(sealed[:NONCE], sealed[NONCE:], uuid.encode()))
