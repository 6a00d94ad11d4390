"""Work on several processes: in order, few items ahead, and a process that is killed loses nothing."""

import os
import signal
from collections.abc import Iterator
from itertools import islice

import pytest

from voting.errors import Refusal, Refused
from voting.services.cores import AHEAD, cores, spread_over


def square(number: int) -> int:
    return number * number


def refuse_seven(number: int) -> int:
    if number == 7:
        raise Refused(Refusal.BALLOT_SECOND, height=number)
    return number


@pytest.mark.parametrize("processes", [0, 1, 2])
def test_answers_come_in_order(processes: int) -> None:
    assert list(spread_over(processes)(square, range(40))) == [n * n for n in range(40)]
    assert list(spread_over(processes)(square, [])) == []
    assert list(spread_over(processes)(square, [3])) == [9]
    assert cores() >= 1


def test_few_items_are_taken_ahead() -> None:
    taken = 0

    def items() -> Iterator[int]:
        nonlocal taken
        for number in range(100):
            taken = number + 1
            yield number

    for done, _ in enumerate(spread_over(2)(square, items())):
        assert taken <= done + 2 * AHEAD


def test_the_first_refusal_in_order_is_raised() -> None:
    answers = spread_over(2)(refuse_seven, range(100))
    assert list(islice(answers, 7)) == list(range(7))
    with pytest.raises(Refused) as caught:
        next(answers)
    assert caught.value.context == {"height": 7}


class DieOnce:
    """Kills the process that works on 5, but for the one that asks."""

    def __init__(self, asks: int) -> None:
        self.asks = asks

    def __call__(self, number: int) -> int:
        if number == 5 and os.getpid() != self.asks:
            os.kill(os.getpid(), signal.SIGKILL)
        return number


def test_a_killed_process_loses_nothing() -> None:
    assert list(spread_over(2)(DieOnce(os.getpid()), range(30))) == list(range(30))
