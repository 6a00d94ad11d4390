"""What the services' tests share."""

from collections.abc import Callable

import pytest

from tests.assembly import Assembly
from voting.services.site import Site


@pytest.fixture
def assembly(site: Site, clock: Callable, recorded_letters: None) -> Assembly:
    """The small assembly before its draft."""
    return Assembly(site, clock())
