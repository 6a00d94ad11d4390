"""Properties of the protocol: whatever is made verifies; whatever is changed is refused."""

from functools import cache

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.ceremonies import ceremony
from tests.edwards import in_group
from tests.elections import SmallElection, small_election
from voting.errors import Refusal, Refused
from voting.protocol import credentials
from voting.protocol.audit import verify_archive
from voting.protocol.ballot import Ballot, choices_valid, encrypt_ballot, verify_ballot
from voting.protocol.decryption import lagrange
from voting.protocol.election import Election, Question, decode_election
from voting.protocol.encoding import decode, encode, integer_of, plain_integer
from voting.protocol.group import BELENIOS_2048, ED25519, GROUPS, Element, Group
from voting.protocol.pedersen import verify_parameters

SLOW = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])


groups = st.sampled_from(tuple(GROUPS.values()))


@cache
def made(group: Group = BELENIOS_2048) -> SmallElection:
    return small_election(
        questions=(Question(answers=("a", "b"), min=0, max=1, question="?"),),
        choices=[[[1, 0]], [[0, 0]], [[0, 1]]],
        group=group,
    )


@cache
def record(group: Group) -> bytes:
    return made(group).archive(weighted=True)


@st.composite
def answered(draw: st.DrawFn) -> tuple[Question, list[int]]:
    """A question of at most four answers and a valid answer to it."""
    width = draw(st.integers(1, 4))
    least = draw(st.integers(0, width))
    most = draw(st.integers(least, width))
    blank = draw(st.booleans())
    question = Question(
        answers=tuple("abcd"[:width]), min=least, max=most, question="?", **({"blank": True} if blank else {})
    )
    choices = draw(
        st.lists(st.integers(0, 1), min_size=question.width, max_size=question.width).filter(
            lambda choices: choices_valid(question, choices)
        )
    )
    return question, choices


@given(groups, answered())
@SLOW
def test_what_is_encrypted_verifies(group: Group, case: tuple[Question, list[int]]) -> None:
    question, choices = case
    election = Election(
        description="",
        name="x",
        group=group.name,
        public_key=made(group).key.public.public_key,
        questions=(question,),
        uuid="1" * 14,
    )
    context = decode_election(encode(election))
    ballot = verify_ballot(context, encrypt_ballot(context, credentials.generate(), [choices]))
    x = made(group).key.secret
    # Decrypt each ciphertext alone: it holds exactly the choice.
    for pair, choice in zip(ballot.answers[0], choices, strict=True):
        assert group.divide(pair.beta, group.power(pair.alpha, x)) == group.power(group.g, choice)


@given(groups, st.integers(0, 1 << 20), st.integers(1, 255))
@SLOW
def test_any_byte_of_a_ballot_changed_is_refused(group: Group, position: int, difference: int) -> None:
    body = bytearray(made(group).ballots[0])
    body[position % len(body)] ^= difference
    try:
        verify_ballot(made(group).context, bytes(body))
    except Refused:
        return
    raise AssertionError(f"accepted with byte {position % len(body)} changed")


@given(groups, st.integers(0, 1 << 20), st.integers(1, 255))
@SLOW
def test_any_byte_of_a_record_changed_is_refused(group: Group, position: int, difference: int) -> None:
    body = bytearray(record(group))
    body[position % len(body)] ^= difference
    try:
        verify_archive(bytes(body))
    except Refused:
        return
    raise AssertionError(f"accepted with byte {position % len(body)} changed")


@given(st.binary(max_size=2000))
@settings(deadline=None)
def test_arbitrary_bytes_are_refused_by_name(body: bytes) -> None:
    for read in (lambda: verify_ballot(made().context, body), lambda: verify_archive(body)):
        try:
            read()
        except Refused:
            continue
        raise AssertionError("accepted")


def decoded(group: Group, text: str) -> Element | None:
    """The element, or None where it is refused by name."""
    try:
        return group.element(text, "here")
    except Refused as error:
        refused = error
    assert refused.refusal in (
        Refusal.ELEMENT_NOT_CANONICAL,
        Refusal.ELEMENT_IDENTITY,
        Refusal.ELEMENT_NOT_IN_GROUP,
    )
    assert refused.context == {"place": "here"}
    return None


