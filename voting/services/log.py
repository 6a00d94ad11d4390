"""The audit log, written: every act appends one signed line (`voting.services.log_lines`).

An election's log is exported with it, so a line names voters by their number and holds no
choice, no credential and nothing about when a voter voted.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from voting.services.acts import declared
from voting.services.log_lines import BEFORE_THE_FIRST, Entry, signed_line
from voting.services.site import Site
from voting.services.wire import iso
from voting.store import log as rows
from voting.store.engine import Transaction

SITE = "site"


def append(
    site: Site,
    tx: Transaction,
    chain: str,
    actor: str,
    act: str,
    details: Mapping[str, object],
    now: datetime,
) -> str:
    """Append one act to the chain of an election or assembly (its uuid) or of the SITE; returns the new head.

    Raises `Undeclared` for an act that `voting.services.acts` does not know, or with other details.
    """
    declared(act, details)
    rows.lock_chain(tx, chain)
    seq, previous = rows.last_line(tx, chain) or (0, BEFORE_THE_FIRST)
    unsigned = {
        "seq": seq + 1,
        "time": iso(now),
        "actor": actor,
        "act": act,
        "details": dict(details),
        "previous": previous,
    }
    line = signed_line(chain, unsigned, site.keys.receipt_key)
    head = sha256(line).hexdigest()
    rows.add_line(tx, chain, seq + 1, now, line.decode(), head)
    return head


def head(tx: Transaction, chain: str) -> str:
    """SHA-256 of the chain's last line; 64 zeros when nothing has been done."""
    last = rows.last_line(tx, chain)
    return last[1] if last else BEFORE_THE_FIRST


def entries(site: Site, chain: str) -> list[Entry]:
    """The entries of one chain, oldest first."""
    with site.store.read() as tx:
        return [Entry(**json.loads(line)) for line in rows.lines(tx, chain)]
