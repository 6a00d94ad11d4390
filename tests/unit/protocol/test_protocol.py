"""Group, credentials, ballots, tally: what the vectors do not show."""

import json
import pickle

import pytest

from tests import edwards
from voting.errors import Refusal, Refused
from voting.protocol import credentials, tally, trustees
from voting.protocol.ballot import VerifiedBallot, encrypt_ballot, verify_ballot
from voting.protocol.election import Election, ElectionContext, Question, decode_election, is_uuid, new_uuid
from voting.protocol.encoding import LARGEST_PLAIN_INTEGER, encode, fingerprint, integer_of, plain_integer
from voting.protocol.group import (
    BELENIOS_2048,
    ED25519,
    GROUPS,
    Element,
    FixedBase,
    Group,
    group_named,
)
from voting.protocol.proofs import sign_ballot

BOTH = pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS)


def election(*questions: Question, group: Group = BELENIOS_2048) -> ElectionContext:
    return decode_election(
        encode(
            Election(
                description="",
                name="测试",
                group=group.name,
                public_key=group.serialise(group.generator.power(77)),
                questions=questions or (Question(answers=("a", "b"), min=1, max=1, question="?"),),
                uuid=new_uuid(),
            )
        )
    )


def test_group_parameters_are_those_of_the_specification() -> None:
    group = BELENIOS_2048
    assert group.p.bit_length() == 2048
    assert group.q.bit_length() == 256
    assert (group.p - 1) % group.q == 0
    assert group.power(group.g, group.q) == 1
    assert str(group.g).startswith(
        "2402352677501852209227687703532399932712287657378364916510075318787663274146"
    )


@pytest.mark.parametrize("name", ["RFC-3526-2048", "ED25519", "", "Ed25519 "])
def test_unknown_group_is_refused(name: str) -> None:
    with pytest.raises(Refused) as caught:
        group_named(name)
    assert caught.value.refusal is Refusal.GROUP_UNKNOWN


@BOTH
def test_powers_of_any_base_are_repeated_products(group: Group) -> None:
    base = group.generator.power(987654321)
    table = group.table(base)
    expected = group.identity
    for exponent in range(300):  # past the first window
        assert table.power(exponent) == group.power(base, exponent) == expected
        assert group.secret_power(base, exponent) == expected
        expected = group.multiply(expected, base)


