"""Records of an election whose key the server holds together with a circle of three trustees, any two of whom
decrypt. The server's key is owner 1, the circle's trustees are owners 2, 3 and 4.

Changes are repaired by whom the case names: the server, who passes all messages on, or a trustee, who has an
own seed. Most are in Ed25519, where records are small; some are in BELENIOS-2048, too.
"""

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import forge
import msgspec
from forge import TRUSTEE_SECRETS, Held, Json, compact, hold, set_at
from forge_circle import OTHER_SEED, SEEDS, Dealt, resigned
from forge_export import Case, case, seal
from unsafe_randomness import unsafe_counted_randomness

from tests import edwards
from voting.protocol import certificates
from voting.protocol.board import owned
from voting.protocol.group import BELENIOS_2048, ED25519, Group
from voting.protocol.proofs import prove_key

DECRYPTED_BY = (1, 2, 3)
FIRST_SHARE, RESULT = 6, 9
Change = Callable[[Any], Any]


@cache
def dealt(group: Group) -> Dealt:
    """The honest circle."""
    return Dealt(group)


def base(group: Group) -> str:
    """The good record's name."""
    return "a circle" if group is ED25519 else f"a circle in {group.name}"


def held(group: Group, **changes: Any) -> Held:
    """The election with these changes."""
    return Held(group=group, circle=dealt(group), **({"shares": DECRYPTED_BY} | changes))


def cases() -> Iterator[Case]:
    """Every one."""
    yield from _certificates()
    yield from _commitments()
    yield from _verification_keys()
    yield from _shapes()
    yield from _election_key()
    for group in (ED25519, BELENIOS_2048):
        yield from _shares(group)
        yield from _older(group)


def _published(
    name: str, by: str, refusal: str, change: Change, group: Group = ED25519, **place: Any
) -> Case:
    """The published parameters of the circle changed."""
    made = held(group, trustees_json=set_at("1.1", change), setup_only=True)
    return case(f"{base(group)}: {name}", by, refusal, made, base=base(group), **place, height=0)


def _certified(number: int, change: Change) -> Change:
    """A certificate changed, and signed by its trustee again; what others signed of it stays."""
    keys = dealt(ED25519).keys[number - 1]
    return set_at(
        f"certs.{number - 1}",
        lambda said: resigned(ED25519, keys, change(json.loads(said["message"]))),
    )


