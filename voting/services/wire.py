"""How the services write times: one form for what is hashed or signed, one for people."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def iso(moment: datetime) -> str:
    """A time in UTC to the second: 2026-05-01T08:00:00Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def shown(moment: datetime, zone: str) -> str:
    """A time as people read it where the estate stands: 2026-05-01 16:00."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
