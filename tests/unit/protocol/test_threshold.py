"""The key ceremony: honest trustees come to a key that enough of them open; each way to cheat has a name."""

import hashlib
from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from tests.ceremonies import GROUP, Ceremony, ceremony, circle_of, keyrings, two_of_three
from voting.errors import Refusal, Refused
from voting.protocol import certificates, channels, threshold
from voting.protocol.certificates import CertKeys, Context, SignedMessage
from voting.protocol.channels import EncryptedMessage, receive, send
from voting.protocol.decryption import lagrange
from voting.protocol.encoding import decode, encode
from voting.protocol.group import GROUPS, Group
from voting.protocol.pedersen import RawCommitments, ThresholdParameters, verify_parameters
from voting.protocol.threshold import Input, Output, Polynomial


@pytest.fixture(scope="module")
def made() -> Ceremony:
    return two_of_three()


def refused(call: Callable[[], object]) -> tuple[Refusal, object]:
    """By which name, and whose number stands in the refusal."""
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.refusal, caught.value.context.get("trustee")


# keys and certificates


def test_keys_follow_from_the_seed() -> None:
    seed = "123456789ABCDEFGHJKLMN"
    keys = certificates.keyring(GROUP, seed)
    assert keys == certificates.keyring(GROUP, seed)
    # SHA-256 of `sk|` and `dk|` with the seed, as an integer modulo q (section 4.6.1).
    for prefix, key in (("sk", keys.signing), ("dk", keys.decryption)):
        digest = hashlib.sha256(f"{prefix}|{seed}".encode()).digest()
        assert key == int.from_bytes(digest, "big") % int(GROUP.q)


@pytest.mark.parametrize("seed", ["", "1" * 21, "1" * 23, "1" * 21 + "0", "1" * 21 + "l", "1" * 21 + " "])
def test_a_seed_has_22_base58_characters(seed: str) -> None:
    assert refused(lambda: certificates.keyring(GROUP, seed))[0] is Refusal.SEED_MALFORMED


def test_new_seeds_are_seeds() -> None:
    seeds = {certificates.new_seed() for _ in range(50)}
    assert len(seeds) == 50
    for seed in seeds:
        certificates.keyring(GROUP, seed)


@pytest.mark.parametrize(
    ("size", "needed", "index", "good"),
    [
        (1, 1, 1, True),
        (3, 3, 3, True),
        (3, 1, 1, True),
        (3, 0, 1, False),
        (3, 4, 1, False),
        (3, 2, 0, False),
        (3, 2, 4, False),
    ],
)
def test_threshold_and_number_are_in_range(size: int, needed: int, index: int, good: bool) -> None:
    (keys,) = keyrings(1)

    def make() -> SignedMessage:
        return certificates.make_certificate(GROUP, keys, size, needed, index)

    if good:
        certificates.check_certificate(GROUP, make(), Context(GROUP.name, size, needed, index), index)
    else:
        assert refused(make)[0] is Refusal.THRESHOLD_OUT_OF_RANGE


def test_a_certificate_of_another_context_is_refused() -> None:
    keys = keyrings(3)
    good = [certificates.make_certificate(GROUP, each, 3, 2, i) for i, each in enumerate(keys, 1)]
    for wrong in (
        certificates.make_certificate(GROUP, keys[1], 3, 1, 2),
        certificates.make_certificate(GROUP, keys[1], 4, 2, 2),
        certificates.make_certificate(GROUP, keys[1], 3, 2, 3),
        good[2],
    ):
        found = refused(lambda wrong=wrong: certificates.check_certificates(GROUP, [good[0], wrong, good[2]]))
        assert found == (Refusal.CERTIFICATE_CONTEXT, 2)
    assert refused(lambda: certificates.check_certificates(GROUP, good[:2]))[0] is Refusal.CERTIFICATE_CONTEXT
    assert refused(lambda: certificates.check_certificates(GROUP, []))[0] is Refusal.THRESHOLD_SHAPE


def test_a_certificate_is_signed_by_its_own_key() -> None:
    keys = keyrings(2)
    own, other = (certificates.make_certificate(GROUP, each, 1, 1, 1) for each in keys)
    forged = SignedMessage(own.message, other.signature)
    assert refused(lambda: certificates.check_certificates(GROUP, [forged])) == (
        Refusal.CERTIFICATE_INVALID,
        1,
    )


