"""The groups that an election may name, and no others: their parameters are built in (section 5)."""

from voting.errors import Refusal, Refused
from voting.protocol.belenios_2048 import BELENIOS_2048
from voting.protocol.ed25519 import ED25519
from voting.protocol.prime_order import Base, Element, FixedBase, Group

__all__ = ["BELENIOS_2048", "ED25519", "GROUPS", "Base", "Element", "FixedBase", "Group", "group_named"]

# The first is the default: every version of belenios-tool knows it.
GROUPS: dict[str, Group] = {group.name: group for group in (BELENIOS_2048, ED25519)}


def group_named(name: str) -> Group:
    """The built-in group of that name; raises `Refused` GROUP_UNKNOWN."""
    try:
        return GROUPS[name]
    except KeyError:
        raise Refused(Refusal.GROUP_UNKNOWN, group=name) from None
