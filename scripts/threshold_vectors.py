"""Vectors of the trustees' key ceremony: a part of `make_vectors`.

Each bad case is the good ceremony with named changes, made by whoever could make them, and says what must be
refused and where.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import UNSET

from voting.protocol import certificates, channels, pedersen, threshold
from voting.protocol.certificates import CertKeys, Context, Keyring
from voting.protocol.credentials import BASE58
from voting.protocol.encoding import encode
from voting.protocol.group import Group
from voting.protocol.proofs import prove_key, sign_message

Json = Any
Path = list[str | int]
SIZE, NEEDED = 3, 2


def seed_of(number: int) -> str:
    """A seed that anybody can make again."""
    digest = hashlib.sha512(f"seed of the vectors|{number}".encode()).digest()
    return "".join(BASE58[byte % 58] for byte in digest[: certificates.SEED_LENGTH])


def plain(message: object) -> Json:
    """As JSON values."""
    return json.loads(encode(message))


class Drawn:
    """The exponents that were drawn since the last look, so that another program can draw the same."""

    def __init__(self) -> None:
        self._drawn: list[str] = []
        below = secrets.randbelow

        def noting(exclusive_upper_bound: int) -> int:
            value = below(exclusive_upper_bound)
            self._drawn.append(str(value))
            return value

        secrets.randbelow = noting

    def since(self) -> list[str]:
        drawn, self._drawn = self._drawn, []
        return drawn


def _at(value: Json, path: Sequence[str | int]) -> Json:
    for part in path:
        value = value[part]
    return value


class Ceremony:
    """A good ceremony with all its secrets, and the changes that make bad ones of it."""

    def __init__(self, group: Group) -> None:
        drawn = Drawn()
        self.group = group
        self.seeds = [seed_of(number) for number in range(1, SIZE + 1)]
        self.keys = [certificates.keyring(group, seed) for seed in self.seeds]
        self.drawn: dict[str, list[list[str]]] = {"certificates": [], "polynomials": [], "outputs": []}

        def made(step: str, act: Callable[..., Any], *args: Any) -> Any:
            drawn.since()
            result = act(*args)
            self.drawn[step].append(drawn.since())
            return result

        self.certificates = [
            made("certificates", certificates.make_certificate, group, keys, SIZE, NEEDED, index)
            for index, keys in enumerate(self.keys, 1)
        ]
        self.circle = certificates.check_certificates(group, self.certificates)
        self.polynomials = [
            made("polynomials", threshold.make_polynomial, self.circle, keys) for keys in self.keys
        ]
        inputs = threshold.make_inputs(self.circle, self.polynomials)
        self.outputs = [
            made("outputs", threshold.make_output, self.circle, keys, given)
            for keys, given in zip(self.keys, inputs, strict=True)
        ]
        self.parameters = threshold.make_parameters(self.circle, self.polynomials, self.outputs)
        self.json = {
            "certificates": plain(self.certificates),
            "polynomials": plain(self.polynomials),
            "outputs": plain(self.outputs),
            "parameters": plain(self.parameters),
            "older": plain(self._older()),
        }

    def _older(self) -> pedersen.ThresholdParameters:
        certs = tuple(self.certificate(index, context=UNSET) for index in range(1, SIZE + 1))
        keys = tuple(
            msgspec.structs.replace(key, signature=UNSET) for key in self.parameters.verification_keys
        )
        return msgspec.structs.replace(self.parameters, certs=certs, signatures=UNSET, verification_keys=keys)

    @property
    def secrets(self) -> list[int]:
        return [
            threshold.open_private_key(self.group, keys, output.private_key)
            for keys, output in zip(self.keys, self.outputs, strict=True)
        ]

    def certificate(
        self, index: int, keys: Keyring | None = None, **fields: Any
    ) -> certificates.SignedMessage:
        """One with other fields, signed with its owner's key or with other ones."""
        own = self.keys[index - 1] if keys is None else keys
        public = certificates.public_keys(self.group, own)
        said: dict[str, Any] = {
            "context": Context(self.group.name, SIZE, NEEDED, index),
            "verification": self.group.serialise(public.verification),
            "encryption": self.group.serialise(public.encryption),
        }
        return certificates.sign(self.group, own, encode(CertKeys(**(said | fields))).decode())

    def commitments(self, index: int) -> list[str]:
        texts: list[str] = json.loads(self.polynomials[index - 1].coefexps.message)["coefexps"]
        return texts

    def coefexps(self, index: int, texts: list[str]) -> Json:
        """Other commitments of a dealer, signed by it."""
        raw = encode(pedersen.RawCommitments(tuple(texts))).decode()
        return plain(certificates.sign(self.group, self.keys[index - 1], raw))

    def bound(self, index: int, texts: list[str], certs: Sequence[Any] | None = None) -> Json:
        """A dealer's signature of commitments together with certificates."""
        said = {"certs": certs or self.json["certificates"], "coefexps": texts}
        return plain(
            sign_message(self.group, self.keys[index - 1].signing, f"certs_sig|{encode(said).decode()}")
        )

    def sealed(self, sender: int, recipient: int, message: str) -> str:
        member = self.circle.members[recipient - 1].encryption
        return channels.send(self.group, self.keys[sender - 1], member, message)

    def passed_on(self, sender: int, meant_for: int, to: int) -> str:
        """What was dealt to one trustee, put into the envelope of another: `meant_for` gave its key away."""
        group = self.group
        point = threshold.check_input(
            self.circle,
            self.keys[meant_for - 1],
            threshold.make_inputs(self.circle, self.polynomials)[meant_for - 1],
        )
        inner = json.dumps({"secret": str(point.secret)}, separators=(",", ":"))
        envelope = encode(
            channels.ChannelMessage(group.serialise(self.circle.members[meant_for - 1].encryption), inner)
        )
        return self._in_gcm(to, encode(certificates.sign(group, self.keys[sender - 1], envelope.decode())))

    def unsigned(self, to: int) -> str:
        """Well sealed, but no signed message inside."""
        return self._in_gcm(to, b"{}")

    def _in_gcm(self, to: int, content: bytes) -> str:
        group = self.group
        session, randomness = group.generator.power(424242), 242424
        alpha = group.generator.power(randomness)
        beta = group.multiply(group.power(self.circle.members[to - 1].encryption, randomness), session)
        key = hashlib.sha256(f"key|{group.serialise(session)}".encode()).digest()
        vector = hashlib.sha256(f"iv|{group.serialise(alpha)}".encode()).digest()
        data = AESGCM(key).encrypt(vector, content, None).hex()
        return encode(
            channels.EncryptedMessage("AES-GCM", group.serialise(alpha), group.serialise(beta), data)
        ).decode()

    def key_of(self, secret: int, signer: int, pok_of: int | None = None) -> Json:
        """A verification key with a proof and a signature, of whatever secret."""
        group = self.group
        public = group.generator.power(secret)
        return {
            "pok": plain(prove_key(group, secret if pok_of is None else pok_of, public)),
            "public_key": group.serialise(public),
            "signature": plain(sign_message(group, self.keys[signer - 1].signing, group.serialise(public))),
        }

    def json_of(self, path: Path, **fields: Any) -> str:
        """The JSON text at a path with fields replaced."""
        return json.dumps(
            json.loads(_at(self.json, path)) | fields, separators=(",", ":"), ensure_ascii=False
        )


