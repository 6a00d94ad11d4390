"""The second factor: the last four characters of a registered number, or a code from the desk.

Only salted keyed hashes are kept (HMAC-SHA256 under the site's key, a random salt for every owner): with
10,000 possibilities a plain hash would be no protection at all; without the key these say nothing.
"""

import hmac
import re
import secrets
import unicodedata
from collections.abc import Sequence
from hashlib import sha256

from voting.services.site import Keys, keyed_hash
from voting.store.registers import Factor

MOST_TRIES = 5
LAST = 4  # characters of the identity or phone number
CODE_DIGITS = 6  # of the desk's code; with five tries a guess succeeds once in 200,000


def factor(keys: Keys, text: str) -> Factor:
    """The stored form of a second factor; `text` is the four last characters, or a desk code."""
    salt = secrets.token_hex(16)
    return Factor(salt, keyed_hash(keys.second_factor, f"{salt}|{normalised(text)}"))


def factors_of_unit(keys: Keys, identities: list[str], phones: list[str]) -> tuple[Factor, ...]:
    """A factor for each registered number of a unit, each once."""
    endings = {normalised(number)[-LAST:] for number in (*identities, *phones)}
    return tuple(factor(keys, ending) for ending in sorted(endings) if len(ending) == LAST)


def matches(keys: Keys, factors: tuple[Factor, ...], typed: str) -> bool:
    """Whether what a person typed is one of the factors; every one is compared, in constant time."""
    text = normalised(typed)
    found = False
    for one in factors:
        digest = keyed_hash(keys.second_factor, f"{one.salt}|{text}")
        found |= hmac.compare_digest(digest, one.digest)
    return found


def mark(factors: Sequence[Factor]) -> str:
    """A text that stands for these factors and changes with them; it is made of random salts alone."""
    return sha256("|".join(one.salt for one in factors).encode()).hexdigest()


def desk_code() -> str:
    """A new code of six digits."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def normalised(text: str) -> str:
    """Full-width becomes half-width, letters upper-case, spaces and dashes go."""
    return re.sub(r"[\s\-‐‑–—－]+", "", unicodedata.normalize("NFKC", text)).upper()
