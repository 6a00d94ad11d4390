"""Who is asking: a credential that the phone proves to know, and a second factor; neither alone is enough."""

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from voting.errors import Refusal, Refused
from voting.protocol.credentials import Proof, verify_message
from voting.protocol.group import ED25519, group_named
from voting.services.letter_log import append_for_letter, append_for_voter
from voting.services.second_factor import MOST_TRIES, matches
from voting.services.site import Site, keyed_hash
from voting.store import letters as letter_rows
from voting.store import roll as roll_rows
from voting.store.elections import ElectionRow
from voting.store.letters import LetterRow
from voting.store.roll import RollEntry

CHALLENGE_LIFE = timedelta(hours=1)
LETTER_GROUP = (
    ED25519  # an assembly's own use of a code: it stands in no record, and the quickest group will do
)


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
    """The voter who shows both factors; a wrong second one is counted, for a whole assembly where one letter
    serves it.

    Refuses CHALLENGE_INVALID, CHALLENGE_EXPIRED, CREDENTIAL_UNKNOWN, CREDENTIAL_REPLACED,
    MESSAGE_PROOF_INVALID, CREDENTIAL_LOCKED, SECOND_FACTOR_MISSING, SECOND_FACTOR_LOCKED and
    SECOND_FACTOR_WRONG(left).
    """
    entry = holder(site, row, shown, now)
    with site.store.write() as tx:
        held = roll_rows.entry(tx, row.uuid, entry.voter, hold=True)
        if held is None:
            raise Refused(Refusal.CREDENTIAL_UNKNOWN)

        def count(tries: int) -> None:
            roll_rows.change_entry(tx, row.uuid, held.voter, tries=tries)
            if tries == MOST_TRIES:
                append_for_voter(site, tx, row.uuid, held, "voter", "second-factor-locked", {}, now)

        refusal = _second_factor(site, held, shown.digits, count)
    # A wrong try is stored before it is refused.
    if refusal is not None:
        raise refusal
    return held


def holder(site: Site, row: ElectionRow, shown: Shown, now: datetime) -> RollEntry:
    """The voter whose credential this is, which the phone knows; the second factor is not looked at.

    Refuses like `identified` up to MESSAGE_PROOF_INVALID.
    """
    uuid = row.uuid
    _require_challenge(site, uuid, shown.challenge, now)
    credential = _plain(shown.public_credential)
    with site.store.read() as tx:
        entry = roll_rows.entry_by_credential(tx, uuid, credential)
        if entry is None:
            retired = roll_rows.is_retired(tx, uuid, credential)
            raise Refused(Refusal.CREDENTIAL_REPLACED if retired else Refusal.CREDENTIAL_UNKNOWN)
    signature = _proof(shown.proof)
    message = f"{shown.purpose}|{uuid}|{shown.challenge}"
    verify_message(group_named(row.group_name), credential, message, signature)
    return entry


def identified_letter(site: Site, assembly_uuid: str, shown: Shown, now: datetime) -> LetterRow:
    """The same for an assembly's letter.

    `proof` signs `<purpose>|<assembly>|<challenge>` with the credential that the code has under the
    assembly's uuid, in LETTER_GROUP.
    """
    _require_challenge(site, assembly_uuid, shown.challenge, now)
    credential = _plain(shown.public_credential)
    with site.store.read() as tx:
        letter = letter_rows.letter_by_credential(tx, assembly_uuid, credential)
        if letter is None:
            retired = letter_rows.is_letter_retired(tx, assembly_uuid, credential)
            raise Refused(Refusal.CREDENTIAL_REPLACED if retired else Refusal.CREDENTIAL_UNKNOWN)
    message = f"{shown.purpose}|{assembly_uuid}|{shown.challenge}"
    verify_message(LETTER_GROUP, credential, message, _proof(shown.proof))
    with site.store.write() as tx:
        held = letter_rows.letter(tx, assembly_uuid, letter.number, hold=True)
        if held is None:
            raise Refused(Refusal.CREDENTIAL_UNKNOWN)

        def count(tries: int) -> None:
            letter_rows.change_letter(tx, assembly_uuid, held.number, tries=tries)
            if tries == MOST_TRIES:
                append_for_letter(site, tx, assembly_uuid, held, "voter", "second-factor-locked", {}, now)

        refusal = _second_factor(site, held, shown.digits, count)
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


def _plain(credential: str) -> str:
    if not (credential.isascii() and credential.isalnum()):
        raise Refused(Refusal.CREDENTIAL_UNKNOWN)
    return credential


def _second_factor(
    site: Site, held: RollEntry | LetterRow, digits: str, count: Callable[[int], None]
) -> Refused | None:
    """What refuses this try, with the number of tries stored; None when it is right."""
    if held.locked:
        return Refused(Refusal.CREDENTIAL_LOCKED)
    if not held.factors:
        return Refused(Refusal.SECOND_FACTOR_MISSING)
    if held.tries >= MOST_TRIES:
        return Refused(Refusal.SECOND_FACTOR_LOCKED)
    if matches(site.keys, held.factors, digits):
        if held.tries:
            count(0)
        return None
    tries = held.tries + 1
    count(tries)
    if tries < MOST_TRIES:
        return Refused(Refusal.SECOND_FACTOR_WRONG, left=MOST_TRIES - tries)
    return Refused(Refusal.SECOND_FACTOR_LOCKED)
