"""Records in which voters voted again: what the rules allow, and what somebody makes of it beyond them.

The first voter changes the answers to the first question from 同意 to 反对. The last ballot counts.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import forge
from bad_second import Change
from forge import AGENDA, UUID, VOTERS, Held, Holders, Json, compact, hold, same, set_at
from forge_export import Case, Seals, chained, seal
from unsafe_randomness import unsafe_counted_randomness

from voting.protocol.ballot import encrypt_ballot
from voting.protocol.board import archive_parts
from voting.protocol.encoding import fingerprint
from voting.protocol.group import ED25519
from voting.rules.outcome import outcome_json

ONCE, UNTIL_CLOSE = "voted again once", "voted again until the close"
AGENDAS: dict[str, Json] = {
    ONCE: {**AGENDA, "revoting": "once"},
    UNTIL_CLOSE: {**AGENDA, "revoting": "until-close"},
}
CHANGED = [[0, 1, 0], [1, 0]]
BACK = [[1, 0, 0], [0, 1]]


def recast(agenda: Json, choices: Sequence[Any], *, voter: int = 0, rules: Change = same) -> bytes:
    """A voter's later ballot in the election of this agenda."""
    body = compact(forge.election_json(forge.rules(rules, ED25519, agenda), Holders(ED25519), agenda))
    unsafe_counted_randomness(f"again {voter} {choices} {fingerprint(body)}")
    return encrypt_ballot(forge.context(body), VOTERS[voter][0], [list(chosen) for chosen in choices])


def held(base: str = ONCE, **changes: Any) -> Held:
    """One of the two good elections, with changes: one recast ballot, or two of the same voter."""
    agenda = AGENDAS[base]
    later = [recast(agenda, CHANGED), *([recast(agenda, BACK)] if base == UNTIL_CLOSE else [])]
    honest: Json = {
        "agenda": agenda,
        "ballots": lambda ballots: [*ballots, *later],
        "counted": lambda ballots: [*ballots[1:3], ballots[-1]],
    }
    return Held(group=ED25519, **(honest | changes))


def cases() -> Iterator[Case]:
    """Every record."""
    yield from _too_many()
    yield from _miscounted()
    yield from _rules()
    yield from _papers()
    yield from _in_progress()


def _case(name: str, by: str, refusal: str, of: Held, base: str = ONCE, /, **place: Any) -> Case:
    return Case(name, by, seal(hold(of)), [(refusal, place)], base=base)


def _too_many() -> Iterator[Case]:
    agenda = AGENDAS[ONCE]
    again, third = recast(agenda, CHANGED), recast(agenda, BACK)

    def cast(*later: bytes) -> Change:
        return lambda ballots: [*ballots, *later]

    yield _case(
        "a third ballot of one voter where one change is allowed",
        "voter",
        "ballot-third",
        held(ballots=cast(again, third)),
        height=5,
    )
    yield _case(
        "a third ballot of one voter, the second one counted",
        "server",
        "ballot-third",
        held(
            ballots=cast(again, third),
            counted=lambda ballots: ballots[1:4],
        ),
        height=5,
    )
    for base in (ONCE, UNTIL_CLOSE):
        yield _case(
            f"the first ballot replayed over the later one: {base}",
            "server",
            "ballot-replayed",
            held(
                base,
                ballots=lambda ballots, base=base: [*ballots, recast(AGENDAS[base], CHANGED), ballots[0]],
                counted=lambda ballots: ballots[:3],
            ),
            base,
            height=5,
            measure="owners",
        )
    yield _case(
        "the later ballot is not signed by the voter",
        "server",
        "ballot-signature-invalid",
        held(ballots=lambda ballots: [*ballots, _altered(again)]),
        height=4,
    )
    yield _case(
        "the ballot that was replaced has a wrong proof",
        "voter",
        "ballot-signature-invalid",
        held(ballots=lambda ballots: [_altered(ballots[0]), *ballots[1:], again]),
        height=1,
    )


def _altered(body: bytes) -> bytes:
    changed: bytes = compact(
        set_at("answers.0.individual_proofs.0.0.response", lambda text: str(int(text) - 1))(json.loads(body))
    )
    return changed


