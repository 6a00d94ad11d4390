"""Randomness that everybody knows, so that vectors can be made again. Only for vectors."""

import hashlib
import secrets


def unsafe_counted_randomness(label: str) -> None:
    """Replace the system's randomness by a counter."""
    counter = iter(range(1 << 62))

    def below(exclusive_upper_bound: int) -> int:
        block = f"{label}|{next(counter)}|".encode()
        return int.from_bytes(hashlib.sha512(block).digest(), "big") % exclusive_upper_bound

    secrets.randbelow = below
