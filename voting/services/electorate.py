"""Who votes in an election before letters are made: the owners, or the residents, of its scope.

Two registers that are never mixed: a residents' meeting has no voter without a register of residents, however
many owners there are (domain.md §1).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from voting.rules.agenda import Agenda
from voting.rules.residents import resident_voters
from voting.rules.roll import Voter, voters
from voting.rules.terms import Terms
from voting.services.assembly_roll import election_units
from voting.store import residents as resident_rows
from voting.store.elections import ElectionRow
from voting.store.engine import Transaction
from voting.store.registers import Factor, UnitRow
from voting.store.residents import ResidentRow


@dataclass(frozen=True)
class Electorate:
    """The register that the voters come from, None where there is none, and their second factors."""

    register_id: int | None
    voters: tuple[Voter, ...]
    _factors: dict[frozenset[str], tuple[Factor, ...]] = field(default_factory=dict)

    def factors(self, voter: Voter) -> tuple[Factor, ...]:
        """What lets this voter in."""
        return self._factors.get(frozenset(voter.owner_keys), ())


def electorate(tx: Transaction, row: ElectionRow, agenda: Agenda) -> Electorate:
    """The voters of an election as its register stands now."""
    body = (agenda.terms or Terms()).body
    if body == "owners":
        register_id, units = election_units(tx, row)
        return Electorate(register_id, voters(units, agenda.scope), _of_units(units))
    register = resident_rows.newest(tx, row.estate_id)
    if register is None:
        return Electorate(None, ())
    people = resident_rows.register_residents(tx, register.id)
    everybody = resident_voters(people, agenda.scope, by_household=body == "households")
    return Electorate(register.id, everybody, _of_residents(people))


def _of_units(units: Iterable[UnitRow]) -> dict[frozenset[str], tuple[Factor, ...]]:
    """Every factor of every unit that the same owners hold, also of units outside the scope."""
    collected: dict[frozenset[str], tuple[Factor, ...]] = {}
    for unit in units:
        owners = frozenset(unit.owner_keys)
        collected[owners] = (*collected.get(owners, ()), *unit.factors)
    return collected


def _of_residents(people: Iterable[ResidentRow]) -> dict[frozenset[str], tuple[Factor, ...]]:
    return {frozenset((each.key,)): each.factors for each in people}
