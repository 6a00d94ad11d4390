"""The credential file: every private credential of one election, under a passphrase, outside the server.

Its keeper and the passphrase's keeper should be two people: both together can vote for everybody, but not
get past the second factor. It is JSON: `version`, `uuid`, `kdf` (Argon2id, RFC 9106 section 4, second
recommended parameters), `nonce`, `ciphertext` (AES-256-GCM of `{"credentials": {voter: credential},
"uuid"}`, bound to the first three), `sha256` of the rest, so that a damaged file is not taken for a wrong
passphrase.
"""

import json
import secrets
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from voting.errors import Refusal, Refused
from voting.rules.outcome import canonical_json

LEAST_PASSPHRASE = 12  # characters
KDF: dict[str, str | int] = {"name": "argon2id", "iterations": 3, "lanes": 4, "memory_kib": 64 * 1024}
_MOST = {"iterations": 64, "lanes": 64, "memory_kib": 1024 * 1024}  # a file may not ask for more than 1 GiB


def seal_credentials(uuid: str, credentials: Mapping[int, str], passphrase: str) -> bytes:
    """The file's bytes. Refuses PASSPHRASE_TOO_SHORT(least)."""
    require_passphrase(passphrase)
    kdf = {**KDF, "salt": secrets.token_hex(16)}
    nonce = secrets.token_bytes(12)
    plain = {"uuid": uuid, "credentials": {str(voter): text for voter, text in credentials.items()}}
    header = {"version": 1, "uuid": uuid, "kdf": kdf}
    sealed = AESGCM(_key(passphrase, kdf)).encrypt(nonce, canonical_json(plain), canonical_json(header))
    body = {**header, "nonce": nonce.hex(), "ciphertext": b64encode(sealed).decode()}
    return canonical_json({**body, "sha256": sha256(canonical_json(body)).hexdigest()})


def open_credential_file(body: bytes, passphrase: str, uuid: str | None = None) -> dict[int, str]:
    """Voter number to private credential; with `uuid` only those of that election.

    Refuses CREDENTIAL_FILE_DAMAGED, CREDENTIAL_FILE_WRONG_ELECTION and CREDENTIAL_FILE_WRONG_PASSPHRASE.
    """
    parsed = _parsed(body)
    if uuid is not None and parsed["uuid"] != uuid:
        raise Refused(Refusal.CREDENTIAL_FILE_WRONG_ELECTION)
    header = {name: parsed[name] for name in ("version", "uuid", "kdf")}
    try:
        cipher = AESGCM(_key(passphrase, parsed["kdf"]))
        nonce, sealed = bytes.fromhex(parsed["nonce"]), b64decode(parsed["ciphertext"], validate=True)
        plain = json.loads(cipher.decrypt(nonce, sealed, canonical_json(header)))
    except InvalidTag:
        raise Refused(Refusal.CREDENTIAL_FILE_WRONG_PASSPHRASE) from None
    except (ValueError, TypeError, KeyError):
        raise Refused(Refusal.CREDENTIAL_FILE_DAMAGED) from None
    return {int(voter): credential for voter, credential in plain["credentials"].items()}


def require_passphrase(passphrase: str) -> None:
    """Refuses PASSPHRASE_TOO_SHORT(least)."""
    if len(passphrase.strip()) < LEAST_PASSPHRASE:
        raise Refused(Refusal.PASSPHRASE_TOO_SHORT, least=LEAST_PASSPHRASE)


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(body)
        rest = {name: parsed[name] for name in ("version", "uuid", "kdf", "nonce", "ciphertext")}
        kdf = parsed["kdf"]
        sound = (
            parsed["version"] == 1
            and parsed == {**rest, "sha256": sha256(canonical_json(rest)).hexdigest()}
            and kdf["name"] == "argon2id"
            and all(0 < kdf[name] <= most for name, most in _MOST.items())
        )
    except (ValueError, TypeError, KeyError, RecursionError, Refused):
        sound = False
    if not sound:
        raise Refused(Refusal.CREDENTIAL_FILE_DAMAGED)
    return rest


def _key(passphrase: str, kdf: Mapping[str, Any]) -> bytes:
    # The same passphrase typed on another machine may be composed otherwise: NFC makes it one.
    derivation = Argon2id(
        salt=bytes.fromhex(kdf["salt"]),
        length=32,
        iterations=kdf["iterations"],
        lanes=kdf["lanes"],
        memory_cost=kdf["memory_kib"],
    )
    return derivation.derive(unicodedata.normalize("NFC", passphrase).encode())
