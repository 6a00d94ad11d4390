"""Elections in the database: one row each, and its phase only moves by compare-and-swap."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from voting.rules.periods import LEGAL_ZONE
from voting.store.assemblies import zone_of_plan
from voting.store.engine import Transaction
from voting.store.tables import assemblies, elections, estates


@dataclass(frozen=True)
class ElectionRow:
    """One row of `elections` with its estate's name; JSON columns as stored."""

    uuid: str
    estate_id: int
    estate: str
    title: str
    agenda: str
    phase: str
    opens_at: datetime
    closes_at: datetime
    group_name: str
    created_at: datetime
    register_id: int | None
    help_text: str | None
    roll_sha256: str | None
    electorate_owners: int | None
    electorate_area_dm2: int | None
    issued_at: datetime | None
    opened_at: datetime | None
    closed_at: datetime | None
    counted_at: datetime | None
    published_at: datetime | None
    rules: bytes | None
    election_json: bytes | None
    sealed_trustee_key: bytes | None
    height: int | None
    owners_head: str | None
    area_head: str | None
    early_close_reason: str | None
    closing_checkpoint: str | None
    outcome: str | None
    deemed: bytes | None
    assembly_uuid: str | None
    ballots_each: int
    plan: str | None
    """The plan of its assembly, as stored; None for a vote of its own."""

    @property
    def zone(self) -> str:
        """The time zone that its times are shown and read in: its assembly's, or China's."""
        return LEGAL_ZONE if self.plan is None else zone_of_plan(self.plan)


_ELSEWHERE = {"estate": estates.c.name, "plan": assemblies.c.plan}
_COLUMNS = tuple(
    _ELSEWHERE[name] if name in _ELSEWHERE else elections.c[name] for name in ElectionRow.__dataclass_fields__
)


def add_election(tx: Transaction, uuid: str, estate_id: int, **values: Any) -> None:
    """Insert a draft."""
    tx.execute(insert(elections).values(uuid=uuid, estate_id=estate_id, phase="draft", **values))


def election_row(tx: Transaction, uuid: str) -> ElectionRow | None:
    """The election, or None."""
    found = _rows(tx, uuid)
    return found[0] if found else None


def list_elections(tx: Transaction) -> list[ElectionRow]:
    """Every election, newest first."""
    return _rows(tx, None)


def elections_of(tx: Transaction, assembly_uuid: str) -> list[ElectionRow]:
    """The elections of an assembly, oldest first."""
    return _rows(tx, None, assembly_uuid)[::-1]


def hold(tx: Transaction, uuid: str) -> None:
    """Let nobody else hold or change this election until the transaction ends."""
    tx.execute(select(elections.c.uuid).where(elections.c.uuid == uuid).with_for_update())


def move(
    tx: Transaction,
    uuid: str,
    phase: str,
    values: dict[str, Any],
    issued: bool | None = None,
    height: int | None = None,
    draft: ElectionRow | None = None,
) -> bool:
    """Change the row if it still is in this phase (and issued or not, at this height, with
    the agenda and the group of `draft`).

    False when somebody else was first; nothing has changed then.
    """
    statement = update(elections).where(elections.c.uuid == uuid, elections.c.phase == phase)
    if issued is not None:
        statement = statement.where(
            elections.c.issued_at.is_not(None) if issued else elections.c.issued_at.is_(None)
        )
    if height is not None:
        statement = statement.where(elections.c.height == height)
    if draft is not None:
        statement = statement.where(
            elections.c.agenda == draft.agenda, elections.c.group_name == draft.group_name
        )
    return tx.execute(statement.values(**values)).rowcount == 1


def delete_draft(tx: Transaction, uuid: str) -> bool:
    """Delete an election that is a draft without letters; False when it is not."""
    statement = delete(elections).where(
        elections.c.uuid == uuid, elections.c.phase == "draft", elections.c.issued_at.is_(None)
    )
    return tx.execute(statement).rowcount == 1


def _rows(tx: Transaction, uuid: str | None, assembly_uuid: str | None = None) -> list[ElectionRow]:
    statement = select(*_COLUMNS).join(estates, estates.c.id == elections.c.estate_id)
    statement = statement.outerjoin(assemblies, assemblies.c.uuid == elections.c.assembly_uuid)
    statement = statement.order_by(elections.c.created_at.desc(), elections.c.uuid)
    if uuid is not None:
        statement = statement.where(elections.c.uuid == uuid)
    if assembly_uuid is not None:
        statement = statement.where(elections.c.assembly_uuid == assembly_uuid)
    return [ElectionRow(*row) for row in tx.execute(statement)]
