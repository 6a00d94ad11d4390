"""What may ever be seen of a single ballot: chosen with the agenda, signed by every ballot.

- `confidential` (记名保密, the default): totals only; one ballot can be opened after the closing, for a
  stated reason and by more than one person, and that opening is logged and proven.
- `secret`: no single ballot is ever opened; the keys are destroyed after the count.
- `open`: after the closing the auditors see every ballot. Neighbours see totals.
"""

from enum import StrEnum


class Secrecy(StrEnum):
    """The three presets; the value stands in rules.json."""

    CONFIDENTIAL = "confidential"
    SECRET = "secret"  # noqa: S105 - a preset's name
    OPEN = "open"