def _miscounted() -> Iterator[Case]:
    tally: Json = {"height": 6, "measure": "owners"}

    def counted(name: str, change: Change, base: str = ONCE, height: int = 6) -> Case:
        place = tally | {"height": height}
        return _case(name, "server", "tally-mismatch", held(base, counted=change), base, **place)

    yield counted("the first ballot counted instead of the last", lambda ballots: ballots[:3])
    yield counted("both ballots of one voter counted", same)
    yield counted("neither ballot of one voter counted", lambda ballots: ballots[1:3])
    yield counted("the second of three ballots counted", lambda ballots: ballots[1:4], UNTIL_CLOSE, height=7)
    number, weight = (0, 1), (1, 0)
    for title, (voters, areas) in (("ballots as voters", number), ("the weight of both ballots", weight)):
        parts = hold(held())
        for measure, events in parts.events.items():
            sized = json.loads(events[6][1][1])
            area = VOTERS[0][1] if measure == "area" else 1
            sized["num_tallied"] += voters
            sized["total_weight"] += areas * area
            events[6][1][1] = compact(sized)
        yield Case(
            f"the tally counts {title}", "server", seal(parts), [("tally-count-mismatch", tally)], base=ONCE
        )


def _rules() -> Iterator[Case]:
    def rules(name: str, change: Callable[[Json], Json], base: str, place: str) -> Case:
        again = recast(AGENDAS[ONCE], CHANGED, rules=change)
        of = (
            held(rules=change, ballots=lambda ballots: [*ballots, again])
            if base == ONCE
            else Held(rules=change)
        )
        return Case(name, "server", seal(hold(of)), [("rules-malformed", {"place": place})], base=base)

    def revoting(value: object) -> Callable[[Json], Json]:
        return set_at("revoting", lambda _: value)

    yield rules("a kind of revoting that nobody knows", revoting("twice"), ONCE, "revoting")
    yield rules("revoting said with a number", revoting(2), ONCE, "revoting")
    yield rules("rules without a word on revoting", lambda said: _without(said, "revoting"), ONCE, "revoting")
    again = recast(AGENDAS[ONCE], CHANGED, rules=revoting("none"))
    yield _case(
        "a second ballot of one voter where rules of version 2 allow none",
        "voter",
        "ballot-second",
        held(rules=revoting("none"), ballots=lambda ballots: [*ballots, again]),
        height=4,
    )
    for kind in ("once", "until-close"):
        yield rules(f"revoting in rules of version 1: {kind}", revoting(kind), "good", "revoting")


def _without(said: Json, name: str) -> Json:
    return {key: value for key, value in said.items() if key != name}


def _papers() -> Iterator[Case]:
    def log(entries: list[Json]) -> list[Json]:
        for entry in entries:
            if entry["act"] == "election-closed":
                entry["details"]["voters"] += 1
        return entries

    yield Case(
        "the log counts ballots as voters",
        "server",
        seal(hold(held()), Seals(log=log)),
        [("log-disagrees", {"line": 4, "place": "owners"})],
        base=ONCE,
    )
    parts = hold(held())
    outcome = json.loads(parts.outcome)
    outcome["participation"]["owners"] += 1
    parts.outcome = outcome_json(outcome)
    yield Case(
        "the outcome counts ballots as voters",
        "server",
        seal(parts),
        [("outcome-mismatch", {"place": "participation.owners"})],
        base=ONCE,
    )


def _in_progress() -> Iterator[Case]:
    """Single archives: without rules nobody can say how often a voter may vote, and that is said."""
    for base in (ONCE, UNTIL_CLOSE):
        links = chained(hold(held(base)).events["area"])
        for name, ending in (("open", links[:6] if base == UNTIL_CLOSE else links[:5]), ("whole", links)):
            body = b"".join(archive_parts(forge.TIMESTAMP, ending))
            yield Case(
                f"good: an archive alone, {base}, {name}",
                "nobody",
                {f"area/{UUID}.bel": body},
                [],
                base=base,
                not_checked=("revoting",),
            )
