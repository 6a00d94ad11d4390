"""What elections still lack before their assembly's clock can open them."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from voting.errors import Refusal, Refused
from voting.rules.assembly import Act, Step
from voting.services.assembly_state import Held, items
from voting.services.circles import circle_view
from voting.services.views import Round
from voting.store.elections import ElectionRow
from voting.store.engine import Transaction


def opening_step(tx: Transaction, assembly: Held, elections: Sequence[ElectionRow], now: datetime) -> Step:
    """The step that would open these elections now, with what they hold now."""
    return Step(Act.OPEN, now, tuple(item.key for item in items(tx, assembly.row, elections)))


def opening_obstacles(tx: Transaction, elections: Sequence[ElectionRow]) -> Iterator[Refused]:
    """LETTERS_MISSING(title) and CIRCLE_NOT_READY(names) for each election that is not ready."""
    for election in elections:
        if election.issued_at is None:
            yield Refused(Refusal.LETTERS_MISSING, title=election.title)
        circle = circle_view(tx, election.uuid)
        if circle is not None and circle.round is not Round.READY:
            yield Refused(Refusal.CIRCLE_NOT_READY, names="、".join(circle.waited_for))
