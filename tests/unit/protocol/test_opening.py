"""One ballot opened: by one key or by a circle, proven, and every way to say something else of it refused."""

import pytest
from msgspec.structs import replace

from tests.ceremonies import ThresholdElection, threshold_election
from tests.elections import CHOICES, SmallElection, small_election
from tests.refusals import refused_by
from voting.errors import Refusal
from voting.protocol.ballot import VerifiedBallot, verify_ballot
from voting.protocol.encoding import decode, encode
from voting.protocol.group import BELENIOS_2048, ED25519, Group
from voting.protocol.opening import OpenedBallot, ballot_share, open_ballot, verify_opened
from voting.protocol.tally import PartialDecryption
from voting.protocol.trustees import VerifiedTrustees, trustees_json, verify_trustees


@pytest.fixture(scope="module")
def made() -> ThresholdElection:
    return threshold_election()


@pytest.fixture(scope="module")
def ballots(made: ThresholdElection) -> list[VerifiedBallot]:
    return [verify_ballot(made.context, body) for body in made.ballots]


def shares_of(made: ThresholdElection, ballot: VerifiedBallot, *owners: int) -> dict[int, PartialDecryption]:
    return {owner: ballot_share(made.context, ballot, made.secrets[owner]) for owner in owners}


def alone(made: SmallElection) -> VerifiedTrustees:
    return verify_trustees(made.context.group, trustees_json([made.key.public]))


@pytest.mark.parametrize("group", [BELENIOS_2048, ED25519], ids=lambda group: group.name)
def test_one_key_opens_every_ballot_to_what_was_chosen(group: Group) -> None:
    made = small_election(group=group)
    trustees = alone(made)
    for body, choices in zip(made.ballots, CHOICES, strict=True):
        ballot = verify_ballot(made.context, body)
        opened = open_ballot(
            made.context, trustees, ballot, {1: ballot_share(made.context, ballot, made.key.secret)}
        )
        assert [list(row) for row in opened.choices] == choices
        assert opened.tracker == ballot.tracker
        again = decode(OpenedBallot, encode(opened), "opened ballot")
        assert verify_opened(made.context, trustees, ballot, again) == opened.choices


@pytest.mark.parametrize("owners", [(1, 2, 3), (1, 3, 4), (1, 2, 4), (1, 2, 3, 4)])
def test_the_mandatory_key_and_any_two_of_the_circle_open(
    made: ThresholdElection, ballots: list[VerifiedBallot], owners: tuple[int, ...]
) -> None:
    opened = open_ballot(made.context, made.trustees, ballots[0], shares_of(made, ballots[0], *owners))
    assert [list(row) for row in opened.choices] == CHOICES[0]
    assert verify_opened(made.context, made.trustees, ballots[0], opened) == opened.choices


@pytest.mark.parametrize(("owners", "valid", "needed"), [((1, 2), 1, 2), ((2, 3, 4), 0, 1), ((), 0, 1)])
def test_too_few_open_nothing(
    made: ThresholdElection,
    ballots: list[VerifiedBallot],
    owners: tuple[int, ...],
    valid: int,
    needed: int,
) -> None:
    shares = shares_of(made, ballots[0], *owners)
    error = refused_by(lambda: open_ballot(made.context, made.trustees, ballots[0], shares))
    assert error.refusal is Refusal.DECRYPTION_TOO_FEW
    assert error.context == {"valid": valid, "needed": needed}


def test_a_share_of_another_ballot_or_another_key_is_refused(
    made: ThresholdElection, ballots: list[VerifiedBallot]
) -> None:
    for wrong in (
        shares_of(made, ballots[0], 1, 2) | shares_of(made, ballots[1], 3),
        shares_of(made, ballots[0], 1, 2) | {3: ballot_share(made.context, ballots[0], made.secrets[4])},
    ):
        error = refused_by(lambda wrong=wrong: open_ballot(made.context, made.trustees, ballots[0], wrong))
        assert error.refusal is Refusal.DECRYPTION_PROOF_INVALID
        assert error.context == {"trustee": 3, "question": 1, "choice": 1}


def test_an_owner_that_is_none_is_refused(made: ThresholdElection, ballots: list[VerifiedBallot]) -> None:
    share = ballot_share(made.context, ballots[0], 5)
    error = refused_by(lambda: open_ballot(made.context, made.trustees, ballots[0], {5: share}))
    assert error.refusal is Refusal.TRUSTEE_NOT_IN_ELECTION


def test_what_is_said_of_a_ballot_must_be_in_it(
    made: ThresholdElection, ballots: list[VerifiedBallot]
) -> None:
    opened = open_ballot(made.context, made.trustees, ballots[0], shares_of(made, ballots[0], 1, 2, 3))
    first, *rest = opened.choices
    share = opened.shares[0]
    short = replace(
        share,
        decryption=replace(share.decryption, decryption_factors=share.decryption.decryption_factors[:-1]),
    )
    for wrong, refusal in (
        (replace(opened, choices=((0, 1, 0), *rest)), Refusal.OPENED_CHOICES_MISMATCH),
        (replace(opened, choices=(first,)), Refusal.OPENED_CHOICES_MISMATCH),
        (replace(opened, choices=((1, 0), *rest)), Refusal.OPENED_CHOICES_MISMATCH),
        (replace(opened, tracker=ballots[1].tracker), Refusal.OPENED_OTHER_BALLOT),
        (replace(opened, shares=opened.shares[::-1]), Refusal.OPENED_OWNER_INVALID),
        (replace(opened, shares=(*opened.shares, opened.shares[-1])), Refusal.OPENED_OWNER_INVALID),
        (
            replace(opened, shares=(replace(share, owner=0), *opened.shares[1:])),
            Refusal.OPENED_OWNER_INVALID,
        ),
        (replace(opened, shares=opened.shares[:2]), Refusal.DECRYPTION_TOO_FEW),
        (replace(opened, shares=(short, *opened.shares[1:])), Refusal.DECRYPTION_SHAPE),
    ):
        error = refused_by(lambda wrong=wrong: verify_opened(made.context, made.trustees, ballots[0], wrong))
        assert error.refusal is refusal


def test_a_ballot_opened_under_another_name_is_refused_whatever_its_shares(
    made: ThresholdElection, ballots: list[VerifiedBallot]
) -> None:
    opened = open_ballot(made.context, made.trustees, ballots[0], shares_of(made, ballots[0], 1, 2, 3))
    moved = replace(opened, tracker=ballots[1].tracker)
    error = refused_by(lambda: verify_opened(made.context, made.trustees, ballots[1], moved))
    assert error.refusal is Refusal.DECRYPTION_PROOF_INVALID


def test_what_no_ballot_can_hold_is_refused() -> None:
    """Two keys agree on an election key, and one of them is said to be the whole of it."""
    made = small_election()
    ballot = verify_ballot(made.context, made.ballots[0])
    other = small_election()
    share = ballot_share(made.context, ballot, other.key.secret)
    error = refused_by(lambda: open_ballot(made.context, alone(other), ballot, {1: share}))
    assert error.refusal is Refusal.OPENED_NO_CHOICE
    assert error.context == {"question": 1}
