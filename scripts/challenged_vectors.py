"""Vectors of ballots that are opened instead of cast (`voting.protocol.challenged`)."""

import json
import secrets
from typing import Any

from voting.protocol.ballot import encrypt_ballot, tracker, verify_ballot
from voting.protocol.challenged import DIGITS, written_opening
from voting.protocol.election import Election, ElectionContext, Question, decode_election
from voting.protocol.encoding import encode
from voting.protocol.group import Group

Json = dict[str, Any]
UUID = "bSYdYd7xzTmLAi"
CREDENTIAL = "j1Yxj-mi3Ada-ZPEqW-MhMyMc"
CHOICES = ([[1, 0], [1, 0, 1], [0, 0, 1]], [[0, 1], [0, 0, 0], [1, 0, 0]])


def challenged(group: Group) -> Json:
    """Ballots with openings: a motion, a contest and a question that allows blank, and every way to lie."""
    election = _election(group)
    ballots = [_sealed(election, choices) for choices in CHOICES]
    (body, opening), (other, _) = ballots
    digits = [opening[at : at + DIGITS] for at in range(0, len(opening), DIGITS)]
    beyond = f"{int(digits[0]) + int(group.q):0{DIGITS}}"

    def changed(at: int, text: str) -> str:
        return "".join(text if index == at else each for index, each in enumerate(digits))

    refused = {
        "another ballot": (other, opening, "opening-invalid", [1, 1]),
        "one off": (body, changed(2, f"{int(digits[2]) + 1:0{DIGITS}}"), "opening-invalid", [2, 1]),
        "two exchanged": (body, "".join([digits[1], digits[0], *digits[2:]]), "opening-invalid", [1, 1]),
        "zero": (body, changed(7, "0" * DIGITS), "opening-invalid", [3, 3]),
        "the order more": (
            body,
            changed(0, beyond),
            "opening-invalid",
            [1, 1],
        ),
        "the largest number": (body, changed(4, "9" * DIGITS), "opening-invalid", [2, 3]),
        "one too few": (body, opening[:-DIGITS], "opening-length", None),
        "one too many": (body, opening + digits[0], "opening-length", None),
        "a digit too few": (body, opening[:-1], "opening-length", None),
        "no digit": (body, opening[:-1] + "x", "opening-length", None),
        "another script's digit": (body, opening[:-1] + "７", "opening-length", None),
        "a minus sign": (body, changed(0, "-" + digits[0][1:]), "opening-length", None),
        "empty": (body, "", "opening-length", None),
    }
    cases: list[Json] = [
        {"name": f"good {n}", "ballot": sealed.decode(), "opening": own, "choices": chosen, "refusal": None}
        for n, (chosen, (sealed, own)) in enumerate(zip(CHOICES, ballots, strict=True), 1)
    ]
    cases += [
        {"name": name, "ballot": sealed.decode(), "opening": text, "refusal": refusal, "place": place}
        for name, (sealed, text, refusal, place) in refused.items()
    ]
    for case in cases:
        case["tracker"] = tracker(case["ballot"].encode())
    return {"election": election.body.decode(), "cases": cases}


def _election(group: Group) -> ElectionContext:
    questions = (
        Question(answers=("同意", "反对"), min=1, max=1, question="是否同意?"),
        Question(answers=("甲", "乙", "丙"), min=0, max=2, question="选举"),
        Question(answers=("a", "b"), blank=True, min=1, max=1, question="Blank allowed"),
    )
    election = Election(
        description=f"rules sha256:{'0' * 64}",
        name="测试",
        group=group.name,
        public_key=group.serialise(group.generator.power(20260104)),
        questions=questions,
        uuid=UUID,
    )
    return decode_election(encode(election))


def _sealed(election: ElectionContext, choices: list[list[int]]) -> tuple[bytes, str]:
    """A ballot and its opening: the randomness of its ciphertexts is found among all that was drawn."""
    drawn: list[int] = []
    source = secrets.randbelow

    def recorded(exclusive_upper_bound: int) -> int:
        drawn.append(source(exclusive_upper_bound))
        return drawn[-1]

    secrets.randbelow = recorded
    try:
        body = encrypt_ballot(election, CREDENTIAL, choices)
    finally:
        secrets.randbelow = source
    group = election.group
    verify_ballot(election, body)
    by_alpha = {group.serialise(group.generator.power(each)): each for each in drawn}
    pairs = [pair for answer in json.loads(body)["answers"] for pair in answer["choices"]]
    return body, written_opening([by_alpha[pair["alpha"]] for pair in pairs])
