"""Text that a spreadsheet program might run as a formula when it opens a file (CWE-1236)."""

import re

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def begins_like_formula(text: str) -> bool:
    """Whether it begins with = + - @ or their full-width forms; a plain signed number is not a formula."""
    return text.lstrip(" ").startswith(_STARTS) and not _PLAIN_NUMBER.fullmatch(text.strip())
