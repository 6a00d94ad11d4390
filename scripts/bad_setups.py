"""Elections that should never have been opened: keys, trustees, lists of credentials, rules."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import forge
import msgspec
from forge import GROUP, TRUSTEE_SECRETS, Held, Json, compact, set_at
from forge_export import Case, Seals, case
from unsafe_randomness import unsafe_counted_randomness

from voting.protocol.proofs import prove_key

P, Q = int(GROUP.p), int(GROUP.q)


def cases() -> Iterator[Case]:
    """Every bad Setup."""
    yield from _elections()
    yield from _trustees()
    yield from _credentials()
    yield from _rules()


def _elections() -> Iterator[Case]:
    def election(name: str, refusal: str, change: Callable[[Any], Any], **place: Any) -> Case:
        held = Held(election=change, setup_only=True)
        return case(name, "server", refusal, held, **place, height=0)

    key: Json = {"place": "public_key"}
    malformed = "election-malformed"
    question = "questions.0."
    yield election(
        "the election key is the identity", "element-identity", set_at("public_key", lambda _: "1"), **key
    )
    yield election(
        "the election key is outside the subgroup",
        "element-not-in-group",
        set_at("public_key", lambda x: str(P - int(x))),
        **key,
    )
    yield election(
        "the election key has a leading zero",
        "element-not-canonical",
        set_at("public_key", lambda x: f"0{x}"),
        **key,
    )
    yield election(
        "a group that is not built in", "group-unknown", set_at("group", lambda _: "WEAK-64"), group="WEAK-64"
    )
    yield election(
        "a group with parameters of its own",
        "json-malformed",
        set_at("group", lambda _: {"g": "2", "p": "23", "q": "11"}),
        what="election",
    )
    yield election(
        "an election of another version", malformed, set_at("version", lambda _: 2), place="version"
    )
    yield election(
        "an election whose uuid is none", malformed, set_at("uuid", lambda _: "0OIl"), place="uuid"
    )
    yield election(
        "an election without questions", malformed, set_at("questions", lambda _: []), place="questions"
    )
    yield election(
        "more to choose than there is", malformed, set_at(question + "max", lambda _: 4), place="question 1"
    )
    yield election(
        "more at least than at most", malformed, set_at(question + "min", lambda _: 2), place="question 1"
    )
    yield election("a negative least", malformed, set_at(question + "min", lambda _: -1), place="question 1")
    what: Json = {"what": "election"}
    yield election("an election with an extra key", "json-malformed", lambda e: e | {"note": ""}, **what)
    yield election(
        "an election with its fields sorted", "json-not-canonical", lambda e: dict(sorted(e.items())), **what
    )
    yield election("an election with a space", "json-not-canonical", lambda e: compact(e) + b" ", **what)


def _trustees() -> Iterator[Case]:
    def trustees(name: str, refusal: str, change: Callable[[Any], Any], **place: Any) -> Case:
        held = Held(trustees_json=change, setup_only=True)
        return case(name, "server", refusal, held, **place, height=0)

    unproven = "trustee-key-proof-invalid"
    key, proof = "0.1.public_key", "0.1.pok."
    first: Json = {"place": "trustee 1"}
    another = json.loads(forge.trustee_json(TRUSTEE_SECRETS[1]))
    mismatch = "election-key-mismatch"
    yield trustees(
        "a trustee whose key is not in the election key", mismatch, lambda t: [["Single", another]]
    )
    yield trustees(
        "a second trustee whose key is not in the election key", mismatch, lambda t: [*t, ["Single", another]]
    )
    yield trustees(
        "a trustee's key that nobody knows", unproven, set_at("0.1.pok", lambda _: another["pok"]), trustee=1
    )
    yield trustees(
        "a trustee's response changed",
        unproven,
        set_at(proof + "response", lambda x: str((int(x) + 1) % Q)),
        trustee=1,
    )
    yield trustees(
        "a trustee's challenge that is not reduced",
        "scalar-out-of-range",
        set_at(proof + "challenge", lambda x: str(int(x) + Q)),
        **first,
    )
    yield trustees(
        "a trustee's key that is the identity", "element-identity", set_at(key, lambda _: "1"), **first
    )
    yield trustees(
        "a trustee's key outside the subgroup",
        "element-not-in-group",
        set_at(key, lambda x: str(P - int(x))),
        **first,
    )
    yield trustees(
        "a trustee's key with a leading zero",
        "element-not-canonical",
        set_at(key, lambda x: f"0{x}"),
        **first,
    )
    what: Json = {"what": "trustees"}
    yield trustees("no trustee", "json-malformed", lambda _: [], **what)
    yield trustees(
        "a trustee of an unknown kind", "json-malformed", set_at("0.0", lambda _: "Double"), **what
    )
    yield trustees(
        "a trustee with a name", "json-malformed", set_at("0.1", lambda x: {**x, "name": "wang"}), **what
    )
    yield trustees("trustees with a line feed", "json-not-canonical", lambda t: compact(t) + b"\n", **what)
    yield _rogue()


def _rogue() -> Case:
    """The second trustee chooses a key that cancels the first's, so that the election key is theirs alone."""
    wanted = GROUP.generator.power(20260409)
    own = GROUP.divide(wanted, GROUP.generator.power(TRUSTEE_SECRETS[0]))
    unsafe_counted_randomness("rogue")
    proof = msgspec.to_builtins(prove_key(GROUP, 20260409, own))
    held = Held(
        election=set_at("public_key", lambda _: str(wanted)),
        trustees_json=lambda t: [*t, ["Single", {"pok": proof, "public_key": str(own)}]],
        setup_only=True,
    )
    name = "a trustee's key made to cancel the other's"
    return case(name, "server", "trustee-key-proof-invalid", held, trustee=2, height=0)