def test_a_key_stands_in_one_certificate_only() -> None:
    first, second = keyrings(2)
    for again in (
        first,
        certificates.Keyring(first.signing, second.decryption),
        certificates.Keyring(second.signing, first.decryption),
        certificates.Keyring(second.signing, second.signing),
    ):
        found = refused(lambda again=again: circle_of((first, again), 2))
        assert found == (Refusal.CERTIFICATE_DUPLICATE, 2)


def test_a_certificate_has_one_form_and_elements_of_the_group() -> None:
    (keys,) = keyrings(1)
    context = Context(GROUP.name, 1, 1, 1)
    public = certificates.public_keys(GROUP, keys)
    for text, refusal in (("1", Refusal.ELEMENT_IDENTITY), ("7", Refusal.ELEMENT_NOT_IN_GROUP)):
        said = CertKeys(context=context, verification=GROUP.serialise(public.verification), encryption=text)
        certificate = certificates.sign(GROUP, keys, encode(said).decode())
        found = refused(lambda certificate=certificate: certificates.check_certificates(GROUP, [certificate]))
        assert found[0] is refusal
    spaced = certificates.make_certificate(GROUP, keys, 1, 1, 1).message.replace(":", ": ", 1)
    certificate = certificates.sign(GROUP, keys, spaced)
    found = refused(lambda: certificates.check_certificates(GROUP, [certificate]))
    assert found[0] is Refusal.JSON_NOT_CANONICAL


# channels


def test_a_message_arrives() -> None:
    sender, recipient = keyrings(2)
    public, own = (certificates.public_keys(GROUP, each) for each in (recipient, sender))
    sealed = send(GROUP, sender, public.encryption, '给您的一份 "…"')
    assert receive(GROUP, recipient, own.verification, sealed, 1) == '给您的一份 "…"'
    assert sealed != send(GROUP, sender, public.encryption, '给您的一份 "…"')


def test_only_the_recipient_opens_it() -> None:
    sender, recipient, third = keyrings(3)
    own, public = certificates.public_keys(GROUP, sender), certificates.public_keys(GROUP, recipient)
    sealed = send(GROUP, sender, public.encryption, "x")
    found = refused(lambda: receive(GROUP, third, own.verification, sealed, 4))
    assert found == (Refusal.MESSAGE_UNREADABLE, 4)


def test_a_message_in_anothers_name_is_refused() -> None:
    sender, recipient, third = keyrings(3)
    public, other = certificates.public_keys(GROUP, recipient), certificates.public_keys(GROUP, third)
    sealed = send(GROUP, sender, public.encryption, "x")
    found = refused(lambda: receive(GROUP, recipient, other.verification, sealed, 2))
    assert found == (Refusal.MESSAGE_SENDER_INVALID, 2)


def test_a_message_passed_on_to_another_recipient_is_refused() -> None:
    """The recipient opens it, and encrypts the signed envelope for somebody else."""
    sender, recipient, third = keyrings(3)
    own, public = certificates.public_keys(GROUP, sender), certificates.public_keys(GROUP, recipient)
    sealed = decode(EncryptedMessage, send(GROUP, sender, public.encryption, "x").encode(), "")
    alpha, beta = GROUP.element(sealed.alpha, ""), GROUP.element(sealed.beta, "")
    session = GROUP.divide(beta, GROUP.power(alpha, recipient.decryption))
    signed = channels._cipher(GROUP, session).decrypt(
        channels._vector(GROUP, alpha), bytes.fromhex(sealed.data), None
    )
    randomness = GROUP.random_scalar()
    session, new_alpha = GROUP.generator.power(GROUP.random_scalar()), GROUP.generator.power(randomness)
    encryption = certificates.public_keys(GROUP, third).encryption
    passed_on = EncryptedMessage(
        "AES-GCM",
        GROUP.serialise(new_alpha),
        GROUP.serialise(GROUP.multiply(GROUP.power(encryption, randomness), session)),
        channels._cipher(GROUP, session).encrypt(channels._vector(GROUP, new_alpha), signed, None).hex(),
    )
    found = refused(lambda: receive(GROUP, third, own.verification, encode(passed_on).decode(), 1))
    assert found == (Refusal.MESSAGE_RECIPIENT_INVALID, 1)