def identity(group: Group) -> str:
    return group.serialise(group.identity)


def bad_case(
    name: str, act: str, refusal: str | None, *changes: Sequence[Any], of: int = 1, **context: Any
) -> Json:
    """`of` is the number that the act needs: a trustee's, in most of them."""
    made = {"name": name, "act": act, "of": of, "changes": [list(each) for each in changes]}
    return made | {"refusal": refusal, **({"context": context} if refusal else {})}


def _certificate_cases(made: Ceremony) -> list[Json]:
    group = made.group

    def second(name: str, refusal: str, certificate: Any, **context: Any) -> Json:
        return bad_case(name, "certificates", refusal, (["certificates", 1], plain(certificate)), **context)

    def contextual(name: str, **fields: Any) -> Json:
        good: dict[str, Any] = {"group": group.name, "size": SIZE, "threshold": NEEDED, "index": 2}
        return second(
            f"a certificate for {name}",
            "certificate-context",
            made.certificate(2, context=Context(**(good | fields))),
            trustee=2,
        )

    element_1 = made.certificate(1)
    own = json.loads(element_1.message)
    not_canonical = ["certificates", 0, "message"]
    return [
        bad_case("good certificates", "certificates", None),
        contextual("another group", group="WEAK-64"),
        contextual("another size", size=4),
        contextual("another threshold", threshold=3),
        contextual("another number", index=3),
        second(
            "a certificate without context",
            "certificate-context",
            made.certificate(2, context=UNSET),
            trustee=2,
        ),
        bad_case(
            "the first certificate without context",
            "certificates",
            "certificate-context",
            (["certificates", 0], plain(made.certificate(1, context=UNSET))),
            trustee=1,
        ),
        second("the same keys twice", "certificate-duplicate", made.certificate(2, made.keys[0]), trustee=2),
        second(
            "another trustee's encryption key",
            "certificate-duplicate",
            made.certificate(2, encryption=own["encryption"]),
            trustee=2,
        ),
        second(
            "one key for both purposes",
            "certificate-duplicate",
            made.certificate(2, Keyring(made.keys[1].signing, made.keys[1].signing)),
            trustee=2,
        ),
        second(
            "a certificate that another trustee signed",
            "certificate-invalid",
            certificates.sign(group, made.keys[2], made.certificates[1].message),
            trustee=2,
        ),
        bad_case(
            "certificates exchanged",
            "certificates",
            "certificate-context",
            (["certificates", 0], made.json["certificates"][1]),
            (["certificates", 1], made.json["certificates"][0]),
            trustee=1,
        ),
        second(
            "an encryption key that is the identity",
            "element-identity",
            made.certificate(2, encryption=identity(group)),
            place="trustee 2",
        ),
        second(
            "a response out of range",
            "scalar-out-of-range",
            {
                "message": made.certificates[1].message,
                "signature": {
                    "challenge": made.certificates[1].signature.challenge,
                    "response": str(int(made.certificates[1].signature.response) + int(group.q)),
                },
            },
            place="trustee 2",
        ),
        bad_case(
            "a certificate with a space in it",
            "certificates",
            "json-not-canonical",
            (not_canonical, element_1.message.replace(":", ": ", 1)),
            what="certificate",
        ),
        bad_case(
            "a certificate that is no JSON",
            "certificates",
            "json-malformed",
            (not_canonical, element_1.message[:-1]),
            what="certificate",
        ),
        bad_case(
            "an index that is no integer",
            "certificates",
            "json-malformed",
            (not_canonical, element_1.message.replace('"index":1', '"index":1.0')),
            what="certificate",
        ),
        bad_case("no certificates", "certificates", "threshold-shape", (["certificates"], []), what="certs"),
        bad_case(
            "a threshold above the size",
            "certificates",
            "threshold-out-of-range",
            (["certificates"], made.json["certificates"][:1]),
            threshold=NEEDED,
            size=1,
            index=1,
        ),
    ]