def _credentials() -> Iterator[Case]:
    def area(name: str, refusal: str, change: Callable[[list[str]], Any], **place: Any) -> Case:
        held = Held(credentials={"area": change}, setup_only=True)
        return case(name, "server", refusal, held, **place, height=0, measure="area")

    def owners(name: str, refusal: str, change: Callable[[list[str]], Any], **place: Any) -> Case:
        held = Held(credentials={"owners": change}, setup_only=True)
        return case(name, "server", refusal, held, **place, height=0)

    def weighing(text: str) -> Callable[[list[str]], list[str]]:
        return lambda listed: [listed[0].partition(",")[0] + text, *listed[1:]]

    invalid = "weight-invalid"
    for name, text in (
        ("a weight of nothing", ",0"),
        ("a negative weight", ",-1"),
        ("a weight with a leading zero", ",08862"),
        ("a weight with decimals", ",88.62"),
        ("a weight that is empty", ","),
        ("a weight in full-width digits", ",１"),
        ("a weight with a name behind it", ",1,wang"),
        ("a weight of a whole country", ",999999999999"),
        ("no weight", ""),
    ):
        yield area(name, invalid, weighing(text), number=1)
    yield area("a total weight beyond any estate", "weight-total-too-large", weighing(",9999999999"))
    duplicate = "credential-duplicate"
    yield owners("a credential twice", duplicate, lambda x: [*x, x[0]], number=5)
    yield area("a credential twice with different weights", duplicate, lambda x: [*x, x[0] + "1"], number=5)
    at: Json = {"place": "credential 1"}
    yield owners("a credential that anyone can sign for", "element-identity", lambda x: ["1", *x[1:]], **at)
    yield owners(
        "a credential outside the subgroup",
        "element-not-in-group",
        lambda x: [str(P - int(x[0])), *x[1:]],
        **at,
    )
    yield owners(
        "a credential with a leading zero", "element-not-canonical", lambda x: [f"0{x[0]}", *x[1:]], **at
    )
    what: Json = {"what": "credentials"}
    yield owners("credentials that are numbers", "json-malformed", lambda x: [*x[:3], 4], **what)
    yield owners("credentials with a space", "json-not-canonical", lambda x: compact(x) + b" ", **what)


