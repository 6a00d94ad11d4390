"""The secrecy meter against every set of votes tried one by one."""

from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from voting.rules import secrecy_meter
from voting.rules.secrecy_meter import LEVEL_WORDS, Fit, Level, fit, forecast

ANSWERS = 3


def totals(areas: list[int], votes: tuple[int, ...]) -> list[tuple[int, int]]:
    return [
        (votes.count(answer), sum(a for a, vote in zip(areas, votes, strict=True) if vote == answer))
        for answer in range(ANSWERS)
    ]


def tried(areas: list[int], asked: list[tuple[int, int]]) -> tuple[int, int]:
    """(sets, voters with one vote in all of them), by trying all."""
    fitting = [votes for votes in product(range(ANSWERS), repeat=len(areas)) if totals(areas, votes) == asked]
    return len(fitting), sum(len(set(column)) == 1 for column in zip(*fitting, strict=True))


CASES = st.lists(st.integers(1, 6), min_size=1, max_size=6).flatmap(
    lambda areas: st.tuples(st.just(areas), st.tuples(*[st.integers(0, ANSWERS - 1)] * len(areas)))
)


@given(CASES)
def test_exact_means_every_set_and_no_other(case: tuple[list[int], tuple[int, ...]]) -> None:
    areas, votes = case
    asked = totals(areas, votes)
    assert fit(areas, asked) == Fit(len(areas), *_exact(tried(areas, asked)))


def _exact(found: tuple[int, int]) -> tuple[int, bool, int]:
    return found[0], True, found[1]


@given(CASES, st.randoms())
def test_the_order_of_voters_does_not_matter(case: tuple[list[int], tuple[int, ...]], rng: object) -> None:
    areas, votes = case
    shuffled = areas[:]
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fit(shuffled, totals(areas, votes)) == fit(areas, totals(areas, votes))


def test_one_voter_and_one_voice_are_known() -> None:
    assert fit([8862], [(1, 8862), (0, 0)]).level is Level.KNOWN
    unanimous = fit([100, 100, 100], [(3, 300), (0, 0), (0, 0)])
    assert (unanimous.sets, unanimous.certain, unanimous.level) == (1, 3, Level.KNOWN)
    # One against, with an area that no other has.
    assert fit([100, 100, 150], [(2, 200), (1, 150), (0, 0)]).certain == 3


def test_equal_areas_hide_each_other() -> None:
    alike = fit([8862] * 150, [(100, 886_200), (40, 354_480), (10, 88_620)])
    assert alike.exact
    assert alike.certain == 0
    assert alike.level is Level.WIDE
    few = fit([100] * 6, [(3, 300), (3, 300)])
    assert (few.sets, few.level) == (20, Level.NARROW)


def test_totals_that_nobody_can_have_cast_fit_no_set() -> None:
    assert fit([100, 200], [(1, 150), (1, 150)]).sets == 0
    assert fit([100, 200], [(1, 100), (0, 0)]).sets == 0


def test_a_large_electorate_is_estimated_and_says_so() -> None:
    areas = [5000 + 97 * n + n * n for n in range(121)]
    chosen = areas[::2]
    against = areas[1::2]
    measured = fit(areas, [(len(chosen), sum(chosen)), (len(against), sum(against))])
    assert not measured.exact
    assert measured.certain == 0
    assert measured.level is Level.WIDE


def test_a_voter_larger_than_all_other_answers_is_known_in_any_crowd() -> None:
    areas = [5000 + 97 * n + n * n for n in range(120)] + [2_000_000]
    against = areas[1:60:2]
    measured = fit(areas, [(len(against), sum(against)), (91, sum(areas) - sum(against))])
    assert (measured.certain, measured.level) == (1, Level.KNOWN)


@hypothesis_settings(max_examples=30)
@given(st.lists(st.integers(1, 40), min_size=8, max_size=11), st.integers(2, 6))
def test_the_estimate_is_the_average_over_the_totals(areas: list[int], heads: int) -> None:
    ways: dict[int, int] = {}
    for picked in combinations(areas, heads):
        ways[sum(picked)] = ways.get(sum(picked), 0) + 1
    average = secrecy_meter._average(sorted(areas), [(heads, 0), (len(areas) - heads, 0)])
    # It spreads over all totals that could be: never more than what falls on one that is.
    assert average <= sum(ways.values()) / len(ways)
    assert average <= max(ways.values())


def test_where_it_becomes_an_estimate(monkeypatch: pytest.MonkeyPatch) -> None:
    areas, asked = [1, 2, 4, 8, 16, 32], [(3, 7), (3, 56)]
    assert fit(areas, asked).exact
    monkeypatch.setattr(secrecy_meter, "STATES", 3)
    assert not fit(areas, asked).exact


def test_before_the_vote_the_areas_alone_tell() -> None:
    told = forecast([8862, 8862, 9000, 14210])
    assert (told.voters, told.alone) == (4, 2)
    # 8862+9000 and 8862+14210 each come twice, 8862+8862 and 9000+14210 once.
    assert told.pairs == 2
    assert told.level is Level.KNOWN
    assert forecast([8862] * 30).level is Level.WIDE
    assert forecast([8862] * 19).level is Level.NARROW


def test_whole_metres_help() -> None:
    told = forecast([8850, 8851, 8900, 8949] * 5)
    assert told.alone == 0
    uneven = forecast([8850, 8860, 8870, 8880, 8890, 8900])
    assert (uneven.alone, uneven.alone_in_metres) == (6, 0)
    assert forecast([8850, 8860]).pairs_in_metres == 1
    assert forecast(range(2001)).pairs is None


def test_every_level_has_its_words() -> None:
    assert set(LEVEL_WORDS) == set(Level)
