"""A trustee's key in the browser: what it opens and what it refuses, as the program at a terminal does."""

import json
from base64 import b64encode
from typing import Any

import pytest
from msgspec import UNSET
from msgspec.structs import replace
from playwright.sync_api import Page

from tests.assembly import AGENDA
from tests.ceremonies import circle_of, older_form, threshold_election
from tests.elections import archive, rechained
from tests.threshold_cases import compact
from voting.protocol import threshold
from voting.protocol.ballot import tracker, verify_ballot
from voting.protocol.board import Link
from voting.protocol.certificates import public_keys
from voting.protocol.channels import send
from voting.protocol.credentials import printed
from voting.protocol.decryption import verify_shares
from voting.protocol.encoding import decode, encode
from voting.protocol.group import BELENIOS_2048
from voting.protocol.opening import verify_ballot_share
from voting.rules.agenda import agenda_from_json
from voting.rules.canonical import canonical_json
from voting.rules.document import rules_document
from voting.rules.roll import RollUnit, Voter
from voting.services.trustee import BallotShare, KeyFile, Share, new_key, partial_decryptions, with_output

pytestmark = pytest.mark.browser

HARNESS = """
async () => {
  const m = await import("/js/trustee-key.js");
  const { groupNamed } = await import("/js/protocol/group.js");
  const { Refused } = await import("/js/protocol/refused.js");
  const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const named = async (act) => {
    try {
      return { value: await act() };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { refusal: error.refusal };
    }
  };
  window.key = {
    read: (text) => named(() => m.writtenKey(m.readKey(text))),
    sheet: (text) => named(() => m.keyFromSheet(groupNamed("Ed25519"), text).seed),
    output: (key, output) => named(() => m.withOutput(key, output)),
    decrypt: (key, owners, area, uuid, rules) =>
      named(async () => {
        const steps = [];
        const verifying = (done, total) => steps.push(`${done}/${total}`);
        const archives = { owners: bytes(owners), area: bytes(area) };
        const record = await m.examined(key, archives, uuid, rules, verifying);
        const { share, key: kept } = m.opened(record, (done, total) => steps.push(`${done} of ${total}`));
        const { ballots, heads } = record;
        return { share: JSON.stringify(share), key: kept, ballots, heads, steps };
      }),
    approve: (key, owners, area, uuid, rules, asked) =>
      named(async () => {
        const { share, key: kept } = await m.approve(
          key, { owners: bytes(owners), area: bytes(area) }, uuid, rules, asked,
        );
        return { share: JSON.stringify(share), key: kept };
      }),
  };
}
"""
VOTER = Voter(1, "张三", (RollUnit("1-1-101", "1", "1", "住宅", 8862),), 8862, "1", ("a",))
WINDOW = {"opens_at": "2026-05-02T00:00:00+00:00", "closes_at": "2026-05-09T00:00:00+00:00"}


def rules_of(secrecy: str) -> str:
    agenda = agenda_from_json({**AGENDA, **WINDOW, "secrecy": secrecy})
    return canonical_json(rules_document(agenda, [VOTER], receipt_key="0" * 64)).decode()


RULES = {secrecy: rules_of(secrecy) for secrecy in ("confidential", "secret", "open")}
SEED = "3nGxKabcdefZPEqWMhMyMc"


@pytest.fixture(scope="module")
def page(static_page: Page) -> Page:
    static_page.evaluate(HARNESS)
    return static_page


@pytest.fixture(scope="module")
def circle() -> tuple[list[KeyFile], Any]:
    """Three key files as the ceremony leaves them, and what is published."""
    keys = [new_key(BELENIOS_2048.name) for _ in range(3)]
    made = circle_of([key.keys for key in keys], 2)
    polynomials = [threshold.make_polynomial(made, key.keys) for key in keys]
    inputs = threshold.make_inputs(made, polynomials)
    outputs = [threshold.make_output(made, key.keys, given) for key, given in zip(keys, inputs, strict=True)]
    kept = [with_output(key, output) for key, output in zip(keys, outputs, strict=True)]
    return kept, threshold.make_parameters(made, polynomials, outputs)


def builtin(message: object) -> Any:
    return json.loads(encode(message))


