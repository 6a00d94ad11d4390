"""Letters that are recorded instead of drawn: drawing is tested with the documents; 156 take two seconds."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest

from voting.documents.letters import ElectionNotice, Letter
from voting.services import assembly_letters, credentials


def _letters(
    _notice: ElectionNotice, letters: Sequence[Letter], progress: Callable[[int, int], None] | None = None
) -> bytes:
    for done in range(len(letters)):
        if progress:
            progress(done + 1, len(letters))
    return json.dumps([_said(one) for one in letters]).encode()


def _said(one: Letter) -> list[object]:
    """What identifies a letter, and where it serves an assembly each vote as (title, questions, area)."""
    said: list[object] = [one.voter, one.link, one.code, one.units, one.area_m2]
    served = [[ballot.title, ballot.questions, ballot.area_m2] for ballot in one.ballots]
    return [*said, served] if served else said


@contextmanager
def recorded() -> Iterator[None]:
    """While this holds, the services make JSON of what would stand on the letters."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (credentials, assembly_letters):
            patch.setattr(module, "letters_pdf", _letters)
            patch.setattr(module, "poster_pdf", lambda _notice, board_url: board_url.encode())
        yield
