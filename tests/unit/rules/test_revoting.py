"""Whether voters may vote again: in the agenda, in rules.json, and within what a place allows."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.refusals import refused_by
from voting.errors import Refusal
from voting.rules.agenda import agenda_from_json, agenda_to_json
from voting.rules.outcome import canonical_json, rules_agenda, rules_document
from voting.rules.revoting import REVOTING_WORDS, Revoting
from voting.rules.roll import RollUnit, Voter
from voting.rules.settings import WORDS, Setting

FIXTURES = Path(__file__).parents[2] / "fixtures"
GOLDEN: dict[str, Any] = json.loads((FIXTURES / "golden-apple-agenda.json").read_text())
WINDOW = {"opens_at": "2026-05-01T08:00:00+08:00", "closes_at": "2026-05-15T20:00:00+08:00"}
ROLL = [Voter(1, "", (RollUnit("1-1", "1", "1", "住宅", 8000),), 8000, "1", ())]


def rules_of(agenda: dict[str, Any]) -> dict[str, Any]:
    document = rules_document(agenda_from_json(agenda | WINDOW), ROLL, receipt_key="0" * 64)
    read: dict[str, Any] = json.loads(canonical_json(document))
    return read


@pytest.mark.parametrize(
    ("rule", "most"), [(Revoting.NONE, 1), (Revoting.ONCE, 2), (Revoting.UNTIL_CLOSE, None)]
)
def test_how_many_ballots_a_voter_may_cast(rule: Revoting, most: int | None) -> None:
    assert rule.most == most
    agenda = agenda_from_json({**GOLDEN, "revoting": rule.value})
    assert agenda.revoting is rule
    assert agenda_from_json(json.loads(json.dumps(agenda_to_json(agenda)))) == agenda


def test_nobody_votes_again_unless_the_agenda_says_so() -> None:
    agenda = agenda_from_json(GOLDEN)
    assert agenda.revoting is Revoting.NONE
    assert "revoting" not in agenda_to_json(agenda)  # agendas as they were before there was a choice


@pytest.mark.parametrize("value", ["twice", "", "None", 1, True, None, ["once"]])
def test_an_agenda_that_says_something_else(value: object) -> None:
    caught = refused_by(lambda: agenda_from_json({**GOLDEN, "revoting": value}))
    assert (caught.refusal, caught.context) == (Refusal.AGENDA_MALFORMED, {"place": "revoting"})


def test_rules_of_version_1_know_no_revoting() -> None:
    plain = rules_of(GOLDEN)
    assert (plain["version"], plain["revoting"]) == (1, "none")
    for rule in (Revoting.ONCE, Revoting.UNTIL_CLOSE):
        rules = rules_of({**GOLDEN, "revoting": rule.value})
        assert (rules["version"], rules["revoting"]) == (2, rule.value)
        assert rules_agenda(rules).revoting is rule
        caught = refused_by(lambda rule=rule: rules_agenda(plain | {"revoting": rule.value}))
        assert (caught.refusal, caught.context) == (Refusal.RULES_MALFORMED, {"place": "revoting"})


@pytest.mark.parametrize("value", ["twice", 2, None, ["once"], {}])
def test_rules_that_say_something_else(value: object) -> None:
    rules = rules_of({**GOLDEN, "revoting": "once"})
    for changed in (rules | {"revoting": value}, {k: v for k, v in rules.items() if k != "revoting"}):
        caught = refused_by(lambda changed=changed: rules_agenda(changed))
        assert (caught.refusal, caught.context) == (Refusal.RULES_MALFORMED, {"place": "revoting"})


def test_a_place_allows_what_is_no_more_than_its_own_rule() -> None:
    allowed = {(rule, most) for rule in Revoting for most in Revoting if rule.within(most)}
    assert allowed == {
        (Revoting.NONE, Revoting.NONE),
        (Revoting.NONE, Revoting.ONCE),
        (Revoting.NONE, Revoting.UNTIL_CLOSE),
        (Revoting.ONCE, Revoting.ONCE),
        (Revoting.ONCE, Revoting.UNTIL_CLOSE),
        (Revoting.UNTIL_CLOSE, Revoting.UNTIL_CLOSE),
    }


def test_places_and_agendas_have_the_same_words() -> None:
    assert WORDS[Setting.REVOTING] == tuple(rule.value for rule in Revoting)
    assert list(REVOTING_WORDS) == list(Revoting)
