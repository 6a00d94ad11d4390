"""The audit log in the database: one hash chain an election, and one for the site."""

from datetime import datetime

from sqlalchemy import insert, select, text

from voting.store.engine import LOG_LOCK, Transaction
from voting.store.tables import audit_log


def lock_chain(tx: Transaction, chain: str) -> None:
    """Let nobody else append to this chain until the transaction ends; SQLite has one writer anyway."""
    if tx.dialect.name == "postgresql":
        tx.execute(
            text("SELECT pg_advisory_xact_lock(:kind, hashtext(:chain))"), {"kind": LOG_LOCK, "chain": chain}
        )


def last_line(tx: Transaction, chain: str) -> tuple[int, str] | None:
    """Sequence number and hash of the chain's last line."""
    statement = select(audit_log.c.seq, audit_log.c.hash).where(audit_log.c.chain == chain)
    row = tx.execute(statement.order_by(audit_log.c.seq.desc()).limit(1)).one_or_none()
    return (row.seq, row.hash) if row else None


def add_line(tx: Transaction, chain: str, seq: int, time: datetime, line: str, line_hash: str) -> None:
    """Append a line; the number must be free."""
    tx.execute(insert(audit_log).values(chain=chain, seq=seq, time=time, line=line, hash=line_hash))


def lines(tx: Transaction, chain: str) -> list[str]:
    """Every line of the chain, oldest first."""
    statement = select(audit_log.c.line).where(audit_log.c.chain == chain).order_by(audit_log.c.seq)
    return list(tx.execute(statement).scalars())