def _certificates() -> Iterator[Case]:
    context, invalid, duplicate = "certificate-context", "certificate-invalid", "certificate-duplicate"
    third: Json = {"trustee": 4}
    at: Json = {"place": "trustee 4"}
    other = certificates.keyring(ED25519, OTHER_SEED)
    keys = dealt(ED25519).keys
    proof = "certs.0.signature."
    yield _published(
        "a certificate signed by another key",
        "server",
        invalid,
        set_at("certs.2", lambda said: resigned(ED25519, other, said["message"])),
        **third,
    )
    yield _published(
        "a certificate with another's signature",
        "server",
        invalid,
        set_at("certs", lambda c: [{**c[0], "signature": c[1]["signature"]}, *c[1:]]),
        trustee=2,
    )
    yield _published(
        "a certificate's response that is not reduced",
        "server",
        "scalar-out-of-range",
        set_at(proof + "response", lambda x: str(int(x) + edwards.ORDER)),
        place="trustee 2",
    )
    yield _published(
        "a certificate's challenge with a leading zero",
        "server",
        "scalar-not-canonical",
        set_at(proof + "challenge", lambda x: f"0{x}"),
        place="trustee 2",
    )
    for name, key, value in (
        ("for a threshold of one", "threshold", 1),
        ("for a circle of four", "size", 4),
        ("with another's number", "index", 2),
        ("for the other group", "group", BELENIOS_2048.name),
    ):
        yield _published(
            f"a certificate {name}",
            "trustee",
            context,
            _certified(3, set_at(f"context.{key}", _put(value))),
            **third,
        )
    yield _published(
        "two certificates exchanged",
        "server",
        context,
        set_at("certs", lambda c: [c[1], c[0], c[2]]),
        trustee=2,
    )
    yield _published(
        "a certificate without its context",
        "trustee",
        context,
        _certified(3, lambda said: {key: value for key, value in said.items() if key != "context"}),
        **third,
    )
    yield _published(
        "a threshold lower than the certificates say",
        "server",
        context,
        set_at("threshold", _put(1)),
        trustee=2,
    )
    yield _published(
        "a threshold higher than the certificates say",
        "server",
        context,
        set_at("threshold", _put(3)),
        trustee=2,
    )
    range_ = "threshold-out-of-range"
    for threshold in (0, -1, 4):
        yield _published(
            f"a threshold of {threshold}",
            "server",
            range_,
            set_at("threshold", _put(threshold)),
            threshold=threshold,
            size=3,
            index=1,
        )
    first = json.loads(dealt(ED25519).json["certs"][0]["message"])
    both = {"verification": first["verification"], "encryption": first["encryption"]}
    yield _published(
        "one trustee twice",
        "server",
        duplicate,
        set_at(
            "certs.2",
            lambda said: resigned(ED25519, keys[0], {**json.loads(said["message"]), **both}),
        ),
        **third,
    )
    yield _published(
        "another trustee's decryption key as the own",
        "trustee",
        duplicate,
        _certified(3, set_at("encryption", _put(first["encryption"]))),
        **third,
    )
    yield _published(
        "one key to sign and to decrypt",
        "trustee",
        duplicate,
        _certified(3, lambda said: {**said, "encryption": said["verification"]}),
        **third,
    )
    mixed = edwards.plus(
        edwards.read(json.loads(dealt(ED25519).json["certs"][2]["message"])["encryption"]), (0, edwards.P - 1)
    )
    for name, text, refusal in (
        ("is the identity", f"{1:064x}", "element-identity"),
        ("is the point of order two", f"{edwards.P - 1:064x}", "element-not-in-group"),
        ("has a point of order two added", edwards.written(mixed), "element-not-in-group"),
        ("is in upper case", None, "element-not-canonical"),
    ):
        change = set_at("encryption", str.upper if text is None else _put(text))
        yield _published(
            f"a trustee's decryption key {name}", "trustee", refusal, _certified(3, change), **at
        )
    yield _published(
        "a trustee's signing key is the identity",
        "trustee",
        "element-identity",
        _certified(3, set_at("verification", _put(f"{1:064x}"))),
        **at,
    )
    what: Json = {"what": "certificate"}
    yield _published(
        "a certificate with an extra key",
        "trustee",
        "json-malformed",
        _certified(3, lambda said: {**said, "name": "wang"}),
        **what,
    )
    yield _published(
        "a certificate with a space",
        "trustee",
        "json-not-canonical",
        _certified(3, lambda said: compact(said).decode() + " "),
        **what,
    )
    yield _published(
        "a certificate with its fields in another order",
        "trustee",
        "json-not-canonical",
        _certified(3, lambda said: dict(sorted(said.items(), reverse=True))),
        **what,
    )


def _put(value: Any) -> Change:
    return lambda _: value


def _said(number: int, texts: list[str]) -> Change:
    """The commitments of a trustee, signed again by that trustee, not bound again."""
    keys = dealt(ED25519).keys[number - 1]
    return set_at(f"coefexps.{number - 1}", _put(resigned(ED25519, keys, {"coefexps": texts})))


def _texts(number: int) -> list[str]:
    texts: list[str] = json.loads(dealt(ED25519).json["coefexps"][number - 1]["message"])["coefexps"]
    return texts