def test_an_altered_message_is_refused() -> None:
    sender, recipient = keyrings(2)
    own, public = certificates.public_keys(GROUP, sender), certificates.public_keys(GROUP, recipient)
    sealed = decode(EncryptedMessage, send(GROUP, sender, public.encryption, "x").encode(), "")
    flipped = f"{int(sealed.data[0], 16) ^ 1:x}{sealed.data[1:]}"
    other = GROUP.serialise(GROUP.generator.power(5))
    for changed in (
        replace(sealed, data=flipped),
        replace(sealed, data=sealed.data[:-2]),
        replace(sealed, data=sealed.data.upper() + "A0"),
        replace(sealed, data=""),
        replace(sealed, data="zz" * 40),
        replace(sealed, alpha=other),
        replace(sealed, beta=other),
    ):
        text = encode(changed).decode()
        found = refused(lambda text=text: receive(GROUP, recipient, own.verification, text, 1))
        assert found == (Refusal.MESSAGE_UNREADABLE, 1)
    outside = encode(replace(sealed, alpha="7")).decode()
    found = refused(lambda: receive(GROUP, recipient, own.verification, outside, 1))
    assert found[0] is Refusal.ELEMENT_NOT_IN_GROUP
    old = encode(sealed).decode().replace("AES-GCM", "AES-CCM")
    assert refused(lambda: receive(GROUP, recipient, own.verification, old, 1))[0] is Refusal.JSON_MALFORMED


# rounds


@pytest.mark.parametrize("group", GROUPS.values(), ids=list(GROUPS))
@pytest.mark.parametrize(("size", "needed"), [(1, 1), (2, 1), (2, 2), (3, 2), (4, 3)])
def test_an_honest_ceremony(group: Group, size: int, needed: int) -> None:
    made = ceremony(size, needed, group)
    quorum = verify_parameters(group, made.parameters)
    assert (quorum.threshold, len(quorum.keys), quorum.signed) == (needed, size, True)
    assert [group.generator.power(secret) for secret in made.secrets] == list(quorum.keys)
    for chosen in combinations(range(1, size + 1), needed):
        secret = sum(lagrange(group, chosen, i) * made.secrets[i - 1] for i in chosen)
        assert group.generator.power(secret) == quorum.key
    for chosen in combinations(range(1, size + 1), needed - 1):
        secret = sum(lagrange(group, chosen, i) * made.secrets[i - 1] for i in chosen)
        assert group.generator.power(secret) != quorum.key


def test_every_make_passes_its_check(made: Ceremony) -> None:
    inputs = threshold.make_inputs(made.circle, made.polynomials)
    for index, (keys, given, output) in enumerate(zip(made.keys, inputs, made.outputs, strict=True), 1):
        checked = threshold.check_input(made.circle, keys, given)
        assert checked.trustee == index
        public = threshold.check_output(made.circle, made.polynomials, index, output)
        assert public == GROUP.generator.power(checked.secret)
        assert str(checked.secret) not in repr(checked)


def inputs_after(made: Ceremony, dealer: int, **changes: object) -> tuple[Input, ...]:
    """What trustees get when one dealer's polynomial is changed on the way, and nobody checks before."""
    polynomials = list(made.polynomials)
    polynomials[dealer - 1] = replace(polynomials[dealer - 1], **changes)
    return tuple(
        Input(
            own.polynomial,
            tuple(each.secrets[position] for each in polynomials),
            tuple(each.coefexps for each in polynomials),
            tuple(each.signature for each in polynomials),
        )
        for position, own in enumerate(polynomials)
    )


def test_a_wrong_point_names_its_dealer(made: Ceremony) -> None:
    """Dealer 1 sends trustee 2 a point that is not on its polynomial; the others see nothing wrong."""
    wrong = send(GROUP, made.keys[0], made.circle.members[1].encryption, encode({"secret": "12345"}).decode())
    secrets = (made.polynomials[0].secrets[0], wrong, made.polynomials[0].secrets[2])
    inputs = inputs_after(made, 1, secrets=secrets)
    found = refused(lambda: threshold.make_output(made.circle, made.keys[1], inputs[1]))
    assert found == (Refusal.SHARE_INVALID, 1)
    for honest in (0, 2):
        threshold.make_output(made.circle, made.keys[honest], inputs[honest])


