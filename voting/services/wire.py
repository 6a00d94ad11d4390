"""How the services write times: one form for what is hashed or signed, one for people."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_HERE = ZoneInfo("Asia/Shanghai")  # one legal time in the whole country


def iso(moment: datetime) -> str:
    """A time in UTC to the second: 2026-05-01T08:00:00Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def shown(moment: datetime) -> str:
    """A time as people here read it: 2026-05-01 16:00."""
    return moment.astimezone(_HERE).strftime("%Y-%m-%d %H:%M")