def _rules() -> Iterator[Case]:
    """Rules that the election binds, and that are not the law's or not this election's. Nobody voted."""

    def letters(entries: list[Json]) -> list[Json]:
        """What nobody can have written in a log, though it stands in these rules."""
        entries[1]["details"] |= {"voters": 4, "roll_sha256": "0" * 64}
        return entries

    def rules(name: str, refusal: str, change: Callable[[Any], Any], **place: Any) -> Case:
        held = Held(rules=change, ballots=lambda _: [])
        return case(name, "server", refusal, held, Seals(log=letters), base="nobody voted", **place)

    def election(name: str, change: Callable[[Any], Any], place: str) -> Case:
        held = Held(election=change, ballots=lambda _: [])
        return case(name, "server", "rules-disagree", held, base="nobody voted", place=place)

    malformed, disagree = "rules-malformed", "rules-disagree"
    yield rules("a quorum of half", malformed, set_at("quorum.denominator", lambda _: 4), place="quorum")
    yield rules(
        "a motion that needs less than the law says",
        malformed,
        set_at("questions.0.approval", lambda _: {"numerator": 1, "denominator": 3, "strict": True}),
        place="questions",
    )
    yield rules(
        "for and against exchanged in the rules",
        malformed,
        set_at("questions.0.choices", lambda x: [x[1], x[0], x[2]]),
        place="questions",
    )
    yield rules("rules of another version", malformed, set_at("version", lambda _: 2), place="version")
    yield rules("rules with an extra key", malformed, lambda r: r | {"note": ""}, place="note")
    yield rules(
        "rules that let voters vote again", malformed, set_at("revoting", lambda _: "last"), place="revoting"
    )
    yield rules(
        "an electorate of nobody", malformed, set_at("electorate.owners", lambda _: 0), place="electorate"
    )
    yield rules(
        "an electorate that is true",
        malformed,
        set_at("electorate.owners", lambda _: True),
        place="electorate",
    )
    yield rules(
        "a digest of the roll that is none",
        malformed,
        set_at("roll_sha256", lambda _: "0"),
        place="roll_sha256",
    )
    yield rules(
        "fewer owners than the list has",
        disagree,
        set_at("electorate.owners", lambda _: 3),
        place="electorate.owners",
    )
    yield rules(
        "less area than the list has",
        disagree,
        set_at("electorate.area_dm2", lambda x: x - 1),
        place="electorate.area",
    )
    yield rules("rules for another group", disagree, set_at("group", lambda _: "Ed25519"), place="group")
    yield rules(
        "rules with another question",
        disagree,
        set_at("questions.0.text", lambda _: "是否反对？"),
        place="questions",
    )
    yield rules(
        "rules with the candidates exchanged",
        disagree,
        set_at("questions.1.candidates", lambda x: x[::-1]),
        place="questions",
    )
    yield rules("rules of another title", disagree, set_at("title", lambda _: "另一次会议"), place="title")
    yield election("an election of another title", set_at("name", lambda _: "另一次会议"), "title")
    yield election("an election that lets choose two", set_at("questions.1.max", lambda _: 2), "questions")
    yield election(
        "an election that allows blank votes",
        set_at(
            "questions.1",
            lambda q: {"answers": q["answers"], "blank": True, "min": 0, "max": 1, "question": q["question"]},
        ),
        "questions",
    )

    def written(name: str, refusal: str, change: Callable[[bytes], bytes]) -> Case:
        held = Held(rules_body=change, ballots=lambda _: [])
        return case(name, "server", refusal, held, base="nobody voted", what="rules.json")

    yield written("rules with a space", "json-not-canonical", lambda x: x + b" ")
    yield written(
        "rules with a key twice", "json-not-canonical", lambda x: x.replace(b"{", b'{"electorate":{},', 1)
    )
    yield written("rules that are no JSON", "json-malformed", lambda x: x[:-1])
