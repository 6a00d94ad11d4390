"""What holds for every register of residents, in whatever order and at whatever addresses."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from voting.rules import ages
from voting.rules.agenda import Agenda
from voting.rules.outcome import Measured, decide, rules_document
from voting.rules.questions import Motion
from voting.rules.residents import RegisteredResident, resident_voters
from voting.rules.roll import Scope
from voting.rules.terms import Terms

HOMES = st.tuples(st.integers(1, 3), st.integers(1, 2), st.integers(1, 4))
REGISTERS = st.lists(HOMES, min_size=1, max_size=12).map(
    lambda homes: [
        RegisteredResident(
            f"{home[0]}-{home[1]}-{home[2]}01",
            str(home[0]),
            str(home[1]),
            "",
            f"居民{n}",
            f"key {n}",
            home not in homes[:n],
        )
        for n, home in enumerate(homes)
    ]
)
PACT = Motion("q1", "是否通过居民公约？", "residents")


@given(REGISTERS, st.booleans(), st.randoms())
def test_the_roll_does_not_depend_on_the_order_of_the_register(
    register: list[RegisteredResident], by_household: bool, rng: Any
) -> None:
    shuffled = list(register)
    rng.shuffle(shuffled)
    everybody = resident_voters(register, Scope(), by_household=by_household)
    assert resident_voters(shuffled, Scope(), by_household=by_household) == everybody
    assert len(everybody) == (len({each.home for each in register}) if by_household else len(register))


@given(REGISTERS, st.booleans(), st.integers(0, 12), st.integers(0, 12))
def test_an_outcome_does_not_depend_on_addresses(
    register: list[RegisteredResident], by_household: bool, voted: int, approved: int
) -> None:
    elsewhere = [replace(each, label=f"9-{each.label}", building="9") for each in register]
    outcomes = []
    for homes in (register, elsewhere):
        roll = resident_voters(homes, Scope(), by_household=by_household)
        terms = Terms(body="households" if by_household else "residents")
        times = {"opens_at": datetime(2026, 5, 1, tzinfo=UTC), "closes_at": datetime(2026, 5, 15, tzinfo=UTC)}
        agenda = Agenda("会议", "小区", Scope(), (PACT,), terms=terms)
        rules = rules_document(agenda, roll, receipt_key="0" * 64, **times)
        cast = min(voted, len(roll))
        yes = min(approved, cast)
        outcome = decide(rules, Measured(cast, len(roll), ((yes, cast - yes, 0),)))
        passed = 2 * cast > len(roll) and 2 * yes > cast
        assert outcome["questions"]["q1"]["passed"] is passed
        outcomes.append(outcome)
    assert outcomes[0] == outcomes[1]


@given(st.dates(date(1900, 1, 1), date(2026, 12, 31)), st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_nobody_becomes_a_minor_again(born: date, on: date) -> None:
    exact = ages.of_age((born, born), on)
    if exact:
        assert ages.of_age((born, born), on + timedelta(days=1))
    # A year alone never says more than the day does.
    of_year = ages.of_age((date(born.year, 1, 1), date(born.year, 12, 31)), on)
    assert of_year in (None, exact)
