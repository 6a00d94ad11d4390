"""Everything the process takes from its environment, read once at start into one frozen value."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from voting.errors import Refusal, Refused

_SECRET = re.compile(r"[0-9a-f]{64}")  # 32 bytes, 256 bits


@dataclass(frozen=True)
class Config:
    """What a running site needs to know from outside.

    `master_secret` (32 bytes) opens the sealed trustee keys and signs receipts: whoever has it and the
    database can decrypt single ballots. `base_url` is what the letters print, without a slash at its end.
    """

    database_url: str
    base_url: str
    master_secret: bytes = field(repr=False)

    @property
    def https(self) -> bool:
        """Whether residents reach the site over TLS: then cookies are marked Secure."""
        return self.base_url.startswith("https://")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Config":
        """Read VOTING_DATABASE_URL, VOTING_BASE_URL and VOTING_MASTER_SECRET (64 lower-case hex digits).

        Refuses CONFIG_MISSING(name) and CONFIG_MALFORMED(name); the secret's value is in neither.
        """
        return cls(
            database_url=_required(
                environment, "VOTING_DATABASE_URL", r"(sqlite:///|postgresql\+psycopg://).+"
            ),
            base_url=_required(environment, "VOTING_BASE_URL", r"https?://[^/?#\s]+(/[^?#\s]*)?").rstrip("/"),
            master_secret=bytes.fromhex(_required(environment, "VOTING_MASTER_SECRET", _SECRET.pattern)),
        )


def _required(environment: Mapping[str, str], name: str, form: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise Refused(Refusal.CONFIG_MISSING, name=name)
    if not re.fullmatch(form, value):
        raise Refused(Refusal.CONFIG_MALFORMED, name=name)
    return value
