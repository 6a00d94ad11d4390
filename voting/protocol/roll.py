"""The list of public credentials with their weights (section 4.8), as a verifier keeps it.

A credential of BELENIOS-2048 takes 617 characters; kept is its SHA-256, with about 150 bytes for each.
"""

from collections.abc import Sequence
from functools import partial
from hashlib import sha256
from itertools import islice

from voting.errors import Refusal, Refused
from voting.protocol.encoding import decode
from voting.protocol.group import Group
from voting.protocol.stack import Spread, first_stranger

# Total weight in 0.01 m²: an estate of 100 km². Beyond it the result's discrete logarithm would not be found
# in reasonable time and memory (2 * sqrt(10^10) = 200,000 products).
LARGEST_TOTAL_WEIGHT = 10_000_000_000

_AT_A_TIME = 500  # credentials for one worker: 0.15 s


class Roll:
    """Distinct credentials in the order of their list, each with its weight.

    `first_weighted` and `first_plain` are the numbers, from 1, of the first entry that says its weight and
    of the first that does not.
    """

    def __init__(self) -> None:
        self._numbers: dict[bytes, int] = {}
        self.weights: list[int] = []
        self.first_weighted: int | None = None
        self.first_plain: int | None = None

    def __len__(self) -> int:
        return len(self.weights)

    @property
    def total(self) -> int:
        """The weight of all."""
        return sum(self.weights)

    @property
    def keys(self) -> Sequence[bytes]:
        """What stands for each credential, in order."""
        return tuple(self._numbers)

    def number(self, credential: str) -> int | None:
        """The credential's number, from 1; None for one that is not listed."""
        return self.number_of(credential_key(credential))

    def number_of(self, key: bytes) -> int | None:
        """The same by its `credential_key`."""
        return self._numbers.get(key)

    def add(self, credential: str, weight_text: str | None) -> None:
        """The next entry. Raises `Refused` CREDENTIAL_DUPLICATE or WEIGHT_INVALID with its number."""
        number = len(self.weights) + 1
        if self._numbers.setdefault(credential_key(credential), number) != number:
            raise Refused(Refusal.CREDENTIAL_DUPLICATE, number=number)
        if weight_text is None:
            self.first_plain = self.first_plain or number
            self.weights.append(1)
        else:
            self.first_weighted = self.first_weighted or number
            self.weights.append(_weight(weight_text, number))


def credential_key(credential: str) -> bytes:
    """What stands for a credential."""
    return sha256(credential.encode(errors="surrogatepass")).digest()


def _weight(text: str, number: int) -> int:
    if not (text.isascii() and text.isdigit()) or text[0] == "0" or len(text) > 11:
        raise Refused(Refusal.WEIGHT_INVALID, number=number)
    return int(text)


def read_roll(group: Group, body: bytes, spread: Spread = map, known: Roll | None = None) -> Roll:
    """The roll in a public_credentials record, `key` or `key,weight`.

    What `known` lists is known to be in the group. Raises `Refused` ELEMENT_*,
    CREDENTIAL_DUPLICATE, WEIGHT_INVALID or WEIGHT_TOTAL_TOO_LARGE.
    """
    roll = Roll()
    entries = [entry.partition(",") for entry in decode(tuple[str, ...], body, "credentials")]
    unknown = (
        (number, credential)
        for number, (credential, _, _) in enumerate(entries, 1)
        if known is None or known.number(credential) is None
    )
    pieces = iter(lambda: tuple(islice(unknown, _AT_A_TIME)), ())
    stranger = next(filter(None, spread(partial(first_stranger, group.name), pieces)), None)
    for number, (credential, comma, weight_text) in enumerate(entries, 1):
        if stranger is not None and stranger[0] == number:
            raise stranger[1]
        roll.add(credential, weight_text if comma else None)
    if roll.total > LARGEST_TOTAL_WEIGHT:
        raise Refused(Refusal.WEIGHT_TOTAL_TOO_LARGE)
    return roll