@BOTH
def test_a_table_is_made_once_it_would_have_paid(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    base, made = group.generator.power(987654321), list[Element]()
    table = type(group).table

    def noted(self: Group, base: Element) -> FixedBase:
        made.append(base)
        return table(self, base)

    monkeypatch.setattr(type(group), "table", noted)
    growing = group.fixed_base(base)
    for exponent in range(group.worth_a_table):
        assert growing.power(exponent - 5) == group.power(base, (exponent - 5) % group.q)
    assert made == []
    for exponent in (-1, 2**255):
        assert growing.power(exponent) == group.power(base, exponent % group.q)
    assert made == [base]


@BOTH
def test_exponents_are_taken_modulo_the_order(group: Group) -> None:
    base = group.generator.power(987654321)
    table, q = group.table(base), int(group.q)
    assert group.power(group.power(base, q - 1), 1) == group.divide(group.identity, base)
    for exponent in (-1, 0, 1, 2**255 % q, q - 1, q, q + 1, 3 * q - 1):
        assert table.power(exponent) == table.power(exponent % q) == group.secret_power(base, exponent % q)
        assert group.generator.power(exponent) == group.power(group.g, exponent % q)


@BOTH
def test_arithmetic_is_total(group: Group) -> None:
    one, g = group.identity, group.g
    assert group.multiply(one, one) == group.divide(one, one) == group.divide(g, g) == one
    assert group.multiply(g, one) == group.multiply(one, g) == group.divide(g, one) == g
    assert group.multiply(g, group.divide(one, g)) == one
    for exponent in (0, 1, int(group.q) - 1):
        assert group.power(one, exponent) == group.secret_power(one, exponent) == one
        assert group.table(one).power(exponent) == group.fixed_base(one).power(exponent) == one
    assert group.power(g, 0) == group.power(g, int(group.q)) == group.generator.power(0) == one


@pytest.mark.parametrize("exponent", [0, 1, 2, 8, 987654321, ED25519.q - 1, ED25519.q])
def test_no_power_of_what_is_not_in_the_group(exponent: int) -> None:
    assert edwards.BASE is not None
    off = next(y for y in range(2, 100) if edwards.point_of(y, odd=False) is None)
    texts = [f"{off:064x}"]
    for point in edwards.small_order()[1:]:
        texts += [edwards.written(point), edwards.written(edwards.plus(edwards.BASE, point))]
    for text in texts:
        candidate = ED25519.candidate(text, "here")
        for power in (ED25519.power, ED25519.secret_power):
            with pytest.raises(Refused) as caught:
                power(candidate, exponent)
            assert caught.value.refusal is Refusal.ELEMENT_NOT_IN_GROUP


@pytest.mark.parametrize("part", ["alpha", "beta"])
@pytest.mark.parametrize("challenge", ["0", None])
def test_an_element_that_is_none_is_named_with_its_place(part: str, challenge: str | None) -> None:
    """Also where the challenge is 0, so that nothing depends on the element's value."""
    context = election(group=ED25519)
    credential = credentials.generate()
    ballot = json.loads(encrypt_ballot(context, credential, [[1, 0]]))
    ballot["answers"][0]["choices"][1][part] = edwards.written(edwards.small_order()[4])
    if challenge is not None:
        for proof in ballot["answers"][0]["individual_proofs"][1]:
            proof["challenge"] = challenge
    del ballot["signature"]
    digest = fingerprint(json.dumps(ballot, separators=(",", ":")).encode())
    secret = credentials.secret_exponent(ED25519, context.election.uuid, credential)
    proof = sign_ballot(ED25519, secret, digest)
    ballot["signature"] = {
        "hash": digest,
        "proof": {"challenge": proof.challenge, "response": proof.response},
    }
    with pytest.raises(Refused) as caught:
        verify_ballot(context, json.dumps(ballot, separators=(",", ":")).encode())
    assert caught.value.refusal is Refusal.ELEMENT_NOT_IN_GROUP
    assert caught.value.context == {"place": f"question 1, choice 2, {part}"}


def test_known_answers_of_ed25519() -> None:
    assert ED25519.serialise(ED25519.g) == "6" * 62 + "58"
    assert ED25519.serialise(ED25519.identity) == "0" * 63 + "1"
    twice = "2260cdf3092329c21da25ee8c9a21f5697390f51643851560e5f46ae6af8a3c9"
    for element in (
        ED25519.generator.power(2),
        ED25519.power(ED25519.g, 2),
        ED25519.multiply(ED25519.g, ED25519.g),
        ED25519.table(ED25519.g).power(2),
    ):
        assert ED25519.serialise(element) == twice
    uuid, credential = "bSYdYd7xzTmLAi", "j1Yxj-mi3Ada-ZPEqW-MhMyMc"
    assert (
        credentials.secret_exponent(ED25519, uuid, credential)
        == 2072121922055511696473964250488045963214810299233334896953709958515945148781
    )
    assert (
        credentials.public_credential(ED25519, uuid, credential)
        == "5bed0396bcfb167ad9b28ffe4d87c4f0422319239d573932ef7ebe44f02837b4"
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


@BOTH
def test_a_verified_ballot_travels_between_processes(group: Group) -> None:
    context = election(group=group)
    ballot = verify_ballot(context, encrypt_ballot(context, credentials.generate(), [[1, 0]]))
    again = pickle.loads(pickle.dumps(ballot))
    assert (again.body, again.tracker, again.answers) == (ballot.body, ballot.tracker, ballot.answers)


@BOTH
def test_two_trustees_must_both_decrypt(group: Group) -> None:
    keys = [trustees.generate_trustee_key(group) for _ in range(2)]
    both = trustees.verify_trustees(group, trustees.trustees_json([key.public for key in keys]))
    publics, y = both.keys, both.election_key
    context = election(group=group)
    context = decode_election(
        context.body.replace(context.election.public_key.encode(), group.serialise(y).encode())
    )
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
    assert tally.decrypt_result(context, sums, tally.combine(group, shares), total) == ((202, 101),)
    with pytest.raises(Refused) as caught:
        tally.decrypt_result(context, sums, shares[0], total)
    assert caught.value.refusal is Refusal.RESULT_NOT_FOUND


@BOTH
def test_a_share_of_the_wrong_key_is_refused(group: Group) -> None:
    right, wrong = (trustees.generate_trustee_key(group) for _ in range(2))
    context = election(group=group)
    ballot = verify_ballot(context, encrypt_ballot(context, credentials.generate(), [[1, 0]]))
    sums, _, _ = tally.encrypted_tally(context, [ballot], {ballot.credential: 1})
    share = tally.partial_decryption(context, sums, wrong.secret)
    public = group.element(right.public.public_key, "")
    with pytest.raises(Refused) as caught:
        tally.verify_partial_decryption(context, sums, public, share, 1)
    assert caught.value.refusal is Refusal.DECRYPTION_PROOF_INVALID


@BOTH
def test_a_trustee_without_proof_of_the_key_is_refused(group: Group) -> None:
    key, other = (trustees.generate_trustee_key(group).public for _ in range(2))
    forged = trustees.TrusteePublicKey(other.pok, key.public_key)
    with pytest.raises(Refused) as caught:
        trustees.verify_trustees(group, trustees.trustees_json([other, forged]))
    assert caught.value.refusal is Refusal.TRUSTEE_KEY_PROOF_INVALID
    assert caught.value.context == {"trustee": 2}


@BOTH
@pytest.mark.parametrize("bound", [0, 1, 2, 3, 4, 99, 100, 1_326_050])
def test_discrete_logarithms_on_both_sides_of_the_bound(group: Group, bound: int) -> None:
    logarithms = tally.DiscreteLogarithms(group, bound)
    for exponent in {0, bound // 2, bound}:
        assert logarithms.of(group.generator.power(exponent)) == exponent
    for exponent in (bound + 1, -1):
        with pytest.raises(Refused) as caught:
            logarithms.of(group.generator.power(exponent))
        assert caught.value.refusal is Refusal.RESULT_NOT_FOUND


def test_only_the_last_ballot_of_a_credential_counts() -> None:
    context = election()
    credential = credentials.generate()
    first, second = (
        verify_ballot(context, encrypt_ballot(context, credential, [choice])) for choice in ([1, 0], [0, 1])
    )
    other = verify_ballot(context, encrypt_ballot(context, credentials.generate(), [[1, 0]]))
    assert tally.last_ballots([first, other, second]) == (other, second)
