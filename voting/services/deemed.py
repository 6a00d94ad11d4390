"""Silent voters who are counted by the rules of procedure: found when the election is counted."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from voting.protocol.encoding import encode
from voting.rules.document import rules_agenda
from voting.rules.roll import Voter
from voting.rules.terms import DeemedVotes, silent_voters
from voting.services.deemed_lines import ProvenUnit, SilentLine, sums
from voting.services.deliveries import standings_at_closing
from voting.services.ledgers import book, ledger_of
from voting.services.phases import found
from voting.services.site import Site
from voting.store import roll as roll_rows
from voting.store.elections import ElectionRow
from voting.store.engine import Transaction
from voting.store.roll import RollEntry


def silent_lines(
    tx: Transaction, row: ElectionRow, rules: Mapping[str, Any], entries: Sequence[RollEntry]
) -> list[bytes] | None:
    """The lines of a closed election, from the ledger as it stood at the closing; None without a clause."""
    terms = rules_agenda(rules).terms
    if terms is None or terms.deemed is None:
        return None
    stood = standings_at_closing(tx, row, entries)
    calendar = book(tx, ledger_of(row)).calendar
    # Several residents share a home: that one of them has the ballot says nothing of the others.
    delivered = {unit for unit, each in stood.items() if each.proven} if terms.of_owners else set()
    voted = {entry.voter for entry in entries if entry.has_voted}
    roll = [
        Voter(entry.voter, entry.name, entry.units, entry.area_dm2, entry.building, ()) for entry in entries
    ]
    lines = []
    for voter in silent_voters(roll, voted, delivered):
        units = []
        for label in voter.units:
            proof = stood[label]
            assert proof.at is not None
            day = calendar.day(proof.at).isoformat()
            units.append(ProvenUnit(label, proof.ground.value, day, proof.number))
        lines.append(encode(SilentLine(voter.number, tuple(units), voter.area_dm2)))
    return lines


def would_count(site: Site, uuid: str) -> DeemedVotes | None:
    """What the count of a closed election will take for silent voters; None where nobody is.

    Refuses ELECTION_UNKNOWN.
    """
    with site.store.read() as tx:
        row = found(tx, uuid)
        if row.rules is None:
            return None
        lines = silent_lines(tx, row, json.loads(row.rules), roll_rows.roll(tx, uuid))
    return None if lines is None else sums(lines)