@pytest.mark.parametrize("secret", ["-1", "01", str(GROUP.q)])
def test_a_point_is_a_scalar(made: Ceremony, secret: str) -> None:
    wrong = send(GROUP, made.keys[0], made.circle.members[1].encryption, encode({"secret": secret}).decode())
    secrets = (made.polynomials[0].secrets[0], wrong, made.polynomials[0].secrets[2])
    found = refused(
        lambda: threshold.check_input(made.circle, made.keys[1], inputs_after(made, 1, secrets=secrets)[1])
    )
    assert found[0] in {Refusal.SCALAR_NOT_CANONICAL, Refusal.SCALAR_OUT_OF_RANGE}


def test_swapped_recipients_are_refused(made: Ceremony) -> None:
    dealt = made.polynomials[0].secrets
    inputs = inputs_after(made, 1, secrets=(dealt[0], dealt[2], dealt[1]))
    found = refused(lambda: threshold.check_input(made.circle, made.keys[1], inputs[1]))
    assert found == (Refusal.MESSAGE_UNREADABLE, 1)


def test_swapped_senders_are_refused(made: Ceremony) -> None:
    inputs = threshold.make_inputs(made.circle, made.polynomials)
    secrets = inputs[0].secrets
    swapped = replace(inputs[0], secrets=(secrets[0], secrets[2], secrets[1]))
    found = refused(lambda: threshold.check_input(made.circle, made.keys[0], swapped))
    assert found == (Refusal.MESSAGE_SENDER_INVALID, 2)


def test_a_replayed_point_is_refused(made: Ceremony) -> None:
    """A genuine, signed point of the same dealer for the same recipient, from an earlier polynomial."""
    earlier = threshold.make_polynomial(made.circle, made.keys[0])
    inputs = inputs_after(made, 1, secrets=earlier.secrets)
    found = refused(lambda: threshold.check_input(made.circle, made.keys[1], inputs[1]))
    assert found == (Refusal.SHARE_INVALID, 1)


def test_a_whole_polynomial_of_another_ceremony_is_refused(made: Ceremony) -> None:
    """The same trustees, but one of them was another: the second signature names the certificates."""
    other = circle_of((*made.keys[:2], keyrings(1)[0]), 2)
    replayed = threshold.make_polynomial(other, made.keys[0])
    assert refused(lambda: threshold.check_polynomial(made.circle, 1, replayed)) == (
        Refusal.COMMITMENT_NOT_BOUND,
        1,
    )
    polynomials = (replayed, *made.polynomials[1:])
    assert refused(lambda: threshold.make_inputs(made.circle, polynomials))[0] is Refusal.COMMITMENT_NOT_BOUND
    inputs = inputs_after(made, 1, coefexps=replayed.coefexps, signature=replayed.signature)
    found = refused(lambda: threshold.check_input(made.circle, made.keys[1], inputs[1]))
    assert found == (Refusal.COMMITMENT_NOT_BOUND, 1)


