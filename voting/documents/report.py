"""The report of a counted election: one HTML file that needs no program, no network and no script."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class ReportFacts:
    """What the report says beside the rules and the outcome: when, and the digests that pin the record.

    Times are aware and shown in Shanghai time; heads are the event hashes of the two boards' last events
    (hex), `rules_sha256` the digest that stands in the election's description (hex).
    """

    uuid: str
    opened_at: datetime
    closed_at: datetime
    counted_at: datetime
    early_close_reason: str | None
    owners_head: str
    area_head: str
    rules_sha256: str


def report_html(rules: Mapping[str, Any], outcome: Mapping[str, Any], facts: ReportFacts) -> bytes:
    """The report as UTF-8 HTML; `rules` is rules.json, `outcome` is outcome.json (formats: voting.rules.outcome)."""
    raise NotImplementedError
