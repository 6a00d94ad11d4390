"""An assembly's letters in the database: one a voter, for every election in which that voter votes."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, insert, select, update

from voting.store.engine import Transaction
from voting.store.registers import Factor
from voting.store.tables import letter_entries, letters, retired_letters


@dataclass(frozen=True)
class LetterRow:
    """One letter; `voters` has its holder's number on the roll of each election, by uuid."""

    number: int
    public_credential: str
    factors: tuple[Factor, ...]
    voters: Mapping[str, int]
    tries: int = 0
    locked: bool = False


def add_letters(tx: Transaction, assembly_uuid: str, made: Sequence[LetterRow]) -> None:
    """Keep the letters of an assembly whose rolls are frozen."""
    tx.execute(
        insert(letters),
        [
            {
                "assembly_uuid": assembly_uuid,
                "number": letter.number,
                "public_credential": letter.public_credential,
                "factors": factors_json(letter.factors),
                "tries": 0,
                "locked": False,
            }
            for letter in made
        ],
    )
    tx.execute(
        insert(letter_entries),
        [
            {"election_uuid": uuid, "voter": voter, "assembly_uuid": assembly_uuid, "letter": letter.number}
            for letter in made
            for uuid, voter in letter.voters.items()
        ],
    )


def delete_letters(tx: Transaction, assembly_uuid: str) -> None:
    """Give the letters up again; the rolls stay."""
    tx.execute(delete(letter_entries).where(letter_entries.c.assembly_uuid == assembly_uuid))
    tx.execute(delete(letters).where(letters.c.assembly_uuid == assembly_uuid))


def has_letters(tx: Transaction, assembly_uuid: str) -> bool:
    """Whether letters of the assembly are out."""
    return (
        tx.execute(select(letters.c.number).where(letters.c.assembly_uuid == assembly_uuid)).first()
        is not None
    )


def letter_rows(tx: Transaction, assembly_uuid: str) -> list[LetterRow]:
    """Every letter, by number."""
    return _letters(tx, assembly_uuid)


def letter(tx: Transaction, assembly_uuid: str, number: int, *, hold: bool = False) -> LetterRow | None:
    """One letter; with `hold` nobody else changes it until the transaction ends."""
    if hold:
        _hold(tx, letters.c.assembly_uuid == assembly_uuid, letters.c.number == number)
    found = _letters(tx, assembly_uuid, letters.c.number == number)
    return found[0] if found else None


def letter_by_credential(tx: Transaction, assembly_uuid: str, public_credential: str) -> LetterRow | None:
    """The letter whose code has this public half in the assembly."""
    found = _letters(tx, assembly_uuid, letters.c.public_credential == public_credential)
    return found[0] if found else None


def hold_letter_of(tx: Transaction, election_uuid: str, voter: int) -> None:
    """Let nobody else change the letter of a voter, where there is one."""
    _hold(tx, _is_of(election_uuid, voter))


def change_letter(tx: Transaction, assembly_uuid: str, number: int, **values: Any) -> bool:
    """Set columns of one letter; False when there is no such letter."""
    return _change(tx, [letters.c.assembly_uuid == assembly_uuid, letters.c.number == number], values)


def change_letter_of(tx: Transaction, election_uuid: str, voter: int, **values: Any) -> bool:
    """Set columns of the letter of a voter; False where there is none."""
    return _change(tx, [_is_of(election_uuid, voter)], values)


def retire_letters(
    tx: Transaction, assembly_uuid: str, retired: Iterable[LetterRow], reason: str, now: datetime
) -> None:
    """Remember which codes are void, so that their letters are told by name."""
    tx.execute(
        insert(retired_letters),
        [
            {
                "assembly_uuid": assembly_uuid,
                "public_credential": each.public_credential,
                "letter": each.number,
                "reason": reason,
                "retired_at": now,
            }
            for each in retired
        ],
    )


def is_letter_retired(tx: Transaction, assembly_uuid: str, public_credential: str) -> bool:
    """Whether this code was replaced or withdrawn."""
    statement = select(retired_letters.c.letter).where(
        retired_letters.c.assembly_uuid == assembly_uuid,
        retired_letters.c.public_credential == public_credential,
    )
    return tx.execute(statement).first() is not None


def factors_json(factors: Sequence[Factor]) -> str:
    """Second factors as a column holds them."""
    return json.dumps([[factor.salt, factor.digest] for factor in factors])


def factors_from(column: str) -> tuple[Factor, ...]:
    """The reverse of `factors_json`."""
    return tuple(Factor(*pair) for pair in json.loads(column))


def _is_of(election_uuid: str, voter: int) -> Any:
    return exists().where(
        letter_entries.c.election_uuid == election_uuid,
        letter_entries.c.voter == voter,
        letter_entries.c.assembly_uuid == letters.c.assembly_uuid,
        letter_entries.c.letter == letters.c.number,
    )


def _hold(tx: Transaction, *where: Any) -> None:
    tx.execute(select(letters.c.number).where(*where).with_for_update())


def _change(tx: Transaction, where: Sequence[Any], values: dict[str, Any]) -> bool:
    if "factors" in values:
        values["factors"] = factors_json(values["factors"])
    return tx.execute(update(letters).where(*where).values(**values)).rowcount == 1


def _letters(tx: Transaction, assembly_uuid: str, *where: Any) -> list[LetterRow]:
    of_assembly = letters.c.assembly_uuid == assembly_uuid
    rows = tx.execute(select(letters).where(of_assembly, *where).order_by(letters.c.number)).all()
    voters: dict[int, dict[str, int]] = {row.number: {} for row in rows}
    entries = (
        select(letter_entries)
        .join(
            letters,
            (letters.c.assembly_uuid == letter_entries.c.assembly_uuid)
            & (letters.c.number == letter_entries.c.letter),
        )
        .where(of_assembly, *where)
        .order_by(letter_entries.c.election_uuid)
    )
    for entry in tx.execute(entries):
        voters[entry.letter][entry.election_uuid] = entry.voter
    return [
        LetterRow(
            number=row.number,
            public_credential=row.public_credential,
            factors=factors_from(row.factors),
            voters=voters[row.number],
            tries=row.tries,
            locked=row.locked,
        )
        for row in rows
    ]
