"""Deal a circle of trustees whose secrets are known to all, honestly or with one part changed.

No messages are sent: what a verifier sees is what is published. Only for vectors.
"""

import json
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any

import msgspec
from unsafe_randomness import unsafe_counted_randomness

from voting.protocol import certificates
from voting.protocol.certificates import Circle, Keyring, SignedMessage
from voting.protocol.encoding import encode
from voting.protocol.group import Group
from voting.protocol.pedersen import RawCommitments, ThresholdParameters, VerificationKey, binding
from voting.protocol.proofs import prove_key, sign_message

THRESHOLD = 2
SEEDS = ("1stTrusteeSeedForTests", "2ndTrusteeSeedForTests", "3rdTrusteeSeedForTests")
OTHER_SEED = "NewTrusteeSeedForTests"  # of a trustee whom the server makes up


def resigned(group: Group, keys: Keyring, message: Any) -> Any:
    """A message, JSON or its text, signed by these keys, as JSON."""
    text = message if isinstance(message, str) else encode(message).decode()
    unsafe_counted_randomness(f"signed {text}")
    return msgspec.to_builtins(certificates.sign(group, keys, text))


@dataclass(frozen=True)
class Dealt:
    """Two of three trustees; `coefficients` are what each of them dealt."""

    group: Group
    seeds: tuple[str, ...] = SEEDS
    threshold: int = THRESHOLD
    given: tuple[tuple[int, ...], ...] | None = None

    @cached_property
    def keys(self) -> tuple[Keyring, ...]:
        """The trustees' signing and decryption keys."""
        return tuple(certificates.keyring(self.group, seed) for seed in self.seeds)

    @cached_property
    def coefficients(self) -> tuple[tuple[int, ...], ...]:
        """Each trustee's polynomial."""
        if self.given is not None:
            return self.given
        dealt = []
        for seed in self.seeds:
            unsafe_counted_randomness(f"polynomial {seed}")
            dealt.append(tuple(self.group.random_scalar() for _ in range(self.threshold)))
        return tuple(dealt)

    @property
    def secret(self) -> int:
        """The circle's private key, which nobody holds."""
        return sum(each[0] for each in self.coefficients) % int(self.group.q)

    @property
    def secrets(self) -> tuple[int, ...]:
        """Each trustee's private key."""
        order = int(self.group.q)
        return tuple(
            sum(reduce(lambda value, a: value * index + a, reversed(each), 0) for each in self.coefficients)
            % order
            for index in range(1, len(self.seeds) + 1)
        )

    @cached_property
    def parameters(self) -> ThresholdParameters:
        """What is published."""
        group, size = self.group, len(self.seeds)
        unsafe_counted_randomness(f"circle {self.seeds} {self.threshold} {self.given}")
        certs = tuple(
            certificates.make_certificate(group, keys, size, self.threshold, index)
            for index, keys in enumerate(self.keys, 1)
        )
        circle = Circle(group, self.threshold, certs, ())
        dealt = [tuple(group.generator.power(a) for a in each) for each in self.coefficients]
        return ThresholdParameters(
            threshold=self.threshold,
            certs=certs,
            coefexps=tuple(
                certificates.sign(
                    group, keys, encode(RawCommitments(tuple(map(group.serialise, each)))).decode()
                )
                for keys, each in zip(self.keys, dealt, strict=True)
            ),
            signatures=tuple(
                sign_message(group, keys.signing, binding(circle, each))
                for keys, each in zip(self.keys, dealt, strict=True)
            ),
            verification_keys=tuple(map(self._key, range(size))),
        )

    def _key(self, position: int) -> VerificationKey:
        public = self.group.generator.power(self.secrets[position])
        text = self.group.serialise(public)
        return VerificationKey(
            pok=prove_key(self.group, self.secrets[position], public),
            public_key=text,
            signature=sign_message(self.group, self.keys[position].signing, text),
        )

    @property
    def json(self) -> Any:
        """`parameters` as JSON."""
        return json.loads(encode(self.parameters))

    def bound(self, parameters: Any) -> Any:
        """JSON of parameters with the commitments bound again to the certificates by all trustees."""
        certs = msgspec.convert(parameters["certs"], tuple[SignedMessage, ...])
        circle = Circle(self.group, self.threshold, certs, ())
        for position, (keys, said) in enumerate(zip(self.keys, parameters["coefexps"], strict=True)):
            unsafe_counted_randomness(f"bound {position}")
            texts = json.loads(said["message"])["coefexps"]
            commitments = [self.group.element(text, "") for text in texts]
            proof = sign_message(self.group, keys.signing, binding(circle, commitments))
            parameters["signatures"][position] = msgspec.to_builtins(proof)
        return parameters

    @property
    def older(self) -> Any:
        """The same as versions before 2.5.1 would have published it: no contexts, no second signatures."""
        made = self.json
        for position, keys in enumerate(self.keys):
            said = json.loads(made["certs"][position]["message"])
            del said["context"], made["verification_keys"][position]["signature"]
            made["certs"][position] = resigned(self.group, keys, said)
        del made["signatures"]
        return made