def test_wrong_commitments_are_refused(made: Ceremony) -> None:
    other = threshold.make_polynomial(made.circle, made.keys[0])
    # Genuine commitments of the dealer, but to another polynomial than the points lie on.
    changed = inputs_after(made, 1, coefexps=other.coefexps, signature=other.signature)
    found = refused(lambda: threshold.check_input(made.circle, made.keys[1], changed[1]))
    assert found == (Refusal.SHARE_INVALID, 1)
    # Commitments that the dealer did not sign.
    forged = SignedMessage(other.coefexps.message, made.polynomials[0].coefexps.signature)
    polynomial = replace(made.polynomials[0], coefexps=forged)
    found = refused(lambda: threshold.check_polynomial(made.circle, 1, polynomial))
    assert found == (Refusal.COMMITMENT_INVALID, 1)
    # One commitment replaced and signed again, but not bound again to the certificates.
    texts = decode(RawCommitments, made.polynomials[0].coefexps.message.encode(), "").coefexps
    said = encode(RawCommitments((texts[0], texts[0]))).decode()
    polynomial = replace(made.polynomials[0], coefexps=certificates.sign(GROUP, made.keys[0], said))
    found = refused(lambda: threshold.check_polynomial(made.circle, 1, polynomial))
    assert found == (Refusal.COMMITMENT_NOT_BOUND, 1)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_there_are_as_many_commitments_as_the_threshold(made: Ceremony, count: int) -> None:
    texts = tuple(GROUP.serialise(GROUP.generator.power(exponent)) for exponent in range(2, 2 + count))
    said = certificates.sign(GROUP, made.keys[1], encode(RawCommitments(texts)).decode())
    polynomial = replace(made.polynomials[1], coefexps=said)
    found = refused(lambda: threshold.check_polynomial(made.circle, 2, polynomial))
    assert found == (Refusal.COMMITMENT_LENGTH, 2)


def test_a_trustee_sees_when_another_polynomial_is_published_in_its_name(made: Ceremony) -> None:
    other = threshold.make_polynomial(made.circle, made.keys[0])
    inputs = inputs_after(made, 1, coefexps=other.coefexps, signature=other.signature, secrets=other.secrets)
    found = refused(lambda: threshold.check_input(made.circle, made.keys[0], inputs[0]))
    assert found[0] is Refusal.OWN_POLYNOMIAL_DIFFERS


def test_a_stranger_has_no_part(made: Ceremony) -> None:
    (stranger,) = keyrings(1)
    inputs = threshold.make_inputs(made.circle, made.polynomials)
    for call in (
        lambda: threshold.make_polynomial(made.circle, stranger),
        lambda: threshold.check_input(made.circle, stranger, inputs[0]),
    ):
        assert refused(call)[0] is Refusal.CERTIFICATE_NOT_FOUND


def test_anothers_input_cannot_be_opened(made: Ceremony) -> None:
    inputs = threshold.make_inputs(made.circle, made.polynomials)
    found = refused(lambda: threshold.check_input(made.circle, made.keys[0], inputs[1]))
    assert found[0] is Refusal.MESSAGE_UNREADABLE


def test_everything_is_there_once(made: Ceremony) -> None:
    first = made.polynomials[0]
    inputs = threshold.make_inputs(made.circle, made.polynomials)
    for call in (
        lambda: threshold.make_inputs(made.circle, made.polynomials[:2]),
        lambda: threshold.check_polynomial(made.circle, 1, replace(first, secrets=first.secrets[:2])),
        lambda: threshold.check_input(
            made.circle, made.keys[0], replace(inputs[0], secrets=inputs[0].secrets[:2])
        ),
        lambda: threshold.make_parameters(made.circle, made.polynomials, made.outputs[:2]),
    ):
        assert refused(call)[0] is Refusal.THRESHOLD_SHAPE


def test_an_output_that_does_not_follow_is_refused(made: Ceremony) -> None:
    def check(output: Output) -> tuple[Refusal, object]:
        return refused(lambda: threshold.check_output(made.circle, made.polynomials, 1, output))

    own, other = made.outputs[0], made.outputs[1]
    assert check(other) == (Refusal.VERIFICATION_KEY_MISMATCH, 1)
    key = own.public_key
    forged = replace(own, public_key=replace(key, pok=other.public_key.pok))
    assert check(forged) == (Refusal.TRUSTEE_KEY_PROOF_INVALID, 1)
    forged = replace(own, public_key=replace(key, signature=other.public_key.signature))
    assert check(forged) == (Refusal.VERIFICATION_KEY_SIGNATURE_INVALID, 1)
    assert check(replace(own, public_key=replace(key, signature=UNSET)))[0] is Refusal.THRESHOLD_SHAPE


def test_a_private_key_is_sealed_to_its_owner(made: Ceremony) -> None:
    found = refused(lambda: threshold.open_private_key(GROUP, made.keys[1], made.outputs[0].private_key))
    assert found[0] is Refusal.MESSAGE_UNREADABLE


# what is published


def verified(parameters: ThresholdParameters) -> Refusal:
    return refused(lambda: verify_parameters(GROUP, parameters))[0]


