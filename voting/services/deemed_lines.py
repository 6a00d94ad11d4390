"""Silent voters who are counted by the rules of procedure, as the auditors' part of a record has them.

A line of `auditor/deemed.jsonl` is one of them. The log of the count holds the file's SHA-256 and its sums;
names and units are not in it. That a ballot was really brought is proven by the ledger and its papers, which
are in no record.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from voting.errors import Refusal, Refused
from voting.protocol.encoding import decode
from voting.rules.canonical import canonical_json
from voting.rules.terms import DeemedVotes

# Units and area (0.01 m²) of each voter, by number.
Roll = Mapping[int, tuple[tuple[str, ...], int]]


class ProvenUnit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A unit, the ground and day of its proof, and the ledger's entry (null: the server saw it)."""

    label: str
    ground: str
    on: str
    entry: int | None


class SilentLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A voter by number in the roll; `area_dm2` is that of these units."""

    voter: int
    units: tuple[ProvenUnit, ...]
    area_dm2: int


def sums(lines: Sequence[bytes]) -> DeemedVotes:
    """Heads and area of such lines. Raises `Refused` JSON_…"""
    read = [decode(SilentLine, line, "silent voter") for line in lines]
    return DeemedVotes(len(read), sum(each.area_dm2 for each in read))


def verify_silent(
    body: bytes,
    told: Mapping[str, Any],
    roll: Roll,
    file: str,
) -> int:
    """Check the file against what the count's line of the log tells and the roll (units and area by number).

    Returns how many there are. Raises `Refused` JSON_…, DEEMED_VOTER_DIFFERS(voter) for somebody who is not
    on the roll so, or stands twice, and EXPORT_FILE_DIFFERS(name) where the sums are others.
    """
    lines = body.split(b"\n")
    if lines.pop():
        raise Refused(Refusal.JSON_MALFORMED, what=file)
    last = heads = area = 0
    for line in lines:
        said = decode(SilentLine, line, "silent voter")
        labels, whole = roll.get(said.voter, ((), 0))
        units = [unit.label for unit in said.units]
        fits = said.area_dm2 == whole if len(units) == len(labels) else 0 < said.area_dm2 < whole
        if said.voter <= last or not units or units != [each for each in labels if each in units] or not fits:
            raise Refused(Refusal.DEEMED_VOTER_DIFFERS, voter=said.voter)
        last, heads, area = said.voter, heads + 1, area + said.area_dm2
    if canonical_json(told) != canonical_json({"heads": heads, "area_dm2": area}):
        raise Refused(Refusal.EXPORT_FILE_DIFFERS, name=file)
    return heads
