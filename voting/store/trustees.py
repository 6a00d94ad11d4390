"""The trustees of one election in the database: their circle, what each sent, and their shares."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import delete, insert, select, update

from voting.store.engine import Transaction
from voting.store.tables import circles, trustee_shares, trustees

Message = Literal["certificate", "polynomial", "output"]


@dataclass(frozen=True)
class TrusteeRow:
    """One trustee and what it sent: canonical JSON, each with its time."""

    number: int
    name: str
    token_sha256: str
    certificate: bytes | None
    certificate_at: datetime | None
    polynomial: bytes | None
    polynomial_at: datetime | None
    output: bytes | None
    output_at: datetime | None


@dataclass(frozen=True)
class CircleRow:
    """A circle with its trustees, by number; `parameters` once `round` is `ready`."""

    size: int
    threshold: int
    round: str
    parameters: bytes | None
    created_at: datetime
    trustees: tuple[TrusteeRow, ...]


@dataclass(frozen=True)
class ShareRow:
    """A trustee's partial decryptions, as they go into the archives; `ballots`, in an open election, is the
    JSON list of those of each ballot."""

    owners: bytes
    area: bytes
    received_at: datetime
    ballots: bytes | None = None


def add_circle(
    tx: Transaction, uuid: str, threshold: int, invited: Mapping[str, str], created_at: datetime
) -> None:
    """Insert a circle; `invited` is name -> SHA-256 of the invitation, in the order of their numbers."""
    tx.execute(
        insert(circles).values(
            election_uuid=uuid, size=len(invited), threshold=threshold, created_at=created_at
        )
    )
    tx.execute(
        insert(trustees),
        [
            {"election_uuid": uuid, "number": number, "name": name, "token_sha256": token}
            for number, (name, token) in enumerate(invited.items(), 1)
        ],
    )


def circle(tx: Transaction, uuid: str) -> CircleRow | None:
    """The circle of an election, or None."""
    found = tx.execute(select(circles).where(circles.c.election_uuid == uuid)).one_or_none()
    if found is None:
        return None
    members = select(*_TRUSTEE).where(trustees.c.election_uuid == uuid).order_by(trustees.c.number)
    return CircleRow(
        size=found.size,
        threshold=found.threshold,
        round=found.round,
        parameters=found.parameters,
        created_at=found.created_at,
        trustees=tuple(TrusteeRow(*row) for row in tx.execute(members)),
    )


def delete_circle(tx: Transaction, uuid: str) -> None:
    """Delete a circle and its trustees."""
    tx.execute(delete(circles).where(circles.c.election_uuid == uuid))


def invite(tx: Transaction, uuid: str, number: int, token_sha256: str) -> None:
    """Replace a trustee's invitation."""
    _change(tx, uuid, {"token_sha256": token_sha256}, number)


def keep(tx: Transaction, uuid: str, number: int, message: Message, body: bytes, now: datetime) -> None:
    """Store what a trustee sent."""
    _change(tx, uuid, {message: body, f"{message}_at": now}, number)


def move_round(tx: Transaction, uuid: str, before: str, after: str, parameters: bytes | None = None) -> bool:
    """Move the round if it still is `before`; False when somebody else was first."""
    statement = update(circles).where(circles.c.election_uuid == uuid, circles.c.round == before)
    return tx.execute(statement.values(round=after, parameters=parameters)).rowcount == 1


def begin_again(tx: Transaction, uuid: str) -> None:
    """Forget what all trustees sent; invitations stay."""
    cleared = {field: None for message in _MESSAGES for field in (message, f"{message}_at")}
    _change(tx, uuid, cleared)
    first = {"round": "certificates", "parameters": None}
    tx.execute(update(circles).where(circles.c.election_uuid == uuid).values(**first))


def add_share(tx: Transaction, uuid: str, number: int, share: ShareRow) -> None:
    """Store a share; a trustee's second one ends the transaction with Conflict."""
    values = {name: getattr(share, name) for name in ShareRow.__dataclass_fields__}
    tx.execute(insert(trustee_shares).values(election_uuid=uuid, number=number, **values))


def shares(tx: Transaction, uuid: str) -> dict[int, ShareRow]:
    """Every share, by its trustee's number."""
    columns = (trustee_shares.c[name] for name in ("number", *ShareRow.__dataclass_fields__))
    statement = select(*columns).where(trustee_shares.c.election_uuid == uuid)
    return {row[0]: ShareRow(*row[1:]) for row in tx.execute(statement.order_by(trustee_shares.c.number))}


_MESSAGES: tuple[Message, ...] = ("certificate", "polynomial", "output")
_TRUSTEE = tuple(trustees.c[name] for name in TrusteeRow.__dataclass_fields__)


def _change(tx: Transaction, uuid: str, values: Mapping[str, Any], number: int | None = None) -> None:
    statement = update(trustees).where(trustees.c.election_uuid == uuid)
    if number is not None:
        statement = statement.where(trustees.c.number == number)
    tx.execute(statement.values(**values))