def _polynomial_cases(made: Ceremony) -> list[Json]:
    group, texts = made.group, made.commitments(1)
    dealt: Path = ["polynomials", 0]

    def case(name: str, refusal: str | None, *changes: Sequence[Any], **context: Any) -> Json:
        return bad_case(name, "polynomial", refusal, *changes, **context)

    longer = [*texts, texts[0]]
    swapped = texts[::-1]
    return [
        case("a good polynomial", None),
        case(
            "a point too few",
            "threshold-shape",
            ([*dealt, "secrets"], made.json["polynomials"][0]["secrets"][:-1]),
            what="secrets",
        ),
        case(
            "commitments that another trustee signed",
            "commitment-invalid",
            ([*dealt, "coefexps"], made.json["polynomials"][1]["coefexps"]),
            trustee=1,
        ),
        case(
            "a commitment changed",
            "commitment-invalid",
            (
                [*dealt, "coefexps", "message"],
                made.json_of([*dealt, "coefexps", "message"], coefexps=swapped),
            ),
            trustee=1,
        ),
        case(
            "a commitment too many",
            "commitment-length",
            ([*dealt, "coefexps"], made.coefexps(1, longer)),
            ([*dealt, "signature"], made.bound(1, longer)),
            trustee=1,
        ),
        case(
            "a commitment too few",
            "commitment-length",
            ([*dealt, "coefexps"], made.coefexps(1, texts[:1])),
            ([*dealt, "signature"], made.bound(1, texts[:1])),
            trustee=1,
        ),
        case(
            "a commitment that is the identity",
            "element-identity",
            ([*dealt, "coefexps"], made.coefexps(1, [texts[0], identity(group)])),
            place="trustee 1",
        ),
        case(
            "commitments bound to other commitments",
            "commitment-not-bound",
            ([*dealt, "coefexps"], made.coefexps(1, swapped)),
            trustee=1,
        ),
        case(
            "commitments bound to other certificates",
            "commitment-not-bound",
            ([*dealt, "signature"], made.bound(1, texts, made.json["certificates"][:2])),
            trustee=1,
        ),
        case(
            "an extra field",
            "json-malformed",
            ([*dealt, "extra"], 1),
            what="polynomial",
        ),
        case("no signature", "json-malformed", ([*dealt, "signature"],), what="polynomial"),
    ]


