"""The audit log: every act is one line of canonical JSON that holds the SHA-256 of the line before.

A line is `{"act","actor","details","previous","seq","time"}`; the first line's `previous` is 64 zeros and
its `seq` 1. An election's log is exported with it, so a line names voters by their number and holds no
choice, no credential and nothing about when a voter voted.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from voting.errors import Refusal, Refused
from voting.rules.outcome import canonical_json
from voting.services.site import Site
from voting.services.wire import iso
from voting.store import log as rows
from voting.store.engine import Transaction

SITE = "site"
BEFORE_THE_FIRST = "0" * 64


@dataclass(frozen=True)
class Entry:
    """One act: who did what and when; `details` are numbers and words, `previous` the last line's hash."""

    seq: int
    time: str
    actor: str
    act: str
    details: dict[str, Any]
    previous: str


def append(
    tx: Transaction,
    chain: str,
    actor: str,
    act: str,
    details: Mapping[str, object],
    now: datetime,
) -> str:
    """Append one act to the chain of an election (its uuid) or of the SITE; returns the new head."""
    rows.lock_chain(tx, chain)
    seq, previous = rows.last_line(tx, chain) or (0, BEFORE_THE_FIRST)
    line = canonical_json(
        {
            "seq": seq + 1,
            "time": iso(now),
            "actor": actor,
            "act": act,
            "details": dict(details),
            "previous": previous,
        }
    )
    head = sha256(line).hexdigest()
    rows.add_line(tx, chain, seq + 1, now, line.decode(), head)
    return head


def head(tx: Transaction, chain: str) -> str:
    """SHA-256 of the chain's last line; 64 zeros when nothing has been done."""
    last = rows.last_line(tx, chain)
    return last[1] if last else BEFORE_THE_FIRST


def read_lines(lines: Iterable[bytes]) -> tuple[list[Entry], str]:
    """Check a chain (the lines of audit-log.jsonl, without line ends) and return its entries and head.

    Refuses LOG_BROKEN(line) at the first line that is not canonical, misnumbered or not chained; an
    empty log is broken at line 1.
    """
    entries: list[Entry] = []
    previous = BEFORE_THE_FIRST
    for number, line in enumerate(lines, start=1):
        try:
            parsed = json.loads(line)
            entry = Entry(**parsed)
            kinds = (type(entry.seq), *map(type, (entry.time, entry.actor, entry.act, entry.details)))
            sound = (
                kinds == (int, str, str, str, dict)
                and canonical_json(parsed) == line
                and (entry.seq, entry.previous) == (number, previous)
                and iso(datetime.fromisoformat(entry.time)) == entry.time
            )
        except (ValueError, TypeError, RecursionError, OverflowError, Refused):
            sound = False
        if not sound:
            raise Refused(Refusal.LOG_BROKEN, line=number)
        entries.append(entry)
        previous = sha256(line).hexdigest()
    if not entries:
        raise Refused(Refusal.LOG_BROKEN, line=1)
    return entries, previous


def line_digests(lines: Iterable[bytes]) -> list[str]:
    """What `previous` says after each line, and first BEFORE_THE_FIRST: every state that a log has had."""
    return [BEFORE_THE_FIRST, *(sha256(line).hexdigest() for line in lines)]


def entries(site: Site, chain: str) -> list[Entry]:
    """The entries of one chain, oldest first."""
    with site.store.read() as tx:
        return [Entry(**json.loads(line)) for line in rows.lines(tx, chain)]
