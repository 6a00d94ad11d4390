"""Ballots that were cast with somebody's help: whose, and how many; beside the board, never on it.

A helper says who they are before the voter is asked for anything. What is kept is for organisers and
auditors: the board, the log and the record do not tell which ballot was helped, nor that any was.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from voting.errors import Refusal, Refused
from voting.services import log
from voting.services.phases import found
from voting.services.site import Actor, Site
from voting.store import helping as rows
from voting.store.engine import Transaction
from voting.store.helping import HelpedRow

UNREMARKED = 10  # ballots that one person may help with before the pages point it out
MOST_VOLUNTEERS = 500
LONGEST_NAME = 40  # characters
MOST_DIGITS = 4  # in a name with a unit, such as 李梅 3-502; more would be a telephone number


class Role(StrEnum):
    """Who a helper is to the voter."""

    FAMILY = "family"
    NEIGHBOUR = "neighbour"
    HEAD = "head"
    VOLUNTEER = "volunteer"


@dataclass(frozen=True)
class Helper:
    """Whoever operates the phone beside the voter."""

    name: str
    role: Role


@dataclass(frozen=True)
class HelperView:
    """One helper and the voters helped; `listed`: the organisers named them; `many`: more than UNREMARKED."""

    name: str
    role: Role
    voters: tuple[int, ...]
    listed: bool
    many: bool


def helper(name: str, role: str) -> Helper:
    """Refuses HELPER_NAME_INVALID(most) and REQUEST_UNREADABLE."""
    if role not in tuple(Role):
        raise Refused(Refusal.REQUEST_UNREADABLE)
    return Helper(helper_name(name), Role(role))


def helper_name(name: str) -> str:
    """A name in one line. Refuses HELPER_NAME_INVALID(most)."""
    tidy = "".join(sign for sign in " ".join(name.split()) if sign.isprintable())
    if not 0 < len(tidy) <= LONGEST_NAME or sum(sign.isdigit() for sign in tidy) > MOST_DIGITS:
        raise Refused(Refusal.HELPER_NAME_INVALID, most=LONGEST_NAME)
    return tidy


def remember(tx: Transaction, uuid: str, voter: int, tracker: str, by: Helper, now: datetime) -> None:
    """In the transaction that appends the ballot."""
    values = {"tracker": tracker, "voter": voter, "helper": by.name, "role": by.role.value, "helped_at": now}
    rows.add_helped(tx, uuid, **values)


def helped_ballots(site: Site, uuid: str) -> dict[int, HelpedRow]:
    """The last ballot cast with help, by voter. Refuses ELECTION_UNKNOWN."""
    with site.store.read() as tx:
        found(tx, uuid)
        return {each.voter: each for each in rows.helped(tx, uuid)}


def helpers(site: Site, uuid: str) -> list[HelperView]:
    """Everybody who helped, who helped with most first; the same name in two roles is one person."""
    with site.store.read() as tx:
        found(tx, uuid)
        ballots, listed = rows.helped(tx, uuid), set(rows.volunteer_names(tx, uuid))
    # A voter who may vote again, and was helped again, is one household.
    counted = Counter(name for name, _ in {(each.helper, each.voter) for each in ballots})
    return [
        HelperView(
            name,
            Role(next(each.role for each in ballots if each.helper == name)),
            tuple(dict.fromkeys(each.voter for each in ballots if each.helper == name)),
            name in listed,
            count > UNREMARKED,
        )
        for name, count in sorted(counted.items(), key=lambda each: (-each[1], each[0]))
    ]


def volunteers(site: Site, uuid: str) -> list[str]:
    """Whom the organisers send. Refuses ELECTION_UNKNOWN."""
    with site.store.read() as tx:
        found(tx, uuid)
        return rows.volunteer_names(tx, uuid)


def set_volunteers(site: Site, uuid: str, names: list[str], actor: Actor, now: datetime) -> None:
    """Replace the list of those whom the organisers send. Refuses HELPER_NAME_INVALID(most)."""
    tidy = sorted({helper_name(name) for name in names[:MOST_VOLUNTEERS] if name.strip()})
    with site.store.write() as tx:
        found(tx, uuid)
        rows.set_volunteers(tx, uuid, tidy)
        log.append(site, tx, uuid, actor.name, "volunteers-listed", {"count": len(tidy)}, now)
