"""Mandatory keys and threshold circles in one structure, and records that such trustees decrypt."""

from dataclasses import replace
from itertools import combinations, permutations

import pytest

from tests.ceremonies import GROUP, ThresholdElection, threshold_election, two_of_three
from tests.elections import archive, rechained
from tests.refusals import refusal_of, refused_by
from voting.errors import Refusal
from voting.protocol.audit import verify_archive
from voting.protocol.board import Link, make_link, owned, setup_records
from voting.protocol.decryption import lagrange, synthetic_factors, verify_shares
from voting.protocol.encoding import encode
from voting.protocol.tally import partial_decryption
from voting.protocol.trustees import generate_trustee_key, trustees_json, verify_trustees

RESULT = ((8862, 14210, 6248), (8862, 6248, 15110, 0), (14210, 8862, 6248))


@pytest.fixture(scope="module")
def made() -> ThresholdElection:
    return threshold_election()


# the structure


def test_owners_are_numbered_over_the_flattened_list() -> None:
    first, last = (generate_trustee_key(GROUP) for _ in range(2))
    circle = two_of_three()
    body = trustees_json([first.public, circle.parameters, last.public])
    trustees = verify_trustees(GROUP, body)
    assert [numbers for _, numbers in trustees.numbered()] == [range(1, 2), range(2, 5), range(5, 6)]
    secrets = (first.secret, *circle.secrets, last.secret)
    assert trustees.keys == tuple(GROUP.generator.power(secret) for secret in secrets)
    secret = first.secret + last.secret
    secret += sum(lagrange(GROUP, (1, 3), i) * circle.secrets[i - 1] for i in (1, 3))
    assert trustees.election_key == GROUP.generator.power(secret)
    assert trustees.signed
    assert body.startswith(b'[["Single",{"pok":{"challenge":"')
    assert b'}],["Pedersen",{"threshold":2,"certs":[{"message":"{\\"context\\":{\\"group\\":' in body


@pytest.mark.parametrize(
    ("owners", "enough"),
    [
        ((1, 2, 3), True),
        ((1, 3, 4), True),
        ((1, 2, 3, 4), True),
        ((2, 3, 4), False),
        ((1, 2), False),
        ((1,), False),
        ((), False),
    ],
)
def test_who_suffices(made: ThresholdElection, owners: tuple[int, ...], enough: bool) -> None:
    assert made.trustees.suffice(owners) is enough


def test_a_structure_has_one_form(made: ThresholdElection) -> None:
    body = made.trustees_body
    single = body[: body.index(b',["Pedersen"')] + b"]"
    assert len(verify_trustees(GROUP, single).keys) == 1
    for changed in (
        b"[]",
        body.replace(b'"Single"', b'"Double"'),
        body.replace(b'"Pedersen"', b'"Single"'),
        single.replace(b'["Single",', b'["Single",null,'),
        single.replace(b"}]]", b'},"more"]]'),
        single.replace(b'"public_key"', b'"name":"x","public_key"'),
        body.replace(b'{"threshold":2,', b'{"threshold":2.5,'),
    ):
        found = refused_by(lambda changed=changed: verify_trustees(GROUP, changed))
        assert found.refusal is Refusal.JSON_MALFORMED
    for changed in (body.replace(b'"threshold":2,', b'"threshold": 2,', 1), body + b"\n"):
        found = refused_by(lambda changed=changed: verify_trustees(GROUP, changed))
        assert found.refusal is Refusal.JSON_NOT_CANONICAL


def test_a_refusal_names_the_owner_in_the_whole_list(made: ThresholdElection) -> None:
    body = made.trustees_body
    keys = [GROUP.serialise(key).encode() for key in made.trustees.keys]
    swapped = body.replace(keys[2], b"#").replace(keys[3], keys[2]).replace(b"#", keys[3])
    found = refused_by(lambda: verify_trustees(GROUP, swapped))
    assert (found.refusal, found.context) == (Refusal.VERIFICATION_KEY_MISMATCH, {"trustee": 3})


# shares


def test_any_two_of_three_open_the_same_sums_and_one_does_not(made: ThresholdElection) -> None:
    sums, _, _ = made.tallied(weighted=True)
    bodies = {owner: partial_decryption(made.context, sums, secret) for owner, secret in made.secrets.items()}
    valid = verify_shares(made.context, sums, made.trustees, bodies).valid
    alone = {1: valid[1]}
    factors = [
        synthetic_factors(GROUP, made.trustees, alone | {owner: valid[owner] for owner in pair})
        for pair in combinations((2, 3, 4), 2)
    ]
    assert factors[0] == factors[1] == factors[2]
    for owner in (2, 3, 4):
        found = refused_by(
            lambda owner=owner: synthetic_factors(GROUP, made.trustees, alone | {owner: valid[owner]})
        )
        assert (found.refusal, found.context) == (Refusal.DECRYPTION_TOO_FEW, {"valid": 1, "needed": 2})
    found = refused_by(lambda: synthetic_factors(GROUP, made.trustees, {2: valid[2], 3: valid[3]}))
    assert (found.refusal, found.context) == (Refusal.DECRYPTION_TOO_FEW, {"valid": 0, "needed": 1})


