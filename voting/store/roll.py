"""The electoral roll of one election in the database: entries, their second factors, retired credentials.

Where a voter's letter serves a whole assembly (`voting.store.letters`), the second factors, the wrong tries
and the lock are the letter's: they are read from it and changed in it, whoever asks.
"""

import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, func, insert, select, update

from voting.rules.roll import RollUnit
from voting.store.engine import Transaction
from voting.store.letters import change_letter_of, factors_from, factors_json, hold_letter_of
from voting.store.registers import Factor
from voting.store.tables import ballots, letter_entries, letters, retired_credentials, roll_entries

_OF_THE_LETTER = ("factors", "tries", "locked")


@dataclass(frozen=True)
class RollEntry:
    """One voter of one election as frozen at issue; `area_dm2` is the sum of the units, in 0.01 m².

    `letter` is the number of the assembly's letter that serves this voter; None where the election has
    letters of its own.
    """

    voter: int
    name: str
    building: str
    units: tuple[RollUnit, ...]
    area_dm2: int
    public_credential: str
    factors: tuple[Factor, ...]
    tries: int = 0
    locked: bool = False
    has_voted: bool = False
    letter: int | None = None


def add_roll(tx: Transaction, uuid: str, entries: Sequence[RollEntry]) -> None:
    """Freeze the roll."""
    tx.execute(
        insert(roll_entries),
        [
            {
                "election_uuid": uuid,
                "voter": entry.voter,
                "name": entry.name,
                "building": entry.building,
                "units": json.dumps([astuple(unit) for unit in entry.units], ensure_ascii=False),
                "area_dm2": entry.area_dm2,
                "public_credential": entry.public_credential,
                "factors": factors_json(entry.factors),
                "tries": 0,
                "locked": False,
            }
            for entry in entries
        ],
    )


def delete_roll(tx: Transaction, uuid: str) -> None:
    """Give the frozen roll up again."""
    tx.execute(delete(roll_entries).where(roll_entries.c.election_uuid == uuid))


def roll(tx: Transaction, uuid: str) -> list[RollEntry]:
    """Every entry, by voter number."""
    return _entries(tx, uuid)


def entry(tx: Transaction, uuid: str, voter: int, *, hold: bool = False) -> RollEntry | None:
    """One voter's entry; with `hold` nobody else changes it until the transaction ends."""
    if hold:
        hold_letter_of(tx, uuid, voter)
    found = _entries(tx, uuid, roll_entries.c.voter == voter, hold=hold)
    return found[0] if found else None


def entry_by_credential(tx: Transaction, uuid: str, public_credential: str) -> RollEntry | None:
    """The entry with this public credential."""
    found = _entries(tx, uuid, roll_entries.c.public_credential == public_credential)
    return found[0] if found else None


def change_entry(tx: Transaction, uuid: str, voter: int, **values: Any) -> bool:
    """Set columns of one entry, or of its letter; False when there is no such voter."""
    of_letter = {name: value for name, value in values.items() if name in _OF_THE_LETTER}
    if of_letter and change_letter_of(tx, uuid, voter, **of_letter):
        values = {name: value for name, value in values.items() if name not in _OF_THE_LETTER}
        if not values:
            return True
    if "factors" in values:
        values["factors"] = factors_json(values["factors"])
    statement = update(roll_entries).where(
        roll_entries.c.election_uuid == uuid, roll_entries.c.voter == voter
    )
    return tx.execute(statement.values(**values)).rowcount == 1


def retire(
    tx: Transaction, uuid: str, retired: Sequence[tuple[int, str]], reason: str, now: datetime
) -> None:
    """Remember (voter, public credential) pairs that are void, so that their letters are told by name."""
    tx.execute(
        insert(retired_credentials),
        [
            {
                "election_uuid": uuid,
                "public_credential": credential,
                "voter": voter,
                "reason": reason,
                "retired_at": now,
            }
            for voter, credential in retired
        ],
    )


def is_retired(tx: Transaction, uuid: str, public_credential: str) -> bool:
    """Whether this credential was replaced or withdrawn."""
    statement = select(retired_credentials.c.voter).where(
        retired_credentials.c.election_uuid == uuid,
        retired_credentials.c.public_credential == public_credential,
    )
    return tx.execute(statement).first() is not None


def turnout(tx: Transaction, uuid: str) -> tuple[int, int]:
    """How many voters have voted, and the sum of their areas in 0.01 m²."""
    statement = (
        select(func.count(), func.coalesce(func.sum(roll_entries.c.area_dm2), 0))
        .select_from(roll_entries)
        .where(roll_entries.c.election_uuid == uuid, _voted())
    )
    owners, area_dm2 = tx.execute(statement).one()
    return int(owners), int(area_dm2)


def _voted() -> Any:
    return exists().where(
        ballots.c.election_uuid == roll_entries.c.election_uuid, ballots.c.voter == roll_entries.c.voter
    )


def _entries(tx: Transaction, uuid: str, *where: Any, hold: bool = False) -> list[RollEntry]:
    statement = (
        select(
            roll_entries,
            _voted().label("has_voted"),
            letters.c.number.label("letter"),
            *(letters.c[name].label(f"letter_{name}") for name in _OF_THE_LETTER),
        )
        .outerjoin(
            letter_entries,
            (letter_entries.c.election_uuid == roll_entries.c.election_uuid)
            & (letter_entries.c.voter == roll_entries.c.voter),
        )
        .outerjoin(
            letters,
            (letters.c.assembly_uuid == letter_entries.c.assembly_uuid)
            & (letters.c.number == letter_entries.c.letter),
        )
        .where(roll_entries.c.election_uuid == uuid, *where)
        .order_by(roll_entries.c.voter)
    )
    if hold:
        statement = statement.with_for_update(of=roll_entries)
    return [
        RollEntry(
            voter=row.voter,
            name=row.name,
            building=row.building,
            units=tuple(RollUnit(*fields) for fields in json.loads(row.units)),
            area_dm2=row.area_dm2,
            public_credential=row.public_credential,
            factors=factors_from(row.factors if row.letter is None else row.letter_factors),
            tries=row.tries if row.letter is None else row.letter_tries,
            locked=row.locked if row.letter is None else row.letter_locked,
            has_voted=bool(row.has_voted),
            letter=row.letter,
        )
        for row in tx.execute(statement)
    ]
