"""The lines of an audit log, read and checked: canonical JSON that holds the SHA-256 of the line before.

A line is `{"act","actor","details","previous","seq","time"}`; the first line's `previous` is 64 zeros and
its `seq` 1.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from voting.errors import Refusal, Refused
from voting.rules.outcome import canonical_json
from voting.services.wire import iso

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
