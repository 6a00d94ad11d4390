"""The roll as it is published, and its corrections: each is one version more, with its reason.

What is published is masked: 王*, building and unit, area, and how many voters there are. A correction says
what the unit was and what it is from then on, so that the roll of any version can be made again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from voting.errors import Refusal, Refused
from voting.rules.presets import LEAST_REASON
from voting.rules.roll import RegisteredUnit, Scope, Voter, voters

_JOIN = "、"
# What a body's name ends with: a body is no private person, and its name is no secret.
_BODIES = (
    *("公司", "集团", "厂", "中心", "委员会", "合作社", "事务所"),
    *("银行", "学校", "局", "院", "社", "店", "部"),
)


@dataclass(frozen=True)
class PublicEntry:
    """One voter on the published roll; `area_dm2` in 0.01 m²."""

    number: int
    name: str
    building: str
    labels: tuple[str, ...]
    area_dm2: int


@dataclass(frozen=True)
class PublicRoll:
    """The published roll with its totals; `version` counts corrections, from 0."""

    version: int
    entries: tuple[PublicEntry, ...]
    area_dm2: int

    @property
    def owners(self) -> int:
        return len(self.entries)


@dataclass(frozen=True)
class Correction:
    """A unit before and after, None where it was not there, or is no longer; `objection` by its number.

    Who decided it, and when, stands in the audit log beside it.
    """

    before: RegisteredUnit | None
    after: RegisteredUnit | None
    reason: str
    objection: int | None = None


def masked_name(name: str) -> str:
    """王*, and 王*、李* for co-owners: as many stars as everybody has; a body's name as it is."""
    return _JOIN.join(
        each if each.endswith(_BODIES) and len(each) > 4 else each[:1] + "*"
        for each in name.split(_JOIN)
        if each
    )


def public_roll(roll: Sequence[Voter], version: int = 0) -> PublicRoll:
    """What hangs in the stairwell."""
    entries = tuple(
        PublicEntry(voter.number, masked_name(voter.name), voter.building, voter.labels, voter.area_dm2)
        for voter in roll
    )
    return PublicRoll(version, entries, sum(voter.area_dm2 for voter in roll))


def corrected(
    units: Iterable[RegisteredUnit], corrections: Sequence[Correction]
) -> tuple[RegisteredUnit, ...]:
    """The units after all corrections, in their order; a new one comes last.

    Refused CORRECTION_OUTDATED(label) where the unit is not what the correction says it was, CORRECTION_EMPTY
    for one that changes nothing or whose area is not positive, REASON_MISSING.
    """
    held = {unit.label: unit for unit in units}
    for correction in corrections:
        before, after = correction.before, correction.after
        if len(correction.reason.strip()) < LEAST_REASON:
            raise Refused(Refusal.REASON_MISSING, least=LEAST_REASON)
        if before == after or (after is not None and (after.area_dm2 <= 0 or not after.owner_keys)):
            raise Refused(Refusal.CORRECTION_EMPTY)
        label = before.label if before else after.label if after else ""
        moved = after is not None and after.label != label and after.label in held
        if held.get(label) != before or moved:
            raise Refused(Refusal.CORRECTION_OUTDATED, label=label[:50])
        if after is None:
            del held[label]
        elif after.label == label:
            held[label] = after
        else:
            # In its old place, under its new label.
            held = {key if key != label else after.label: unit for key, unit in held.items()}
            held[after.label] = after
    return tuple(held.values())


def roll_version(
    units: Iterable[RegisteredUnit], corrections: Sequence[Correction], scope: Scope
) -> PublicRoll:
    """The published roll after these corrections."""
    return public_roll(voters(corrected(units, corrections), scope), len(corrections))
