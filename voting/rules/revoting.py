"""Whether a voter may vote again: chosen with the agenda, signed by every ballot.

- `none` (the default; 北京): the first ballot stands.
- `once` (武汉): it can be replaced one time.
- `until-close`: it can be replaced until the closing.

The last ballot counts; the earlier ones stay in the record, sealed, as its history.
"""

from enum import StrEnum


class Revoting(StrEnum):
    """The three rules, from the strictest on; the value stands in rules.json."""

    NONE = "none"
    ONCE = "once"
    UNTIL_CLOSE = "until-close"

    @property
    def most(self) -> int | None:
        """How many ballots one voter may cast; None for any number."""
        return {Revoting.NONE: 1, Revoting.ONCE: 2}.get(self)

    def within(self, allowed: "Revoting") -> bool:
        """Whether a place that allows voters `allowed` allows them this."""
        rules = list(Revoting)
        return rules.index(self) <= rules.index(allowed)


# The source texts of the translations.
REVOTING_WORDS: dict[Revoting, str] = {
    Revoting.NONE: "不可改投",
    Revoting.ONCE: "可改投一次",
    Revoting.UNTIL_CLOSE: "截止前可改投",
}