@given(groups, st.text(alphabet="0123456789abcdefABCDEF +-x\n０", max_size=70) | st.integers(0).map(str))
@settings(deadline=None)
def test_what_is_decoded_is_written_the_same_way(group: Group, text: str) -> None:
    element = decoded(group, text)
    if element is not None:
        assert group.serialise(element) == text
        assert group.multiply(group.power(element, group.q - 1), element) == group.identity


@given(st.integers(0, 2**256 - 1))
@settings(deadline=None)
def test_a_curve_point_is_of_prime_order_or_refused(number: int) -> None:
    """Of random texts half are points, and of those an eighth is in the group."""
    text = f"{number:064x}"
    assert (decoded(ED25519, text) is not None) == in_group(number)


@given(groups, st.integers(-(2**256), 2**256), st.integers(-(2**256), 2**256))
@settings(deadline=None)
def test_powers_add_up(group: Group, left: int, right: int) -> None:
    y = made(group).context.key.y
    base = y.power(1)
    product = group.multiply(group.power(base, left), y.power(right))
    assert product == group.power(base, left + right)
    assert group.divide(product, y.power(right)) == y.power(left)
    assert group.divide(product, product) == group.identity
    if product != group.identity:
        assert decoded(group, group.serialise(product)) == product


@given(st.integers(0, 2**64))
def test_plain_integers_round_trip(number: int) -> None:
    assert integer_of(plain_integer(number), "") == number


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=40))
def test_texts_of_an_election_round_trip(text: str) -> None:
    election = Election(
        description=text,
        name=text,
        group=BELENIOS_2048.name,
        public_key="2",
        questions=(Question(answers=(text,), min=0, max=1, question=text),),
        uuid="1" * 14,
    )
    assert decode(Election, encode(election), "") == election


def typed(text: str) -> tuple[str | None, int | str | None]:
    """The credential, or the group that is said to be mistyped."""
    try:
        return credentials.parse_typed(text), None
    except Refused as refused:
        return None, refused.context["group"]


@given(st.text(alphabet=credentials.BASE58 + "- 0OIl", max_size=40))
def test_typed_text_is_a_credential_or_refused(text: str) -> None:
    credential, group = typed(text)
    if credential is None:
        assert group in range(5)
    else:
        assert credential.replace("-", "") == text.replace("-", "").replace(" ", "")[:22]


@given(st.integers(0, 21), st.sampled_from(credentials.BASE58))
def test_a_mistyped_character_is_noticed_in_its_group(position: int, character: str) -> None:
    credential = "j1Yxj-mi3Ada-ZPEqW-MhMyMc"
    printed = credentials.printed(credential)
    at = [i for i, c in enumerate(credential) if c != "-"][position]
    assume(printed[at] != character)
    found, group = typed(printed[:at] + character + printed[at + 1 :])
    if found is None:
        assert group == 1 + sum(position >= end for end in (5, 11, 16))
    else:
        # One in 58 changes leaves the check character as it was; then it is another credential.
        assert found != credential


def test_the_ballot_type_is_what_the_bytes_hold() -> None:
    body = made().ballots[0]
    assert encode(decode(Ballot, body, "")) == body


@cache
def circle_of(group: Group, size: int, needed: int) -> tuple[tuple[int, ...], Element]:
    """The private keys of a circle, and its part of an election key."""
    made = ceremony(size, needed, group)
    return made.secrets, verify_parameters(group, made.parameters).key


@st.composite
def quorums(draw: st.DrawFn) -> tuple[int, int, list[int]]:
    """A circle's size and threshold, and some of its trustees, in any order."""
    size = draw(st.integers(1, 5))
    needed = draw(st.integers(1, size))
    return size, needed, draw(st.lists(st.integers(1, size), unique=True, max_size=size))


@given(groups, quorums())
@SLOW
def test_as_many_as_the_threshold_have_the_key_and_fewer_do_not(
    group: Group, case: tuple[int, int, list[int]]
) -> None:
    size, needed, present = case
    secrets, key = circle_of(group, size, needed)
    used = present[:needed]
    secret = sum(lagrange(group, used, index) * secrets[index - 1] for index in used)
    assert (group.generator.power(secret) == key) is (len(present) >= needed)
