"""The lines of what was done to a voter's letter: one in the log of each vote that it serves.

A letter of an assembly serves several elections, and each log leaves with its own record: so the act is
written into every one of them, under the voter's number there, and into the assembly's log under the
letter's.
"""

from collections.abc import Mapping
from datetime import datetime

from voting.services import log
from voting.services.phases import found
from voting.services.site import Site
from voting.store import letters as letter_rows
from voting.store.engine import Transaction
from voting.store.letters import LetterRow
from voting.store.roll import RollEntry


def append_for_voter(
    site: Site,
    tx: Transaction,
    uuid: str,
    entry: RollEntry,
    actor: str,
    act: str,
    details: Mapping[str, object],
    now: datetime,
) -> None:
    """Write an act on the letter of one voter of an election; `details` are what else is said of it."""
    assembly_uuid = found(tx, uuid).assembly_uuid
    if entry.letter is None or assembly_uuid is None:
        log.append(site, tx, uuid, actor, act, {"voter": entry.voter, **details}, now)
        return
    letter = letter_rows.letter(tx, assembly_uuid, entry.letter)
    assert letter is not None
    append_for_letter(site, tx, assembly_uuid, letter, actor, act, details, now)


def append_for_letter(
    site: Site,
    tx: Transaction,
    assembly_uuid: str,
    letter: LetterRow,
    actor: str,
    act: str,
    details: Mapping[str, object],
    now: datetime,
) -> None:
    """Write an act on an assembly's letter."""
    # The assembly's chain first, as its own steps do: whoever holds it holds those of its elections next.
    log.append(site, tx, assembly_uuid, actor, f"assembly-{act}", {"letter": letter.number, **details}, now)
    for uuid, voter in letter.voters.items():
        log.append(site, tx, uuid, actor, act, {"voter": voter, **details}, now)
