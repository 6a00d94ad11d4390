"""Group, credentials, ballots, tally: what the vectors do not show."""

import dataclasses
import pickle

import pytest

from voting.errors import Refusal, Refused
from voting.protocol import credentials, tally, trustees
from voting.protocol.ballot import VerifiedBallot, encrypt_ballot, verify_ballot
from voting.protocol.election import Election, ElectionContext, Question, decode_election, is_uuid, new_uuid
from voting.protocol.encoding import LARGEST_PLAIN_INTEGER, encode, integer_of, plain_integer
from voting.protocol.group import BELENIOS_2048, FixedBase, group_named

GROUP = BELENIOS_2048


def election(*questions: Question) -> ElectionContext:
    return decode_election(
        encode(
            Election(
                description="",
                name="测试",
                group=GROUP.name,
                public_key=str(GROUP.generator.power(77)),
                questions=questions or (Question(answers=("a", "b"), min=1, max=1, question="?"),),
                uuid=new_uuid(),
            )
        )
    )


def test_group_parameters_are_those_of_the_specification() -> None:
    assert GROUP.p.bit_length() == 2048
    assert GROUP.q.bit_length() == 256
    assert (GROUP.p - 1) % GROUP.q == 0
    assert GROUP.power(GROUP.g, GROUP.q) == 1
    assert str(GROUP.g).startswith(
        "2402352677501852209227687703532399932712287657378364916510075318787663274146"
    )


def test_unknown_group_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        group_named("RFC-3526-2048")
    assert caught.value.refusal is Refusal.GROUP_UNKNOWN


@pytest.mark.parametrize("exponent", [0, 1, 2, 255, 256, 257, int(GROUP.q) - 1, int(GROUP.q), -1])
def test_fixed_base_power_is_the_power(exponent: int) -> None:
    base = GROUP.power(GROUP.g, 987654321)
    expected = pow(int(base), exponent % int(GROUP.q), int(GROUP.p))
    assert FixedBase(GROUP, base).power(exponent) == expected
    assert GROUP.secret_power(base, exponent % GROUP.q) == expected


def test_credential_derivation_has_the_published_vector() -> None:
    # Known answer for the order of the group Ed25519; the derivation itself does not depend on the group.
    order = 2**252 + 27742317777372353535851937790883648493
    group = dataclasses.replace(GROUP, q=order)
    assert (
        credentials.secret_exponent(group, "bSYdYd7xzTmLAi", "j1Yxj-mi3Ada-ZPEqW-MhMyMc")
        == 2072121922055511696473964250488045963214810299233334896953709958515945148781
    )


def test_credentials_have_the_form_and_differ() -> None:
    made = {credentials.generate() for _ in range(50)}
    assert len(made) == 50
    for credential in made:
        assert [len(group) for group in credential.split("-")] == [5, 6, 5, 6]
        assert credentials.parse_typed(credentials.printed(credential)) == credential


@pytest.mark.parametrize(
    ("text", "good"),
    [("1" * 14, True), ("1" * 13, False), ("0" * 14, False), ("z" * 64, True), ("z" * 65, False)],
)
def test_uuid(text: str, good: bool) -> None:
    assert is_uuid(text) is good


def test_plain_integers_at_the_boundary() -> None:
    assert plain_integer(LARGEST_PLAIN_INTEGER) == 1_073_741_823
    assert plain_integer(LARGEST_PLAIN_INTEGER + 1) == "1073741824"
    assert integer_of("1073741824", "") == 1_073_741_824
    for bad in ("1073741823", "01073741824", "", "-1073741824", -1, 1_073_741_824):
        with pytest.raises(Refused) as caught:
            integer_of(bad, "")
        assert caught.value.refusal is Refusal.JSON_NOT_CANONICAL


@pytest.mark.parametrize(
    "question",
    [
        Question(answers=(), min=0, max=0, question="?"),
        Question(answers=("a",), min=0, max=2, question="?"),
        Question(answers=("a",), min=1, max=0, question="?"),
        Question(answers=("a",), min=-1, max=1, question="?"),
    ],
)
def test_impossible_question_is_refused(question: Question) -> None:
    with pytest.raises(Refused) as caught:
        election(question)
    assert caught.value.refusal is Refusal.ELECTION_MALFORMED


