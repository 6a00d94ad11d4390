"""A ballot that is opened instead of cast can never be cast, whoever sends it and whenever."""

from collections.abc import Callable

import pytest

from tests.assembly import Assembly
from tests.unit.services.test_cast_ballot import at_once, board_is_sound, refusal_of
from voting.errors import Refusal
from voting.protocol.encoding import fingerprint
from voting.services import booth
from voting.services.challenged import KEPT, challenge_ballot, challenged_ballot
from voting.services.conduct import close_election
from voting.services.credentials import lock_voter
from voting.services.views import Receipt

pytestmark = pytest.mark.either_database


def challenge(assembly: Assembly, body: bytes, voter: int = 1) -> str:
    return challenge_ballot(assembly.site, assembly.uuid, voter, body, assembly.voting)


def cast(assembly: Assembly, body: bytes, voter: int = 1) -> Receipt:
    return booth.cast_ballot(assembly.site, assembly.uuid, voter, body, assembly.voting)


@pytest.mark.both_databases
def test_an_opened_ballot_is_spent_and_the_next_one_counts(assembly: Assembly) -> None:
    assembly.open()
    body = assembly.ballot(1)
    assert challenge(assembly, body) == fingerprint(body)
    assert challenge(assembly, body) == fingerprint(body)  # the answer was lost on the way
    assert challenged_ballot(assembly.site, assembly.uuid, fingerprint(body)) == body
    assert refusal_of(lambda: cast(assembly, body)) is Refusal.BALLOT_CHALLENGED
    assert booth.receipts(assembly.site, assembly.uuid) == []
    fresh = assembly.ballot(1)
    assert cast(assembly, fresh).tracker == fingerprint(fresh)
    assert board_is_sound(assembly) == 1


def test_a_ballot_on_the_board_is_not_opened(assembly: Assembly) -> None:
    """It would show how somebody voted."""
    assembly.open()
    body, other = assembly.ballot(1), assembly.ballot(1)
    cast(assembly, body)
    for each in (body, other):
        assert refusal_of(lambda each=each: challenge(assembly, each)) is Refusal.ALREADY_VOTED
        unknown = refusal_of(lambda e=each: challenged_ballot(assembly.site, assembly.uuid, fingerprint(e)))
        assert unknown is Refusal.CHALLENGED_UNKNOWN


def test_as_often_as_wished_and_only_the_newest_bodies_are_kept(assembly: Assembly) -> None:
    assembly.open()
    bodies = [assembly.ballot(1) for _ in range(KEPT + 2)]
    for body in bodies:
        challenge(assembly, body)
    for body in bodies[:2]:
        gone = refusal_of(lambda b=body: challenged_ballot(assembly.site, assembly.uuid, fingerprint(b)))
        assert gone is Refusal.CHALLENGED_UNKNOWN
    for body in bodies[2:]:
        assert challenged_ballot(assembly.site, assembly.uuid, fingerprint(body)) == body
    for body in bodies:  # spent for good, kept or not
        assert refusal_of(lambda b=body: cast(assembly, b)) is Refusal.BALLOT_CHALLENGED


@pytest.mark.both_databases
def test_opened_and_cast_at_the_same_instant_is_one_of_both(assembly: Assembly) -> None:
    assembly.open()
    body = assembly.ballot(1)
    opened, taken = at_once([lambda: challenge(assembly, body), lambda: cast(assembly, body)])
    if isinstance(taken, Receipt):
        assert opened is Refusal.ALREADY_VOTED
    else:
        assert (opened, taken) == (fingerprint(body), Refusal.BALLOT_CHALLENGED)


def test_only_what_could_have_been_cast_is_opened(assembly: Assembly) -> None:
    assembly.open()
    body = assembly.ballot(1)
    acts: dict[Refusal, Callable[[], object]] = {
        Refusal.CREDENTIAL_NOT_YOURS: lambda: challenge(assembly, body, voter=2),
        Refusal.VOTER_UNKNOWN: lambda: challenge(assembly, body, voter=99),
        Refusal.JSON_NOT_CANONICAL: lambda: challenge(assembly, body + b" "),
        Refusal.BALLOT_SIGNATURE_INVALID: lambda: challenge(
            assembly, body.replace(b'"signature":{"hash":"', b'"signature":{"hash":"x')
        ),
        Refusal.BOOTH_NOT_ENTERED: lambda: challenge_ballot(
            assembly.site, assembly.uuid, 1, body, assembly.voting, "another mark"
        ),
        Refusal.ELECTION_CLOSED: lambda: challenge_ballot(
            assembly.site, assembly.uuid, 1, body, assembly.closes_at
        ),
    }
    for refusal, act in acts.items():
        assert refusal_of(act) is refusal
    lock_voter(assembly.site, assembly.uuid, 1, "信被人拿走了", assembly.actor, assembly.voting)
    assert refusal_of(lambda: challenge(assembly, body)) is Refusal.CREDENTIAL_LOCKED


@pytest.mark.parametrize("tracker", ["", "x", "A" * 43, "\x00", "é" * 43])
def test_no_body_for_an_unknown_tracker(assembly: Assembly, tracker: str) -> None:
    assembly.open()
    unknown = refusal_of(lambda: challenged_ballot(assembly.site, assembly.uuid, tracker))
    assert unknown is Refusal.CHALLENGED_UNKNOWN


def test_the_record_of_an_election_with_opened_ballots_is_whole(assembly: Assembly) -> None:
    assembly.open()
    challenge(assembly, assembly.ballot(2), voter=2)
    assembly.cast(1)
    close_election(assembly.site, assembly.uuid, assembly.actor, assembly.closes_at)
    assembly.count()
    assert board_is_sound(assembly) == 1