def _input_cases(made: Ceremony) -> list[Json]:
    to_second: Path = ["polynomials", 0, "secrets", 1]
    dealt = json.loads(made.polynomials[0].secrets[1])

    def case(name: str, refusal: str | None, *changes: Sequence[Any], **context: Any) -> Json:
        return bad_case(name, "input", refusal, *changes, of=2, **context)

    def altered(**fields: Any) -> str:
        return json.dumps(dealt | fields, separators=(",", ":"))

    data = dealt["data"]
    return [
        case("a good input", None),
        case(
            "a dealer left out",
            "threshold-shape",
            (["polynomials"], made.json["polynomials"][:2]),
            what="vinput",
        ),
        case(
            "a point that is not what was committed to",
            "share-invalid",
            (to_second, made.sealed(1, 2, '{"secret":"1"}')),
            trustee=1,
        ),
        case(
            "a point that another trustee signed",
            "message-sender-invalid",
            (to_second, made.sealed(3, 2, '{"secret":"1"}')),
            trustee=1,
        ),
        case(
            "a point sealed for another trustee",
            "message-unreadable",
            (to_second, made.polynomials[0].secrets[2]),
            trustee=1,
        ),
        case(
            "a point meant for another trustee, sealed again",
            "message-recipient-invalid",
            (to_second, made.passed_on(1, 3, 2)),
            trustee=1,
        ),
        case(
            "ciphertext changed",
            "message-unreadable",
            (to_second, altered(data=("0" if data[0] != "0" else "1") + data[1:])),
            trustee=1,
        ),
        case(
            "tag changed",
            "message-unreadable",
            (to_second, altered(data=data[:-1] + ("0" if data[-1] != "0" else "1"))),
            trustee=1,
        ),
        case("data in upper case", "message-unreadable", (to_second, altered(data=data.upper())), trustee=1),
        case(
            "data shorter than a tag", "message-unreadable", (to_second, altered(data=data[:30])), trustee=1
        ),
        case("half a byte of data", "message-unreadable", (to_second, altered(data=data[:-1])), trustee=1),
        case(
            "another algorithm",
            "json-malformed",
            (to_second, altered(algorithm="AES-CCM")),
            what="encrypted message",
        ),
        case(
            "alpha the identity",
            "element-identity",
            (to_second, altered(alpha=identity(made.group))),
            place="trustee 1",
        ),
        case(
            "an envelope with nothing signed",
            "json-malformed",
            (to_second, made.unsigned(2)),
            what="signed message",
        ),
        case(
            "an envelope without a point",
            "json-malformed",
            (to_second, made.sealed(1, 2, '{"point":"1"}')),
            what="secret",
        ),
        case(
            "a point with a leading zero",
            "scalar-not-canonical",
            (to_second, made.sealed(1, 2, '{"secret":"01"}')),
            place="trustee 1",
        ),
        case(
            "commitments of a dealer changed",
            "commitment-invalid",
            (["polynomials", 2, "coefexps"], made.json["polynomials"][0]["coefexps"]),
            trustee=3,
        ),
        case(
            "another polynomial in the owner's name",
            "own-polynomial-differs",
            (["polynomials", 1, "polynomial"], made.sealed(2, 2, '{"polynomial":["1","2"]}')),
        ),
        case(
            "the owner's polynomial from somebody else",
            "message-sender-invalid",
            (["polynomials", 1, "polynomial"], made.sealed(3, 2, '{"polynomial":["1","2"]}')),
            trustee=2,
        ),
    ]


