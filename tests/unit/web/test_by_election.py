"""The organisers' button: from an outcome with vacant seats to the draft that fills them."""

from typing import Any

from tests.assembly import AGENDA, Assembly
from tests.conftest import Clock
from tests.unit.web.test_organiser import words
from voting.services import elections
from voting.services.site import Site

CONTEST: dict[str, Any] = {**AGENDA["questions"][1], "least": 2, "stands_incomplete": True}


def published(site: Site, clock: Clock, ticks: list[int]) -> Assembly:
    held = Assembly(site, clock(), agenda={**AGENDA, "questions": [CONTEST]}).open()
    held.cast_all({voter: [ticks] for voter in range(1, 6)})
    held.close()
    held.count()
    elections.publish_election(site, held.uuid, held.actor, held.closes_at)
    clock.now = held.closes_at
    return held


def test_seats_that_stayed_vacant_are_filled_and_with_half_of_the_members_gone_none_are(
    visitor: Any, site: Site, clock: Clock, recorded_letters: None
) -> None:
    held = published(site, clock, [1, 1, 0, 0])
    organiser = visitor()
    organiser.sign_in("wang")
    here = f"/organise/elections/{held.uuid}"
    assert "补选委员" in words(organiser.get(here).text)
    page = words(organiser.get(f"{here}/by-election").text)
    for told in ("委员会名额 3 人", "留任的委员 丁一、方二", "要补选 1 人", "过半数"):
        assert told in page
    # The committee stands and convenes itself; what is stored is written in the language of the papers.
    english = organiser.get(f"{here}/by-election?lang=en").text
    assert 'name="convener" type="text" maxlength="100" required value="业主委员会"' in english
    assert 'value="金桥小区业主委员会补选"' in english
    assert '<option value="杭州">Hangzhou</option>' in english
    organiser.get("/?lang=zh_Hans")
    counted = words(organiser.post(f"{here}/by-election", {"left": ["0"], "step": "show"}).text)
    assert "留任的委员只有 1 人，没有超过全部 3 席的一半，不能补选" in counted


def test_the_draft_is_filled_from_the_outcome(
    visitor: Any, site: Site, clock: Clock, recorded_letters: None
) -> None:
    held = published(site, clock, [1, 1, 1, 0])
    organiser = visitor()
    organiser.sign_in("wang")
    here = f"/organise/elections/{held.uuid}"
    # Somebody has left: it is counted anew, and not without a reason.
    form = {
        "left": ["0"],
        "title": "金桥小区补选",
        "convener": "业主委员会",
        "place": "杭州",
        "meeting": "special",
    }
    counted = words(organiser.post(f"{here}/by-election", form | {"step": "show"}).text)
    assert "留任的委员 方二、石三 要补选 1 人" in counted
    assert organiser.post(f"{here}/by-election", form | {"step": "save"}).status_code == 400
    answer = organiser.post(f"{here}/by-election", form | {"step": "save", "reason": "本人书面辞职"})
    assert answer.status_code == 302
    address = answer.headers["Location"]
    draft = organiser.get(address).text
    assert "留任的委员（由上次的结果带来，不再表决） 方二、石三" in words(draft)
    assert "补选业主委员会委员 1 名" in draft
    assert "丁一" not in address
    saved = organiser.post(
        address,
        {
            "title": "金桥小区业主委员会补选",
            "assembly": address.partition("assembly=")[2].partition("&")[0],
            "questions": "1",
            "scope": "all",
            "q1-kind": "committee",
            "q1-text": "补选业主委员会委员 1 名",
            "q1-seats": "1",
            "q1-sitting": "2",
            "q1-sitting_members": "方二\n石三",
            "q1-least": "2",
            "q1-candidates": "白四\n钱五",
            "step": "save",
        },
    )
    assert saved.status_code == 302
    view = elections.election(site, saved.headers["Location"].rpartition("/")[2])
    [contest] = view.agenda.questions
    assert (contest.seats, contest.size) == (1, 3)  # type: ignore[union-attr]
    assert contest.sitting_members == ("方二", "石三")  # type: ignore[union-attr]
    assert "留任的委员，不再表决：方二、石三" in words(organiser.get(saved.headers["Location"]).text)


def test_a_full_committee_needs_no_by_election_and_an_empty_one_another_election(
    visitor: Any, site: Site, clock: Clock, recorded_letters: None
) -> None:
    held = published(site, clock, [1, 1, 1, 0])
    organiser = visitor()
    organiser.sign_in("wang")
    here = f"/organise/elections/{held.uuid}/by-election"
    assert "委员会没有空缺" in words(organiser.get(here).text)
    counted = words(organiser.post(here, {"left": ["0", "1", "2", "77"], "step": "show"}).text)
    assert "没有一位委员在任" in counted
