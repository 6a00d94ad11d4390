"""Who might be one voter, or several: proposed by the program, decided by people (法释〔2009〕7号 art. 9).

- *same name*: units of one name, at least one of them without an identity number: one buyer, or namesakes?
  Two different identity numbers are two people, and nothing is proposed.
- *developer*: a developer's unsold units beside others in the same name.
- *co-owners*: two voters who share an owner, but not all of them: two voters as they stand.
- *names differ*: one voter by identity number, whose units stand in different names: a slip, or two people?

Accepted, a merge makes one voter of its units, and a split makes one of each unit; nothing else changes. A
proposal's `key` is the same as long as its units are, so a decision outlives a new import.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations

from voting.errors import Refusal, Refused
from voting.rules.labels import natural_order
from voting.rules.persons import same_name
from voting.rules.presets import LEAST_REASON
from voting.rules.roll import RegisteredUnit, Scope, Voter, voters

_DEVELOPER = "developer|"
_NAME_ONLY = "name-only|"


class ProposalKind(StrEnum):
    """Why it is proposed; the value is stable."""

    SAME_NAME = "same-name"
    DEVELOPER = "developer"
    CO_OWNERS = "co-owners"
    NAMES_DIFFER = "names-differ"


# The source texts of the translations.
PROPOSAL_WORDS: dict[ProposalKind, str] = {
    ProposalKind.SAME_NAME: (
        "几套房的业主同名，但缺少证件号码。是同一个人就合并为一位业主；只是同名就保持分开。"
    ),
    ProposalKind.DEVELOPER: (
        "建设单位还有别的房屋写在同一名称下。没有卖出或者没有交付的，应当合并为一位业主。"
    ),
    ProposalKind.CO_OWNERS: "两位业主有共同的产权人，但共有人不完全相同。请核对产权证，再决定是否合并。",
    ProposalKind.NAMES_DIFFER: "同一个证件号码下的几套房写着不同的姓名。请核对证件；不是同一个人就拆开。",
}


@dataclass(frozen=True)
class Proposal:
    """Units whose voters might be merged, or (`split`) whose one voter might be split."""

    kind: ProposalKind
    labels: tuple[str, ...]

    @property
    def split(self) -> bool:
        return self.kind is ProposalKind.NAMES_DIFFER

    @property
    def key(self) -> str:
        return f"{self.kind.value}|{'|'.join(self.labels)}"


@dataclass(frozen=True)
class Decision:
    """What people decided about a proposal; who and when stands in the audit log."""

    proposal: Proposal
    accepted: bool
    reason: str


def proposals(units: Iterable[RegisteredUnit]) -> tuple[Proposal, ...]:
    """Every proposal for a register, in a stable order; parking spaces count for who is one voter."""
    held = voters(units := tuple(units), Scope(exclude_uses=()))
    by_label = {unit.label: unit for unit in units}
    # Only voters with something in common are compared: a register has thousands of them.
    alike: dict[object, list[Voter]] = {}
    for voter in held:
        for common in {*voter.owner_keys, _names(voter)}:
            alike.setdefault(common, []).append(voter)
    pairs = {
        (one.number, other.number): (one, other)
        for group in alike.values()
        for one, other in combinations(group, 2)
    }
    found = [
        Proposal(kind, _ordered((*one.labels, *other.labels)))
        for one, other in pairs.values()
        if (kind := _kind(one, other)) is not None
    ]
    found += [
        Proposal(ProposalKind.NAMES_DIFFER, _ordered(voter.labels))
        for voter in held
        if len({frozenset(map(same_name, by_label[label].owner_names)) for label in voter.labels}) > 1
    ]
    return tuple(sorted(found, key=lambda proposal: (natural_order(proposal.labels[0]), proposal.key)))


def _ordered(labels: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(labels, key=natural_order))


def _names(voter: Voter) -> frozenset[str]:
    return frozenset(map(same_name, voter.name.split("、")))


def _kind(one: Voter, other: Voter) -> ProposalKind | None:
    if set(one.owner_keys) & set(other.owner_keys):
        return ProposalKind.CO_OWNERS
    if _names(one) != _names(other):
        return None
    keys = (*one.owner_keys, *other.owner_keys)
    if any(key.startswith(_DEVELOPER) for key in keys):
        return ProposalKind.DEVELOPER
    # Both with identity numbers, and different ones: two people of one name.
    return ProposalKind.SAME_NAME if any(key.startswith(_NAME_ONLY) for key in keys) else None


def decided(units: Iterable[RegisteredUnit], decisions: Sequence[Decision]) -> tuple[RegisteredUnit, ...]:
    """The units with the owner keys that people's decisions give them.

    Refused PROPOSAL_OUTDATED(label) where a unit is no longer there, REASON_MISSING without a reason.
    """
    held = {unit.label: unit for unit in units}
    for decision in decisions:
        if len(decision.reason.strip()) < LEAST_REASON:
            raise Refused(Refusal.REASON_MISSING, least=LEAST_REASON)
        for label in decision.proposal.labels:
            if label not in held:
                raise Refused(Refusal.PROPOSAL_OUTDATED, label=label[:50])
        if decision.accepted:
            held |= _changed(held, decision.proposal)
    return tuple(held.values())


def _changed(held: Mapping[str, RegisteredUnit], proposal: Proposal) -> dict[str, RegisteredUnit]:
    """The proposal's units with other keys: opaque as all keys are, and the same only where they are one."""
    named = [held[label] for label in proposal.labels]
    if proposal.split:
        return {
            unit.label: replace(unit, owner_keys=tuple(f"{key}|{unit.label}" for key in unit.owner_keys))
            for unit in named
        }
    joined = tuple(sorted({key for unit in named for key in unit.owner_keys}))
    # Every unit of these voters comes along, also one that an earlier decision joined to them.
    together = {frozenset(unit.owner_keys) for unit in named}
    return {
        unit.label: replace(unit, owner_keys=joined)
        for unit in held.values()
        if frozenset(unit.owner_keys) in together
    }
