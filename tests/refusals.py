"""What an act is refused as."""

from collections.abc import Callable

import pytest

from voting.errors import Refusal, Refused


def refused_by(act: Callable[[], object]) -> Refused:
    """The refusal with its place; the test fails when there is none."""
    with pytest.raises(Refused) as refused:
        act()
    return refused.value


def refusal_of(act: Callable[[], object]) -> Refusal:
    """Its name."""
    return refused_by(act).refusal
