"""JSON in one form only, for what is hashed and signed, and as outcomes are published."""

import json
from collections.abc import Mapping
from typing import Any

from voting.errors import Refusal, Refused


def _canonical(value: object) -> object:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {key: _canonical(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(entry) for entry in value]
    raise Refused(Refusal.JSON_NOT_CANONICAL, what=type(value).__name__)


def canonical_json(value: object) -> bytes:
    """UTF-8, keys sorted, no spaces; only text, integers, true, false, null, lists and objects.

    Refused JSON_NOT_CANONICAL for anything else (a float above all).
    """
    try:
        text = json.dumps(_canonical(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return text.encode()
    except (UnicodeEncodeError, RecursionError, ValueError):
        raise Refused(Refusal.JSON_NOT_CANONICAL, what=type(value).__name__) from None


def outcome_json(outcome: Mapping[str, Any]) -> bytes:
    """outcome.json as it is published: for people to read, and in this one form only."""
    return json.dumps(outcome, ensure_ascii=False, indent=1).encode() + b"\n"
