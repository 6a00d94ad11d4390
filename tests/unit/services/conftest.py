"""Letters are recorded instead of drawn: drawing is tested with the documents and costs a second."""

import json
from collections.abc import Callable, Sequence

import pytest

from tests.assembly import Assembly
from voting.documents.letters import ElectionNotice, Letter
from voting.services import credentials
from voting.services.site import Site


def _letters(
    _notice: ElectionNotice, letters: Sequence[Letter], progress: Callable[[int, int], None] | None = None
) -> bytes:
    for done in range(len(letters)):
        if progress:
            progress(done + 1, len(letters))
    return json.dumps([[one.voter, one.link, one.code, one.units, one.area_m2] for one in letters]).encode()


@pytest.fixture
def assembly(site: Site, clock: Callable, monkeypatch: pytest.MonkeyPatch) -> Assembly:
    """The small assembly before its draft."""
    monkeypatch.setattr(credentials, "letters_pdf", _letters)
    monkeypatch.setattr(credentials, "poster_pdf", lambda _notice, board_url: board_url.encode())
    return Assembly(site, clock())