def opened(
    page: Page, key: KeyFile, links: dict[bool, list[Link]], uuid: str, secrecy: str = "confidential"
) -> Any:
    both = [b64encode(archive(links[weighted])).decode() for weighted in (False, True)]
    return page.evaluate("(given) => key.decrypt(...given)", [builtin(key), *both, uuid, RULES[secrecy]])


def test_a_share_that_verifies_and_what_is_kept_of_it(page: Page, circle: tuple[list[KeyFile], Any]) -> None:
    keys, parameters = circle
    made = threshold_election(parameters, rules=RULES["confidential"].encode())
    uuid = made.context.election.uuid
    links = {weighted: made.links(weighted, ())[:5] for weighted in (False, True)}
    answer = opened(page, keys[1], links, uuid)["value"]
    share = decode(Share, answer["share"].encode(), "share")
    assert (share.uuid, share.owner, answer["ballots"]) == (uuid, 3, 3)
    assert answer["heads"] == {"owners": links[False][-1].hash, "area": links[True][-1].hash}
    for weighted, body in zip((False, True), partial_decryptions(share), strict=True):
        sums = made.tallied(weighted)[0]
        assert verify_shares(made.context, sums, made.trustees, {3: body}).refused == {}
    assert answer["steps"][:3] == ["1/3", "2/3", "3/3"]
    assert answer["steps"][-1] == "20 of 20"
    kept = decode(KeyFile, compact(answer["key"]), "key")
    assert replace(kept, decrypted={}) == keys[1]
    assert kept.decrypted[uuid].keys() == {"owners", "area"}
    # The same sums again; not others: their difference would be one voter's choices.
    assert opened(page, kept, links, uuid)["value"]["key"] == answer["key"]
    fewer = {weighted: rechained([*links[weighted][:3], links[weighted][4]]) for weighted in (False, True)}
    assert opened(page, kept, fewer, uuid) == {"refusal": "decrypted-before"}
    assert opened(page, kept, links, "another") == {"refusal": "trustee-not-in-election"}
    early = {weighted: links[weighted][:4] for weighted in (False, True)}
    assert opened(page, keys[1], early, uuid) == {"refusal": "decryption-too-early"}
    twins = {False: links[False], True: fewer[True]}
    assert opened(page, keys[1], twins, uuid) == {"refusal": "twins-disagree"}


def test_every_ballot_is_opened_where_the_rules_say_so(page: Page, circle: tuple[list[KeyFile], Any]) -> None:
    keys, parameters = circle
    made = threshold_election(parameters, rules=RULES["open"].encode())
    uuid = made.context.election.uuid
    links = {weighted: made.links(weighted, ())[:5] for weighted in (False, True)}
    answer = opened(page, keys[2], links, uuid, "open")["value"]
    share = decode(Share, answer["share"].encode(), "share")
    assert share.ballots is not UNSET
    for body, each in zip(made.ballots, share.ballots, strict=True):
        verify_ballot_share(made.context, made.trustees, verify_ballot(made.context, body), 4, each)
    assert answer["steps"][-1] == "50 of 50"
    # Rules that the election does not name open nothing.
    assert opened(page, keys[2], links, uuid, "confidential") == {"refusal": "rules-not-bound"}


def test_one_ballot_is_opened_for_a_reason(page: Page, circle: tuple[list[KeyFile], Any]) -> None:
    keys, parameters = circle

    def approve(secrecy: str, wanted: str | None = None, reason: str = " 业主本人要求 ") -> Any:
        made = threshold_election(parameters, rules=RULES[secrecy].encode())
        links = [archive(made.links(weighted, ())[:5]) for weighted in (False, True)]
        asked = {"wanted": wanted or tracker(made.ballots[1]), "reason": reason}
        both = [b64encode(body).decode() for body in links]
        given = [builtin(keys[0]), *both, made.context.election.uuid, RULES[secrecy], asked]
        return made, page.evaluate("(given) => key.approve(...given)", given)

    made, answer = approve("confidential")
    share = decode(BallotShare, answer["value"]["share"].encode(), "share")
    ballot = verify_ballot(made.context, made.ballots[1])
    verify_ballot_share(made.context, made.trustees, ballot, 2, share.decryption)
    assert (share.owner, share.tracker) == (2, tracker(made.ballots[1]))
    kept = decode(KeyFile, compact(answer["value"]["key"]), "key")
    assert kept.opened == {made.context.election.uuid: {share.tracker: "业主本人要求"}}
    assert (
        page.evaluate("(text) => key.read(text)", encode(kept).decode())["value"]
        == f"{encode(kept).decode()}\n"
    )
    assert approve("secret")[1] == {"refusal": "opening-forbidden"}
    assert approve("open")[1] == {"refusal": "opening-needless"}
    assert approve("confidential", "A" * 43)[1] == {"refusal": "receipt-unknown"}
    assert approve("confidential", reason=" ")[1] == {"refusal": "reason-missing"}