def _output_cases(made: Ceremony) -> list[Json]:
    public: Path = ["outputs", 1, "public_key"]
    secret = made.secrets[1]
    good = made.json["outputs"][1]["public_key"]

    def case(name: str, refusal: str | None, *changes: Sequence[Any], **context: Any) -> Json:
        return bad_case(name, "output", refusal, *changes, of=2, **context)

    return [
        case("a good output", None),
        case("an output without signature", "threshold-shape", ([*public, "signature"],), what="signature"),
        case(
            "another public key",
            "verification-key-mismatch",
            (public, made.key_of(secret + 1, 2)),
            trustee=2,
        ),
        case(
            "a proof of another key",
            "trustee-key-proof-invalid",
            (public, made.key_of(secret, 2, pok_of=secret + 1)),
            trustee=2,
        ),
        case(
            "a key that another trustee signed",
            "verification-key-signature-invalid",
            (public, made.key_of(secret, 3)),
            trustee=2,
        ),
        case(
            "a key outside the group's texts",
            "element-not-canonical",
            ([*public, "public_key"], f"0{good['public_key']}"),
            place="trustee 2",
        ),
        case(
            "a polynomial too few",
            "threshold-shape",
            (["polynomials"], made.json["polynomials"][:2]),
            what="polynomials",
        ),
        bad_case("a good private key", "private key", None, of=2),
        bad_case(
            "the private key of another trustee",
            "private key",
            "message-unreadable",
            (["outputs", 1, "private_key"], made.outputs[0].private_key),
            of=2,
            trustee=0,
        ),
        bad_case(
            "a private key sealed by somebody else",
            "private key",
            "message-sender-invalid",
            (["outputs", 1, "private_key"], made.sealed(1, 2, '{"decryption_key":"1"}')),
            of=2,
            trustee=0,
        ),
        bad_case(
            "a private key out of range",
            "private key",
            "scalar-out-of-range",
            (
                ["outputs", 1, "private_key"],
                made.sealed(2, 2, json.dumps({"decryption_key": str(made.group.q)}, separators=(",", ":"))),
            ),
            of=2,
            place="key",
        ),
    ]


def _parameter_cases(made: Ceremony) -> list[Json]:
    """`of` is the number of the circle's first trustee among all owners."""
    parameters = made.json["parameters"]

    def case(name: str, refusal: str | None, *changes: Sequence[Any], **context: Any) -> Json:
        moved = [(["parameters", *path], *value) for path, *value in changes]
        return bad_case(name, "parameters", refusal, *moved, of=2, **context)

    def shorter(what: str) -> Json:
        return case(f"{what} too few", "threshold-shape", ([what], parameters[what][:-1]), what=what)

    secret = made.secrets[2]
    cancelling = _cancelling(made)
    return [
        case("good parameters", None),
        bad_case("good parameters of before 2.5.1", "older", None, of=2),
        shorter("coefexps"),
        shorter("verification_keys"),
        shorter("signatures"),
        case("another threshold", "certificate-context", (["threshold"], 1), trustee=2),
        case(
            "a threshold of nobody",
            "threshold-out-of-range",
            (["threshold"], 0),
            threshold=0,
            size=3,
            index=1,
        ),
        case(
            "a key without signature",
            "threshold-shape",
            (["verification_keys", 2, "signature"],),
            what="signature",
        ),
        case("signatures left out", "threshold-shape", (["signatures"],), what="signature"),
        case(
            "another key of the third",
            "verification-key-mismatch",
            (["verification_keys", 2], made.key_of(secret + 1, 3)),
            trustee=4,
        ),
        case(
            "the third's key signed by the second",
            "verification-key-signature-invalid",
            (["verification_keys", 2], made.key_of(secret, 2)),
            trustee=4,
        ),
        case(
            "commitments of the second changed",
            "commitment-invalid",
            (["coefexps", 1, "signature"], parameters["coefexps"][0]["signature"]),
            trustee=3,
        ),
        case(
            "commitments of the third not bound",
            "commitment-not-bound",
            (["signatures", 2], parameters["signatures"][1]),
            trustee=4,
        ),
        case("a circle that protects nothing", "element-identity", *cancelling, place="trustee 2"),
        bad_case(
            "older parameters with one context",
            "older",
            "certificate-context",
            (["older", "certs", 0], parameters["certs"][0]),
            of=2,
            trustee=2,
        ),
        bad_case(
            "older parameters with another key",
            "older",
            "verification-key-mismatch",
            (
                ["older", "verification_keys", 0, "public_key"],
                parameters["verification_keys"][1]["public_key"],
            ),
            of=2,
            trustee=2,
        ),
    ]