def _commitments() -> Iterator[Case]:
    invalid, unbound, length = "commitment-invalid", "commitment-not-bound", "commitment-length"
    second: Json = {"trustee": 3}
    honest = dealt(ED25519)
    texts = _texts(2)
    other = ED25519.serialise(ED25519.generator.power(5))
    yield _published(
        "commitments that their trustee did not sign",
        "server",
        invalid,
        set_at("coefexps.1.message", lambda x: x.replace(texts[1], other)),
        **second,
    )
    yield _published(
        "two trustees' commitments exchanged",
        "server",
        invalid,
        set_at("coefexps", lambda c: [c[1], c[0], c[2]]),
        trustee=2,
    )
    yield _published(
        "commitments changed after they were bound to the certificates",
        "trustee",
        unbound,
        _said(2, [texts[0], other]),
        **second,
    )
    yield _published(
        "commitments changed and bound again: the keys do not follow",
        "trustee",
        "verification-key-mismatch",
        lambda p: honest.bound(_said(2, [texts[0], other])(p)),
        trustee=2,
    )
    yield _published("a commitment too few", "trustee", length, _said(2, texts[:1]), **second)
    yield _published("a commitment too many", "trustee", length, _said(2, [*texts, other]), **second)
    yield _published("no commitments", "trustee", length, _said(2, []), **second)
    for name, change, refusal in (
        ("is the identity", _put(f"{1:064x}"), "element-identity"),
        ("is the point of order two", _put(f"{edwards.P - 1:064x}"), "element-not-in-group"),
        ("is in upper case", str.upper, "element-not-canonical"),
        ("has leading zeros", lambda x: f"00{x}", "element-not-canonical"),
    ):
        said = _said(2, [texts[0], change(texts[1])])
        yield _published(f"a commitment {name}", "trustee", refusal, said, place="trustee 3")
    keys = honest.keys[1]
    what: Json = {"what": "coefexps"}
    for name, text, refusal in (
        ("commitments with an extra key", compact({"coefexps": texts, "note": 1}), "json-malformed"),
        ("commitments with a space", compact({"coefexps": texts}) + b" ", "json-not-canonical"),
        ("commitments that are numbers", compact({"coefexps": [1, 2]}), "json-malformed"),
    ):
        changed = resigned(ED25519, keys, text.decode())
        yield _published(name, "trustee", refusal, set_at("coefexps.1", _put(changed)), **what)
    yield _published(
        "a binding signature changed",
        "server",
        unbound,
        set_at("signatures.1.response", lambda x: str((int(x) + 1) % edwards.ORDER)),
        **second,
    )
    yield _published(
        "a binding signature that is not reduced",
        "server",
        "scalar-out-of-range",
        set_at("signatures.1.challenge", lambda x: str(int(x) + edwards.ORDER)),
        place="trustee 3",
    )
    yield _published(
        "two binding signatures exchanged",
        "server",
        unbound,
        set_at("signatures", lambda s: [s[1], s[0], s[2]]),
        trustee=2,
    )
    yield _replaced()
    yield _cancelled()


def _replaced() -> Case:
    """The server puts an own trustee in the third's place after the others have dealt: all that they signed
    alone still holds, and with its three polynomials the circle is faultless but for their agreement."""
    honest = dealt(ED25519)
    fake = Dealt(ED25519, (*SEEDS[:2], OTHER_SEED), given=honest.coefficients)
    published = fake.json
    published["signatures"][:2] = honest.json["signatures"][:2]
    name = "a trustee replaced by one of the server's after the others have dealt"
    return _published(name, "server", "commitment-not-bound", _put(published), trustee=2)


def _cancelled() -> Case:
    """All three deal polynomials that cancel out: the circle's key would protect nothing."""
    order = edwards.ORDER
    first = (20260501, 20260511), (20260502, 20260512)
    last = (order - sum(each[0] for each in first), 20260513)
    name = "polynomials that cancel out"
    published = Dealt(ED25519, given=(*first, last)).json
    return _published(name, "trustee", "element-identity", _put(published), place="trustee 2")


def _verification_keys() -> Iterator[Case]:
    mismatch, unproven = "verification-key-mismatch", "trustee-key-proof-invalid"
    unsigned = "verification-key-signature-invalid"
    key = "verification_keys.1."
    second: Json = {"trustee": 3}
    at: Json = {"place": "trustee 3"}
    honest = dealt(ED25519)
    yield _published(
        "two verification keys exchanged",
        "server",
        mismatch,
        set_at("verification_keys", lambda v: [v[1], v[0], v[2]]),
        trustee=2,
    )
    secret = 20260420
    public = ED25519.generator.power(secret)
    text = ED25519.serialise(public)
    unsafe_counted_randomness("own key")
    own = {
        "pok": msgspec.to_builtins(prove_key(ED25519, secret, public)),
        "public_key": text,
        "signature": resigned(ED25519, honest.keys[1], text)["signature"],
    }
    yield _published(
        "a verification key of the trustee's own", "trustee", mismatch, set_at(key[:-1], _put(own)), **second
    )
    for name, change, refusal in (
        ("is the identity", _put(f"{1:064x}"), "element-identity"),
        ("is the point of order two", _put(f"{edwards.P - 1:064x}"), "element-not-in-group"),
        ("is in upper case", str.upper, "element-not-canonical"),
        ("has leading zeros", lambda x: f"00{x}", "element-not-canonical"),
    ):
        yield _published(
            f"a verification key {name}", "server", refusal, set_at(key + "public_key", change), **at
        )
    yield _published(
        "a verification key with another's proof",
        "server",
        unproven,
        set_at("verification_keys", lambda v: [v[0], {**v[1], "pok": v[0]["pok"]}, v[2]]),
        **second,
    )
    yield _published(
        "a verification key's proof changed",
        "server",
        unproven,
        set_at(key + "pok.challenge", lambda x: str((int(x) + 1) % edwards.ORDER)),
        **second,
    )
    yield _published(
        "a verification key's proof that is not reduced",
        "server",
        "scalar-out-of-range",
        set_at(key + "pok.response", lambda x: str(int(x) + edwards.ORDER)),
        **at,
    )
    yield _published(
        "a verification key with another's signature",
        "server",
        unsigned,
        set_at("verification_keys", lambda v: [v[0], {**v[1], "signature": v[0]["signature"]}, v[2]]),
        **second,
    )
    yield _published(
        "a verification key's signature that is not reduced",
        "server",
        "scalar-out-of-range",
        set_at(key + "signature.response", lambda x: str(int(x) + edwards.ORDER)),
        **at,
    )