def test_keys_that_open_nothing(page: Page, circle: tuple[list[KeyFile], Any]) -> None:
    keys, parameters = circle
    made = threshold_election(parameters, rules=RULES["confidential"].encode())
    uuid = made.context.election.uuid
    links = {weighted: made.links(weighted, ())[:5] for weighted in (False, True)}
    assert opened(page, replace(keys[0], private_key=UNSET), links, uuid) == {
        "refusal": "private-key-missing"
    }
    # The right private key, but another certificate: the circle is not the one that its owner agreed to.
    stranger = new_key(BELENIOS_2048.name)
    assert keys[0].private_key is not UNSET
    secret = threshold.open_private_key(BELENIOS_2048, keys[0].keys, keys[0].private_key)
    sealed = send(
        BELENIOS_2048,
        stranger.keys,
        public_keys(BELENIOS_2048, stranger.keys).encryption,
        json.dumps({"decryption_key": str(secret)}, separators=(",", ":")),
    )
    imitated = replace(stranger, private_key=sealed)
    assert opened(page, imitated, links, uuid) == {"refusal": "trustee-not-in-election"}
    parameters = older_form([key.keys for key in keys], parameters)
    older = threshold_election(parameters, rules=RULES["confidential"].encode())
    links = {weighted: older.links(weighted, ())[:5] for weighted in (False, True)}
    assert opened(page, keys[0], links, older.context.election.uuid) == {"refusal": "circle-unsigned"}


def test_a_key_file_keeps_one_private_key(page: Page, circle: tuple[list[KeyFile], Any]) -> None:
    key = circle[0][0]
    another = circle_of([key.keys], 1)
    inputs = threshold.make_inputs(another, [threshold.make_polynomial(another, key.keys)])
    output = threshold.make_output(another, key.keys, inputs[0])
    given = [builtin(key), builtin(output)]
    assert page.evaluate("(given) => key.output(...given)", given) == {"refusal": "private-key-there"}
    given = [builtin(replace(key, private_key=UNSET)), builtin(output)]
    made = page.evaluate("(given) => key.output(...given)", given)["value"]
    assert made["private_key"] == output.private_key


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({}, None),
        ({"decrypted": {"bSYdYd7xzTmLAi": {"area": "00", "owners": "11"}}}, None),
        ({"kind": "trustee-share"}, "json-malformed"),
        ({"seed": SEED[:-1]}, "seed-malformed"),
        ({"seed": SEED[:-1] + "0"}, "seed-malformed"),
        ({"group": "WEAK-64"}, "group-unknown"),
        ({"name": "丁一"}, "json-malformed"),
        ({"decrypted": []}, "json-malformed"),
    ],
)
def test_key_files(page: Page, change: dict[str, Any], refusal: str | None) -> None:
    text = json.dumps(builtin(KeyFile(group="Ed25519", seed=SEED)) | change, separators=(",", ":"))
    answer = page.evaluate("(text) => key.read(text)", f"{text}\n")
    assert answer == ({"refusal": refusal} if refusal else {"value": f"{text}\n"})


def test_what_is_typed_from_the_sheet(page: Page) -> None:
    typed = printed(f"{SEED[:5]}-{SEED[5:11]}-{SEED[11:16]}-{SEED[16:]}")
    for text in (typed, typed.replace("-", ""), typed.replace("-", " "), SEED):
        assert page.evaluate("(text) => key.sheet(text)", text) == {"value": SEED}
    wrong = typed.replace("ab", "ba")
    assert page.evaluate("(text) => key.sheet(text)", wrong) == {"refusal": "credential-mistyped"}