def test_an_invalid_share_is_named_and_survived_by_the_others(made: ThresholdElection) -> None:
    sums, _, _ = made.tallied(weighted=False)
    bodies = {owner: partial_decryption(made.context, sums, secret) for owner, secret in made.secrets.items()}
    wrong = partial_decryption(made.context, sums, GROUP.random_scalar())
    shares = verify_shares(made.context, sums, made.trustees, bodies | {3: wrong, 5: wrong, 0: b"{}"})
    assert sorted(shares.valid) == [1, 2, 4]
    assert {owner: refused.refusal for owner, refused in shares.refused.items()} == {
        0: Refusal.TRUSTEE_NOT_IN_ELECTION,
        3: Refusal.DECRYPTION_PROOF_INVALID,
        5: Refusal.TRUSTEE_NOT_IN_ELECTION,
    }
    assert shares.refused[3].context["trustee"] == 3
    good = verify_shares(made.context, sums, made.trustees, bodies)
    assert synthetic_factors(GROUP, made.trustees, shares.valid) == synthetic_factors(
        GROUP, made.trustees, good.valid
    )


# records


@pytest.mark.parametrize("owners", [*permutations((1, 2, 4)), (1, 2, 3), (1, 3, 4), (4, 3, 2, 1)])
def test_a_record_with_enough_shares_is_valid(made: ThresholdElection, owners: tuple[int, ...]) -> None:
    assert verify_archive(archive(made.links(True, owners))).result == RESULT


def test_a_record_of_the_older_form_is_valid() -> None:
    made = threshold_election(two_of_three().older)
    record = verify_archive(archive(made.links(True, (1, 2, 4))))
    assert record.result == RESULT
    assert not record.setup.trustees.signed


@pytest.mark.parametrize("owners", [(1, 2), (2, 3, 4), (1,), (3, 4)])
def test_too_few_shares_are_refused(made: ThresholdElection, owners: tuple[int, ...]) -> None:
    links = made.links(True, owners)
    assert not verify_archive(archive(links)).finished
    result = made.links(True, (1, 2, 3))[-1].records
    body = archive([*links, make_link(links[-1], "Result", result)])
    found = refused_by(lambda: verify_archive(body))
    assert (found.refusal, found.context["height"]) == (Refusal.DECRYPTION_MISSING, len(links))
    assert found.context["trustee"] not in owners


def with_share(made: ThresholdElection, links: list[Link], owner: int, secret: int) -> bytes:
    """The record with one more share before its result, by a key that may not be the owner's."""
    sums, _, _ = made.tallied(weighted=True)
    share = partial_decryption(made.context, sums, secret)
    more = replace(links[-2], records=owned(owner, share))
    return archive(rechained([*links[:-1], more, links[-1]]))


@pytest.mark.parametrize("owner", [0, 5, -1, 2])
def test_owners_are_distinct_and_in_range(made: ThresholdElection, owner: int) -> None:
    links = made.links(True, (1, 2, 3))
    body = with_share(made, links, owner, made.secrets.get(owner, 1))
    found = refused_by(lambda: verify_archive(body))
    assert found.refusal is Refusal.DECRYPTION_OWNER_INVALID
    assert found.context == {"height": len(links) - 1, "trustee": owner}


def test_an_invalid_share_does_not_stand_in_a_record_even_when_the_others_suffice(
    made: ThresholdElection,
) -> None:
    body = with_share(made, made.links(True, (1, 2, 3)), 4, made.secrets[2])
    found = refused_by(lambda: verify_archive(body))
    assert (found.refusal, found.context["trustee"]) == (Refusal.DECRYPTION_PROOF_INVALID, 4)


def test_the_election_key_is_the_product_of_all_parts(made: ThresholdElection) -> None:
    links = made.links(True, (1, 2, 3))[:1]
    election, _, credentials, _ = links[0].records
    for parts in (
        [two_of_three().parameters],
        [generate_trustee_key(GROUP).public, two_of_three().parameters],
    ):
        setup = setup_records(election, trustees_json(parts), credentials)
        found = refused_by(lambda setup=setup: verify_archive(archive([make_link(None, "Setup", setup)])))
        assert found.refusal is Refusal.ELECTION_KEY_MISMATCH


def test_a_wrong_result_is_refused(made: ThresholdElection) -> None:
    links = made.links(True, (1, 2, 3))
    wrong = encode({"result": [[14210, 8862, 6248], *(list(row) for row in RESULT[1:])]})
    body = archive(rechained([*links[:-1], replace(links[-1], records=(wrong,))]))
    assert refusal_of(lambda: verify_archive(body)) is Refusal.RESULT_MISMATCH