def _cancelling(made: Ceremony) -> list[Sequence[Any]]:
    """Polynomials of three accomplices whose sum has no constant term: everybody could decrypt."""
    group, q = made.group, int(made.group.q)
    polynomials = [[5, 11], [7, 13], [q - 12, 17]]
    changes: list[Sequence[Any]] = []
    for number, coefficients in enumerate(polynomials, 1):
        texts = [group.serialise(group.generator.power(each)) for each in coefficients]
        changes.append((["coefexps", number - 1], made.coefexps(number, texts)))
        changes.append((["signatures", number - 1], made.bound(number, texts)))
    for number in range(1, SIZE + 1):
        secret = sum(constant + slope * number for constant, slope in polynomials) % q
        changes.append((["verification_keys", number - 1], made.key_of(secret, number)))
    return changes


def ceremonies(made: Ceremony) -> Json:
    """The ceremony, what can be derived from its seeds, and its cases."""
    group = made.group
    derived = [certificates.public_keys(group, keys) for keys in made.keys]
    good = made.seeds[0]
    seeds: list[Json] = [
        {
            "seed": seed,
            "signing": str(keys.signing),
            "decryption": str(keys.decryption),
            "verification": group.serialise(public.verification),
            "encryption": group.serialise(public.encryption),
            "refusal": None,
        }
        for seed, keys, public in zip(made.seeds, made.keys, derived, strict=True)
    ]
    seeds += [
        {"seed": bad, "refusal": "seed-malformed"}
        for bad in (good[:-1], good + "1", good[:-1] + "0", good[:-1] + "é", "")
    ]
    return {
        "group": group.name,
        "size": SIZE,
        "threshold": NEEDED,
        "seeds": seeds,
        "drawn": made.drawn,
        "ceremony": made.json,
        "secrets": [str(secret) for secret in made.secrets],
        "cases": [
            *_certificate_cases(made),
            *_polynomial_cases(made),
            *_input_cases(made),
            *_output_cases(made),
            *_parameter_cases(made),
        ],
    }


def sealed_messages() -> Json:
    """AES-256-GCM: NIST's test cases 13 to 18 (McGrew and Viega 2005), and vectors of our own lengths."""
    nist_key = "feffe9928665731c6d6a8f9467308308" * 2
    nist_text = (
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255"
    )
    cases: list[Json] = [
        {
            "name": "NIST 13",
            "key": "00" * 32,
            "iv": "00" * 12,
            "message": "",
            "sealed": "530f8afbc74536b9a963b4f1c4cb738b",
        },
        {
            "name": "NIST 14",
            "key": "00" * 32,
            "iv": "00" * 12,
            "message": "00" * 16,
            "sealed": "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919",
        },
        {
            "name": "NIST 15",
            "key": nist_key,
            "iv": "cafebabefacedbaddecaf888",
            "message": nist_text,
            "sealed": (
                "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad"
                "b094dac5d93471bdec1a502270e3cc6c"
            ),
        },
    ]
    for length in (0, 1, 15, 16, 17, 63, 64, 300):
        for size in (8, 12, 13, 16, 32, 60):
            if length > 17 and size != 32:
                continue
            digest = hashlib.shake_256(f"sealed|{length}|{size}".encode()).digest(32 + size + length)
            key, vector, message = digest[:32], digest[32 : 32 + size], digest[32 + size :]
            cases.append(
                {
                    "name": f"{length} bytes, a vector of {size}",
                    "key": key.hex(),
                    "iv": vector.hex(),
                    "message": message.hex(),
                    "sealed": AESGCM(key).encrypt(vector, message, None).hex(),
                }
            )
    return {"cases": cases}