def test_the_older_form_is_accepted_whole_and_said_to_be_unsigned(made: Ceremony) -> None:
    older = verify_parameters(GROUP, made.older)
    newer = verify_parameters(GROUP, made.parameters)
    assert (older.keys, older.key, older.signed) == (newer.keys, newer.key, False)


def test_the_forms_do_not_mix(made: Ceremony) -> None:
    new, old = made.parameters, made.older
    unsigned = replace(new.verification_keys[2], signature=UNSET)
    assert verified(replace(new, signatures=UNSET)) is Refusal.THRESHOLD_SHAPE
    keys = (*new.verification_keys[:2], unsigned)
    assert verified(replace(new, verification_keys=keys)) is Refusal.THRESHOLD_SHAPE
    assert verified(replace(new, certs=old.certs)) is Refusal.CERTIFICATE_CONTEXT
    assert verified(replace(old, certs=new.certs)) is Refusal.CERTIFICATE_CONTEXT
    one = (old.certs[0], *new.certs[1:])
    assert verified(replace(new, certs=one)) is Refusal.CERTIFICATE_CONTEXT


def test_a_changed_structure_is_refused_by_name(made: Ceremony) -> None:
    good = made.parameters
    first, second, third = range(3)

    def swapped(values: tuple[Any, ...]) -> tuple[Any, ...]:
        return values[second], values[first], values[third]

    assert verified(replace(good, threshold=1)) is Refusal.CERTIFICATE_CONTEXT
    assert verified(replace(good, threshold=4)) is Refusal.THRESHOLD_OUT_OF_RANGE
    assert verified(replace(good, threshold=0)) is Refusal.THRESHOLD_OUT_OF_RANGE
    assert verified(replace(good, certs=swapped(good.certs))) is Refusal.CERTIFICATE_CONTEXT
    assert verified(replace(good, coefexps=swapped(good.coefexps))) is Refusal.COMMITMENT_INVALID
    assert good.signatures is not UNSET
    assert verified(replace(good, signatures=swapped(good.signatures))) is Refusal.COMMITMENT_NOT_BOUND
    keys = swapped(good.verification_keys)
    assert verified(replace(good, verification_keys=keys)) is Refusal.VERIFICATION_KEY_MISMATCH
    assert verified(replace(good, coefexps=good.coefexps[:2])) is Refusal.THRESHOLD_SHAPE
    assert verified(replace(good, verification_keys=good.verification_keys[:2])) is Refusal.THRESHOLD_SHAPE
    assert verified(replace(good, signatures=good.signatures[:2])) is Refusal.THRESHOLD_SHAPE
    nobody = ThresholdParameters(threshold=1, certs=(), coefexps=(), signatures=(), verification_keys=())
    assert verified(nobody) is Refusal.THRESHOLD_SHAPE


def test_polynomials_that_cancel_out_protect_nothing() -> None:
    """Two colluding trustees deal a and -a: the circle's key would be the identity."""
    keys = keyrings(2)
    circle = circle_of(keys, 2)
    x, y, z = (GROUP.random_scalar() for _ in range(3))
    parts: list[Polynomial] = []
    for each, coefficients in zip(keys, ((x, y), (int(GROUP.q) - x, z)), strict=True):
        texts = tuple(GROUP.serialise(GROUP.generator.power(value)) for value in coefficients)
        said = certificates.sign(GROUP, each, encode(RawCommitments(texts)).decode())
        bound = threshold.binding(circle, [GROUP.element(text, "") for text in texts])
        parts.append(Polynomial("", ("", ""), said, certificates.sign(GROUP, each, bound).signature))
    outputs = []
    for index, each in enumerate(keys, 1):
        secret = (y + z) * index % int(GROUP.q)
        public = GROUP.generator.power(secret)
        key = threshold.VerificationKey(
            pok=threshold.prove_key(GROUP, secret, public),
            public_key=GROUP.serialise(public),
            signature=certificates.sign(GROUP, each, GROUP.serialise(public)).signature,
        )
        outputs.append(Output("", key))
    found = refused(lambda: threshold.make_parameters(circle, parts, outputs))
    assert found[0] is Refusal.ELEMENT_IDENTITY
