"""Powers that share their squarings are the same powers; what is no element is refused as before."""

import json

import pytest

from tests.elections import small_election
from voting.errors import Refusal, Refused
from voting.protocol.ballot import Answer, _verify_answer, verify_ballot
from voting.protocol.belenios_2048 import Comb
from voting.protocol.election import Question
from voting.protocol.encoding import decode
from voting.protocol.group import BELENIOS_2048, GROUPS, Group
from voting.protocol.proofs import Key

ORDERS = [0, 1, 2, 15, 16, 65535, 65536, 2**255 - 1]


@pytest.mark.parametrize("powers", [1, 2, 3, 8])
@pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS)
def test_a_base_gives_the_powers_of_its_element(group: Group, powers: int) -> None:
    element = group.generator.power(987654321)
    base = group.base(element, powers)
    q = int(group.q)
    for exponent in (*ORDERS, q - 1, q, q + 1, -1, -q, 2 * q + 5, group.random_scalar()):
        assert base.power(exponent) == group.power(element, exponent)
    assert base.element == element
    decoded = group.decoded_base(group.serialise(element), "here")
    assert decoded.power(q - 2) == group.power(element, q - 2)


def test_a_comb_takes_exponents_as_they_are_where_the_order_is_not_known() -> None:
    p = int(BELENIOS_2048.p)
    for element in (2, p - 1, p - 2, 3**100):
        comb = Comb(BELENIOS_2048, element)
        for exponent in (*ORDERS, int(BELENIOS_2048.q), 2**256 - 1):
            assert comb.power_of_any_order(exponent) == pow(element, exponent, p)


@pytest.mark.parametrize("value", ["2", "p-1", "p-g"])
def test_what_is_no_element_is_refused_where_it_stands(value: str) -> None:
    p, g = int(BELENIOS_2048.p), int(BELENIOS_2048.g)
    text = str({"2": 2, "p-1": p - 1, "p-g": p - g}[value])
    for act in (BELENIOS_2048.element, BELENIOS_2048.decoded_base):
        with pytest.raises(Refused) as caught:
            act(text, "question 1, choice 2, beta")
        assert caught.value.refusal is Refusal.ELEMENT_NOT_IN_GROUP
        assert caught.value.context == {"place": "question 1, choice 2, beta"}


@pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS)
def test_a_claim_is_the_power_of_a_quotient(group: Group) -> None:
    key = Key(group, group.fixed_base(group.generator.power(3)))
    beta, challenge = group.generator.power(12345), group.random_scalar()
    for value in (0, 1, 5, 100):
        quotient = group.divide(beta, group.generator.power(value))
        for powers in (1, 3):
            base = group.base(beta, powers)
            assert key.claim(base, value, challenge) == group.power(quotient, challenge)


@pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS)
@pytest.mark.parametrize("index", range(6))
def test_every_overall_proof_counts(group: Group, index: int) -> None:
    """A question whose overall proof has six branches: a wrong response in any of them is found."""
    question = Question(answers=("a", "b", "c", "d", "e"), min=0, max=5, question="?")
    made = small_election(choices=[[[1, 0, 1, 0, 0]]], questions=(question,), group=group)
    assert verify_ballot(made.context, made.ballots[0]).answers
    ballot = json.loads(made.ballots[0])
    proof = ballot["answers"][0]["overall_proof"][index]
    proof["response"] = str((int(proof["response"]) + 1) % int(group.q))
    key = made.context.key
    answer = decode(Answer, json.dumps(ballot["answers"][0], separators=(",", ":")).encode(), "answer")
    context = f"{made.context.fingerprint}|{ballot['credential']}"
    with pytest.raises(Refused) as caught:
        _verify_answer(key, context, question, answer, 1)
    assert caught.value.refusal is Refusal.BALLOT_OVERALL_PROOF_INVALID
