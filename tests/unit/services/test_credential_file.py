"""The credential file: right passphrase, wrong one, other election, damage."""

import json

import pytest

from voting.errors import Refusal, Refused
from voting.services.credential_file import open_credential_file, seal_credentials

UUID = "bSYdYd7xzTmLAi"
CREDENTIALS = {1: "j1Yxj-mi3Ada-ZPEqW-MhMyMc", 2: "aaaaa-bbbbbb-ccccc-dddddd"}
PASSPHRASE = "十二个字的口令应当足够了吧"


@pytest.fixture(scope="module")
def sealed() -> bytes:
    """A credential file."""
    return seal_credentials(UUID, CREDENTIALS, PASSPHRASE)


def refusal_of(body: bytes, passphrase: str = PASSPHRASE, uuid: str = UUID) -> Refusal:
    with pytest.raises(Refused) as refused:
        open_credential_file(body, passphrase, uuid)
    return refused.value.refusal


@pytest.mark.usefixtures("in_earnest")
def test_a_file_is_sealed_with_much_memory() -> None:
    kdf = json.loads(seal_credentials(UUID, CREDENTIALS, PASSPHRASE))["kdf"]
    assert (kdf["name"], kdf["memory_kib"], kdf["iterations"], kdf["lanes"]) == ("argon2id", 65536, 3, 4)


def test_round_trip_and_nothing_readable(sealed: bytes) -> None:
    assert open_credential_file(sealed, PASSPHRASE, UUID) == CREDENTIALS
    assert open_credential_file(sealed, PASSPHRASE) == CREDENTIALS
    assert b"j1Yxj" not in sealed


def test_sealing_twice_shares_neither_salt_nor_nonce(sealed: bytes) -> None:
    again = json.loads(seal_credentials(UUID, CREDENTIALS, PASSPHRASE))
    first = json.loads(sealed)
    assert again["kdf"]["salt"] != first["kdf"]["salt"]
    assert again["nonce"] != first["nonce"]


def test_wrong_passphrase(sealed: bytes) -> None:
    assert refusal_of(sealed, "another passphrase") is Refusal.CREDENTIAL_FILE_WRONG_PASSPHRASE


def test_other_election(sealed: bytes) -> None:
    assert refusal_of(sealed, uuid="cSYdYd7xzTmLAi") is Refusal.CREDENTIAL_FILE_WRONG_ELECTION


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b"\xff", b"[" * 100_000])
def test_no_credential_file(body: bytes) -> None:
    assert refusal_of(body) is Refusal.CREDENTIAL_FILE_DAMAGED


@pytest.mark.parametrize("place", ["uuid", "kdf", "nonce", "ciphertext", "sha256", "version"])
def test_damage_is_not_taken_for_a_wrong_passphrase(sealed: bytes, place: str) -> None:
    parsed = json.loads(sealed)
    parsed[place] = {"kdf": {}, "version": 2}.get(place, str(parsed[place])[::-1])
    assert refusal_of(json.dumps(parsed).encode()) is Refusal.CREDENTIAL_FILE_DAMAGED
    assert refusal_of(sealed[:-2]) is Refusal.CREDENTIAL_FILE_DAMAGED


def test_a_file_that_asks_for_too_much_memory_is_refused_before_it_gets_it(sealed: bytes) -> None:
    from hashlib import sha256

    from voting.rules.outcome import canonical_json

    parsed = json.loads(sealed)
    del parsed["sha256"]
    parsed["kdf"]["memory_kib"] = 2**40
    parsed["sha256"] = sha256(canonical_json(parsed)).hexdigest()
    assert refusal_of(canonical_json(parsed)) is Refusal.CREDENTIAL_FILE_DAMAGED


def test_eleven_characters_are_too_short_and_twelve_are_not() -> None:
    with pytest.raises(Refused) as refused:
        seal_credentials(UUID, CREDENTIALS, "12345678901")
    assert refused.value.refusal is Refusal.PASSPHRASE_TOO_SHORT
    assert refused.value.context == {"least": 12}
    assert seal_credentials(UUID, CREDENTIALS, "123456789012")