def _without(name: str) -> Change:
    return lambda value: {key: each for key, each in value.items() if key != name}


def _shapes() -> Iterator[Case]:
    shape = "threshold-shape"
    for name in ("coefexps", "verification_keys", "signatures"):
        change = set_at(name, lambda x: x[:2])
        yield _published(f"{name} of two trustees only", "server", shape, change, what=name)
    change = set_at("signatures", lambda x: [*x, x[0]])
    yield _published("a binding signature too many", "server", shape, change, what="signatures")
    yield _published(
        "the third certificate left out", "server", shape, set_at("certs", lambda c: c[:2]), what="coefexps"
    )
    nobody = {"threshold": 1, "certs": [], "coefexps": [], "signatures": [], "verification_keys": []}
    yield _published("a circle of nobody", "server", shape, _put(nobody), what="certs")
    yield _published("no binding signatures", "server", shape, _without("signatures"), what="signature")
    yield _published(
        "a verification key without a signature",
        "server",
        shape,
        set_at("verification_keys.2", _without("signature")),
        what="signature",
    )

    def stripped(published: Any) -> Any:
        keys = [_without("signature")(key) for key in published["verification_keys"]]
        return _without("signatures")({**published, "verification_keys": keys})

    yield _published(
        "all signatures of agreement taken away", "server", "certificate-context", stripped, trustee=2
    )
    older = dealt(ED25519).older
    yield _published(
        "one certificate in the older form",
        "trustee",
        "certificate-context",
        set_at("certs.0", _put(older["certs"][0])),
        trustee=2,
    )
    what: Json = {"what": "trustees"}
    malformed = "json-malformed"
    yield _published("a circle with a name", "server", malformed, lambda p: {**p, "name": "x"}, **what)
    yield _published("a threshold as text", "server", malformed, set_at("threshold", str), **what)
    yield _published(
        "a threshold of two and a half", "server", malformed, set_at("threshold", _put(2.5)), **what
    )
    yield _published("a circle without certificates", "server", malformed, _without("certs"), **what)
    yield _published(
        "a circle with its fields sorted",
        "server",
        "json-not-canonical",
        lambda p: dict(sorted(p.items())),
        **what,
    )


def _election_key() -> Iterator[Case]:
    def trustees(name: str, refusal: str, change: Change, **place: Any) -> Case:
        made = held(ED25519, trustees_json=change, setup_only=True)
        return case(f"a circle: {name}", "server", refusal, made, base="a circle", **place, height=0)

    mismatch, malformed = "election-key-mismatch", "json-malformed"
    yield trustees("a circle that has no part in the election key", mismatch, lambda t: t[:1])
    yield trustees("a server's key that has no part in the election key", mismatch, lambda t: t[1:])
    yield trustees("the circle twice", mismatch, lambda t: [*t, copy.deepcopy(t[1])])
    other = Dealt(ED25519, (OTHER_SEED, *SEEDS[1:])).json
    yield trustees("another circle", mismatch, set_at("1.1", _put(other)))
    what: Json = {"what": "trustees"}
    yield trustees("a circle said to be a single key", malformed, set_at("1.0", _put("Single")), **what)
    yield trustees("a single key said to be a circle", malformed, set_at("0.0", _put("Pedersen")), **what)
    yield trustees("a circle with a third part", malformed, set_at("1", lambda x: [*x, 1]), **what)


