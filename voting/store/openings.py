"""Requests to open one ballot, what was answered to them, and the ballots that were opened."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update

from voting.store.engine import Transaction
from voting.store.tables import accounts, open_ballots, opening_answers, openings


@dataclass(frozen=True)
class OpeningRow:
    """A request; `proof` is the line of the auditors' part, from the opening on. The attachment stays behind:
    see `attachment`."""

    number: int
    voter: int
    tracker: str
    reason: str
    requested_by: int
    requested_role: str
    requested_name: str
    requested_at: datetime
    attachment_kind: str
    attachment_sha256: str
    state: str
    decided_at: datetime | None
    proof: bytes | None


@dataclass(frozen=True)
class AnswerRow:
    """One approver's answer: a trustee's (with its share, when it approves) or an account's."""

    approver: str
    approves: bool
    reason: str | None
    share: bytes | None
    answered_at: datetime


_COLUMNS = tuple(
    accounts.c.name if name == "requested_name" else openings.c[name]
    for name in OpeningRow.__dataclass_fields__
)
_ANSWER = tuple(opening_answers.c[name] for name in AnswerRow.__dataclass_fields__)


def add_request(tx: Transaction, uuid: str, attachment: bytes, **values: object) -> int:
    """Insert a request and return its number; Conflict where one for the same voter waits or was granted."""
    last = select(func.max(openings.c.number)).where(openings.c.election_uuid == uuid)
    number = (tx.execute(last).scalar_one() or 0) + 1
    tx.execute(insert(openings).values(election_uuid=uuid, number=number, attachment=attachment, **values))
    return number


def requests(tx: Transaction, uuid: str) -> list[OpeningRow]:
    """Every request of an election, by number."""
    statement = select(*_COLUMNS).join(accounts, accounts.c.id == openings.c.requested_by)
    statement = statement.where(openings.c.election_uuid == uuid).order_by(openings.c.number)
    return [OpeningRow(*row) for row in tx.execute(statement)]


def request(tx: Transaction, uuid: str, number: int) -> OpeningRow | None:
    """One request."""
    return next((row for row in requests(tx, uuid) if row.number == number), None)


def attachment(tx: Transaction, uuid: str, number: int) -> bytes | None:
    """The document that came with a request."""
    statement = select(openings.c.attachment).where(
        openings.c.election_uuid == uuid, openings.c.number == number
    )
    found: bytes | None = tx.execute(statement).scalar_one_or_none()
    return found


def answers(tx: Transaction, uuid: str, number: int) -> list[AnswerRow]:
    """What was answered to a request, oldest first."""
    statement = select(*_ANSWER).where(
        opening_answers.c.election_uuid == uuid, opening_answers.c.number == number
    )
    statement = statement.order_by(opening_answers.c.answered_at, opening_answers.c.approver)
    return [AnswerRow(*row) for row in tx.execute(statement)]


def add_answer(tx: Transaction, uuid: str, number: int, answer: AnswerRow) -> None:
    """Record an answer; an approver's second one ends the transaction with Conflict."""
    values = {name: getattr(answer, name) for name in AnswerRow.__dataclass_fields__}
    tx.execute(insert(opening_answers).values(election_uuid=uuid, number=number, **values))


def decide(
    tx: Transaction, uuid: str, number: int, state: str, now: datetime, proof: bytes | None = None
) -> bool:
    """Move a request on; False when it was decided before."""
    statement = update(openings).where(
        openings.c.election_uuid == uuid, openings.c.number == number, openings.c.state == "requested"
    )
    return tx.execute(statement.values(state=state, decided_at=now, proof=proof)).rowcount == 1


def hold(tx: Transaction, uuid: str, number: int) -> bool:
    """Let nobody else answer a request until the transaction ends; False unless it still waits."""
    statement = update(openings).where(
        openings.c.election_uuid == uuid, openings.c.number == number, openings.c.state == "requested"
    )
    return tx.execute(statement.values(state="requested")).rowcount == 1


def add_open_ballots(tx: Transaction, uuid: str, proofs: Iterable[tuple[int, bytes]]) -> None:
    """The ballots of an open election as the count opened them: (height, line of the auditors' part)."""
    rows = [{"election_uuid": uuid, "height": height, "proof": proof} for height, proof in proofs]
    if rows:
        tx.execute(insert(open_ballots), rows)


def opened_ballots(tx: Transaction, uuid: str) -> list[bytes]:
    """Those lines, in the board's order."""
    statement = select(open_ballots.c.proof).where(open_ballots.c.election_uuid == uuid)
    return list(tx.execute(statement.order_by(open_ballots.c.height)).scalars())
