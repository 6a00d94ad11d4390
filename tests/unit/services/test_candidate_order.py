"""The order of a contest's candidates: the program's where surname strokes were chosen, else as published."""

from dataclasses import replace
from typing import Any

import pytest

from tests.assembly import AGENDA, Assembly
from voting.errors import Refusal, Refused
from voting.rules.questions import SURNAME_STROKES
from voting.services import elections


def with_candidates(*candidates: str, **more: Any) -> dict[str, Any]:
    motion, contest = AGENDA["questions"]
    return {**AGENDA, "questions": [motion, {**contest, "candidates": list(candidates), **more}]}


def stored(assembly: Assembly) -> list[str]:
    view = elections.election(assembly.site, assembly.uuid)
    names: list[str] = view.agenda_json["questions"][1]["candidates"]
    return names


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("published", ["赵六", "欧阳七", "王五", "丁一"]),
        (SURNAME_STROKES, ["丁一", "王五", "欧阳七", "赵六"]),
    ],
)
def test_by_strokes_whatever_order_they_were_typed_in(
    assembly: Assembly, order: str, expected: list[str]
) -> None:
    made = replace(assembly, agenda=with_candidates("赵六", "欧阳七", "王五", "丁一", order=order)).draft()
    assert stored(made) == expected


def test_a_character_without_strokes_is_refused_by_name(assembly: Assembly) -> None:
    assembly.draft()
    arguments = (assembly.opens_at, assembly.closes_at, assembly.actor, assembly.now)
    before = stored(assembly)
    unknown = with_candidates("王五", "𰻝六", "丁一", order=SURNAME_STROKES)
    with pytest.raises(Refused) as refused:
        elections.edit_election(assembly.site, assembly.uuid, unknown, *arguments)
    assert refused.value.refusal is Refusal.STROKES_UNKNOWN
    assert refused.value.context == {"characters": "𰻝"}
    assert stored(assembly) == before
