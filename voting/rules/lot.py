"""A lot that anybody can draw again.

The seed is SHA-256 of `lot|<closing digest>|<question id>`, in hex; the closing digest is the hash, in hex,
of the event that ended the ballots on the owners' board. Each name's number is SHA-256 of `<seed>|<name>`
in hex, UTF-8 throughout, and names go by their numbers, the smallest first:

    printf %s 'lot|CLOSING|q3' | sha256sum        then        printf %s 'SEED|张三' | sha256sum

Nobody can choose the outcome without choosing the last ballots, before the count has shown a tie.
"""

import re
from collections.abc import Iterable
from hashlib import sha256

from voting.errors import Refusal, Refused

_DIGEST = re.compile(r"[0-9a-f]{64}")


def lot_seed(closing: str, question: str) -> str:
    """The seed in hex. Refused LOT_SEED_MISSING without the closing digest (64 hex digits)."""
    if not _DIGEST.fullmatch(closing):
        raise Refused(Refusal.LOT_SEED_MISSING, question=question)
    return sha256(f"lot|{closing}|{question}".encode()).hexdigest()


def lot_number(seed: str, name: str) -> str:
    """A name's number, in hex; smaller is drawn earlier."""
    return sha256(f"{seed}|{name}".encode()).hexdigest()


def drawn(seed: str, names: Iterable[str]) -> list[str]:
    """The names in the order in which they are drawn; the order in which they are given does not matter."""
    return sorted(names, key=lambda name: lot_number(seed, name))
