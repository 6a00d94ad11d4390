"""Who is asking: a credential that the phone proves to know, and a second factor; neither alone is enough."""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from voting.errors import Refusal, Refused
from voting.protocol.credentials import Proof, verify_message
from voting.protocol.group import group_named
from voting.services import log
from voting.services.second_factor import MOST_TRIES, matches
from voting.services.site import Site, keyed_hash
from voting.store import roll as roll_rows
from voting.store.elections import ElectionRow
from voting.store.engine import Transaction
from voting.store.roll import RollEntry

CHALLENGE_LIFE = timedelta(hours=1)


@dataclass(frozen=True)
class Shown:
    """What a voter shows: `proof` is the credential's signature of `<purpose>|<uuid>|<challenge>`, as
    `{"challenge", "response"}`."""

    purpose: str
    public_credential: str
    challenge: str
    proof: Mapping[str, Any]
    digits: str


def new_challenge(site: Site, uuid: str, now: datetime) -> str:
    """A text for the phone to sign: `<time>.<nonce>.<our mark>`; nothing is stored."""
    issued, nonce = str(int(now.timestamp())), secrets.token_hex(16)
    return f"{issued}.{nonce}.{_mark(site, uuid, issued, nonce)}"


def identified(site: Site, row: ElectionRow, shown: Shown, now: datetime) -> RollEntry:
    """The voter who shows both factors; a wrong second one is counted.

    Refuses CHALLENGE_INVALID, CHALLENGE_EXPIRED, CREDENTIAL_UNKNOWN, CREDENTIAL_REPLACED,
    MESSAGE_PROOF_INVALID, CREDENTIAL_LOCKED, SECOND_FACTOR_MISSING, SECOND_FACTOR_LOCKED and
    SECOND_FACTOR_WRONG(left).
    """
    uuid = row.uuid
    _require_challenge(site, uuid, shown.challenge, now)
    credential = shown.public_credential
    if not (credential.isascii() and credential.isalnum()):
        raise Refused(Refusal.CREDENTIAL_UNKNOWN)
    with site.store.read() as tx:
        entry = roll_rows.entry_by_credential(tx, uuid, credential)
        if entry is None:
            retired = roll_rows.is_retired(tx, uuid, credential)
            raise Refused(Refusal.CREDENTIAL_REPLACED if retired else Refusal.CREDENTIAL_UNKNOWN)
    signature = _proof(shown.proof)
    message = f"{shown.purpose}|{uuid}|{shown.challenge}"
    verify_message(group_named(row.group_name), credential, message, signature)
    with site.store.write() as tx:
        held = _held(tx, uuid, entry.voter)
        refusal = _second_factor(site, tx, uuid, held, shown.digits, now)
    # A wrong try is stored before it is refused.
    if refusal is not None:
        raise refusal
    return held


def _mark(site: Site, uuid: str, issued: str, nonce: str) -> str:
    return keyed_hash(site.keys.challenge, f"{uuid}|{issued}|{nonce}")


def _require_challenge(site: Site, uuid: str, challenge: str, now: datetime) -> None:
    issued, _, rest = challenge.partition(".")
    nonce, _, mark = rest.partition(".")
    if not mark.isascii() or not hmac.compare_digest(_mark(site, uuid, issued, nonce), mark):
        raise Refused(Refusal.CHALLENGE_INVALID)
    if not 0 <= now.timestamp() - int(issued) < CHALLENGE_LIFE.total_seconds():
        raise Refused(Refusal.CHALLENGE_EXPIRED)


def _proof(proof: Mapping[str, Any]) -> Proof:
    challenge, response = proof.get("challenge"), proof.get("response")
    if not isinstance(challenge, str) or not isinstance(response, str):
        raise Refused(Refusal.MESSAGE_PROOF_INVALID)
    return Proof(challenge, response)


def _held(tx: Transaction, uuid: str, voter: int) -> RollEntry:
    entry = roll_rows.entry(tx, uuid, voter, hold=True)
    if entry is None:
        raise Refused(Refusal.CREDENTIAL_UNKNOWN)
    return entry


def _second_factor(
    site: Site, tx: Transaction, uuid: str, entry: RollEntry, digits: str, now: datetime
) -> Refused | None:
    """What refuses this try, with the count of tries stored; None when it is right."""
    if entry.locked:
        return Refused(Refusal.CREDENTIAL_LOCKED)
    if not entry.factors:
        return Refused(Refusal.SECOND_FACTOR_MISSING)
    if entry.tries >= MOST_TRIES:
        return Refused(Refusal.SECOND_FACTOR_LOCKED)
    if matches(site.keys, entry.factors, digits):
        if entry.tries:
            roll_rows.change_entry(tx, uuid, entry.voter, tries=0)
        return None
    tries = entry.tries + 1
    roll_rows.change_entry(tx, uuid, entry.voter, tries=tries)
    if tries < MOST_TRIES:
        return Refused(Refusal.SECOND_FACTOR_WRONG, left=MOST_TRIES - tries)
    log.append(tx, uuid, "voter", "second-factor-locked", {"voter": entry.voter}, now)
    return Refused(Refusal.SECOND_FACTOR_LOCKED)
