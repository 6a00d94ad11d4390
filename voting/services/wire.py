"""How the services write times and JSON wherever bytes are hashed, signed or compared."""

import json
from datetime import UTC, datetime
from typing import Any


def canonical(value: Any) -> bytes:
    """Canonical JSON: keys sorted, no spaces, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def iso(moment: datetime) -> str:
    """A time in UTC to the second: 2026-05-01T08:00:00Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