def _shares(group: Group) -> Iterator[Case]:
    """Who decrypts. Both archives have the same shares; what is wrong is found in that by owners first."""
    missing, owner_invalid, invalid = (
        f"decryption-{name}" for name in ("missing", "owner-invalid", "proof-invalid")
    )

    def good(*shares: int) -> Case:
        name = f"good: {base(group)}, decrypted by {', '.join(map(str, shares))}"
        return case(name, "nobody", None, held(group, shares=shares), base=base(group))

    def shared(name: str, by: str, refusal: str, shares: tuple[int, ...], **place: Any) -> Case:
        place = {**place, "measure": "owners"}
        return case(
            f"{base(group)}: {name}", by, refusal, held(group, shares=shares), base=base(group), **place
        )

    def numbered(
        name: str, by: str, refusal: str, change: Callable[[int], int], at: int, /, **place: Any
    ) -> Case:
        """The share at a height stands under another number, in both archives."""
        parts = hold(held(group))
        for events in parts.events.values():
            kind, records = events[at]
            number = json.loads(records[1])["owner"]
            events[at] = (kind, list(owned(change(number), records[0])))
        found = [(refusal, {**place, "height": at, "measure": "owners"})]
        return Case(f"{base(group)}: {name}", by, seal(parts), found, base(group))

    one: Json = {"question": 1, "choice": 1}
    yield good(4, 2, 1)
    yield shared("one trustee of the circle", "server", missing, (1, 2), height=RESULT - 1, trustee=3)
    yield shared("the circle without the server", "trustee", missing, (2, 3, 4), height=RESULT, trustee=1)
    yield numbered(
        "a share under another trustee's number",
        "server",
        invalid,
        _put(4),
        FIRST_SHARE + 2,
        trustee=4,
        **one,
    )
    yield numbered(
        "a share numbered inside the circle",
        "server",
        owner_invalid,
        lambda n: n - 1,
        FIRST_SHARE + 1,
        trustee=1,
    )
    if group is not ED25519:
        return
    yield good(1, 2, 4)
    yield good(1, 3, 4)
    yield good(1, 2, 3, 4)
    yield shared("the server alone", "server", missing, (1,), height=RESULT - 2, trustee=2)
    yield shared(
        "one share twice, byte for byte", "server", "archive-reference", (1, 2, 2), height=FIRST_SHARE + 2
    )
    yield numbered(
        "another's share under a number that is there",
        "server",
        owner_invalid,
        _put(2),
        FIRST_SHARE + 2,
        trustee=2,
    )
    for number in (0, -1, 5):
        yield numbered(
            f"a share of trustee {number}",
            "server",
            owner_invalid,
            _put(number),
            FIRST_SHARE + 2,
            trustee=number,
        )
    yield _beside_enough()
    yield _by_the_server_alone()


def _beside_enough() -> Case:
    """A share that is not needed is not let through either."""
    parts = hold(held(ED25519, shares=(1, 2, 3, 4)))
    kind, records = parts.events["owners"][FIRST_SHARE + 3]
    share = set_at("decryption_proofs.0.0.challenge", lambda x: str((int(x) + 1) % edwards.ORDER))(
        json.loads(records[0])
    )
    parts.events["owners"][FIRST_SHARE + 3] = (kind, list(owned(4, compact(share))))
    place = {"trustee": 4, "question": 1, "choice": 1, "height": FIRST_SHARE + 3, "measure": "owners"}
    name = "a circle: an invalid share beside enough others"
    return Case(name, "trustee", seal(parts), [("decryption-proof-invalid", place)], "a circle")


def _by_the_server_alone() -> Case:
    """The server makes up the shares of trustees who did not come, with a key of its own."""
    parts = hold(held(ED25519))
    for measure, events in parts.events.items():
        kind, _ = events[FIRST_SHARE + 2]
        counted = [each[1][0] for each in events if each[0] == "Ballot"]
        areas = {forge.public(private, ED25519): area for private, area in forge.VOTERS}
        keys = [json.loads(ballot)["credential"] for ballot in counted]
        weights = [areas[key] if measure == "area" else 1 for key in keys]
        sums = forge.unsafe_tally(parts.election, counted, weights)
        made_up = forge.share(parts.election.body, sums, TRUSTEE_SECRETS[1])
        events[FIRST_SHARE + 2] = (kind, list(owned(3, made_up)))
    place = {"trustee": 3, "question": 1, "choice": 1, "height": FIRST_SHARE + 2, "measure": "owners"}
    name = "a circle: a share that the server made up"
    return Case(name, "server", seal(parts), [("decryption-proof-invalid", place)], "a circle")


def _older(group: Group) -> Iterator[Case]:
    """The form of versions before 2.5.1 is read, and it is said that the trustees' agreement is not shown."""
    older = dealt(group).older
    made = case(
        f"good: {base(group)} in the older form",
        "nobody",
        None,
        held(group, trustees_json=set_at("1.1", _put(older))),
        base=base(group),
    )
    yield replace(made, not_checked=("circle",))