@pytest.mark.parametrize(
    ("choices", "good"),
    [
        ([1, 1, 0], True),
        ([0, 0, 0], False),
        ([1, 1, 1], False),
        ([2, 0, 0], False),
        ([1, 0], False),
        ([1, 0, 0], True),
    ],
)
def test_choices_obey_the_question(choices: list[int], good: bool) -> None:
    context = election(Question(answers=("a", "b", "c"), min=1, max=2, question="?"))
    credential = credentials.generate()
    if good:
        verify_ballot(context, encrypt_ballot(context, credential, [choices]))
    else:
        with pytest.raises(Refused) as caught:
            encrypt_ballot(context, credential, [choices])
        assert caught.value.refusal is Refusal.CHOICES_INVALID
        assert caught.value.context == {"question": 1}


def test_only_verification_makes_a_verified_ballot() -> None:
    with pytest.raises(TypeError):
        VerifiedBallot(object(), b"", "", ())


def test_a_verified_ballot_travels_between_processes() -> None:
    context = election()
    ballot = verify_ballot(context, encrypt_ballot(context, credentials.generate(), [[1, 0]]))
    again = pickle.loads(pickle.dumps(ballot))
    assert (again.body, again.tracker, again.answers) == (ballot.body, ballot.tracker, ballot.answers)


def test_two_trustees_must_both_decrypt() -> None:
    keys = [trustees.generate_trustee_key(GROUP) for _ in range(2)]
    both = trustees.verify_trustees(GROUP, trustees.trustees_json([key.public for key in keys]))
    publics, y = both.keys, both.election_key
    context = election()
    context = decode_election(context.body.replace(context.election.public_key.encode(), str(y).encode()))
    ballots = [
        verify_ballot(context, encrypt_ballot(context, credentials.generate(), [choice]))
        for choice in ([1, 0], [0, 1], [1, 0])
    ]
    weights = {ballot.credential: 100 + index for index, ballot in enumerate(ballots)}
    sums, number, total = tally.encrypted_tally(context, ballots, weights)
    assert (number, total) == (3, 303)
    shares = [
        tally.verify_partial_decryption(
            context, sums, public, tally.partial_decryption(context, sums, key.secret), owner
        )
        for owner, (key, public) in enumerate(zip(keys, publics, strict=True), 1)
    ]
    assert tally.decrypt_result(context, sums, tally.combine(GROUP, shares), total) == ((202, 101),)
    with pytest.raises(Refused) as caught:
        tally.decrypt_result(context, sums, shares[0], total)
    assert caught.value.refusal is Refusal.RESULT_NOT_FOUND


def test_a_share_of_the_wrong_key_is_refused() -> None:
    right, wrong = (trustees.generate_trustee_key(GROUP) for _ in range(2))
    context = election()
    ballot = verify_ballot(context, encrypt_ballot(context, credentials.generate(), [[1, 0]]))
    sums, _, _ = tally.encrypted_tally(context, [ballot], {ballot.credential: 1})
    share = tally.partial_decryption(context, sums, wrong.secret)
    public = GROUP.element(right.public.public_key, "")
    with pytest.raises(Refused) as caught:
        tally.verify_partial_decryption(context, sums, public, share, 1)
    assert caught.value.refusal is Refusal.DECRYPTION_PROOF_INVALID


def test_a_trustee_without_proof_of_the_key_is_refused() -> None:
    key, other = (trustees.generate_trustee_key(GROUP).public for _ in range(2))
    forged = trustees.TrusteePublicKey(other.pok, key.public_key)
    with pytest.raises(Refused) as caught:
        trustees.verify_trustees(GROUP, trustees.trustees_json([other, forged]))
    assert caught.value.refusal is Refusal.TRUSTEE_KEY_PROOF_INVALID
    assert caught.value.context == {"trustee": 2}


@pytest.mark.parametrize("bound", [0, 1, 2, 3, 4, 99, 100, 1_326_050])
def test_discrete_logarithms_on_both_sides_of_the_bound(bound: int) -> None:
    logarithms = tally.DiscreteLogarithms(GROUP, bound)
    for exponent in {0, bound // 2, bound}:
        assert logarithms.of(GROUP.generator.power(exponent)) == exponent
    for exponent in (bound + 1, -1):
        with pytest.raises(Refused) as caught:
            logarithms.of(GROUP.generator.power(exponent))
        assert caught.value.refusal is Refusal.RESULT_NOT_FOUND


def test_only_the_last_ballot_of_a_credential_counts() -> None:
    context = election()
    credential = credentials.generate()
    first, second = (
        verify_ballot(context, encrypt_ballot(context, credential, [choice])) for choice in ([1, 0], [0, 1])
    )
    other = verify_ballot(context, encrypt_ballot(context, credentials.generate(), [[1, 0]]))
    assert tally.last_ballots([first, other, second]) == (other, second)
