"""The browser's clock of an assembly refuses the same steps as ours, at the same moments, in each zone."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

VECTORS = Path(__file__).resolve().parent.parent / "vectors" / "clock.json"
REPLAY = """
async (cases) => {
  const { begin, take } = await import("/js/rules/clock.js");
  const { Calendar } = await import("/js/rules/calendar.js");
  const { Settings } = await import("/js/rules/places.js");
  return cases.map(({ plan, steps }) => {
    const changes = (settings, [setting, value, reason]) => settings.changed(setting, value, reason);
    const settings = plan.changes.reduce(changes, new Settings(plan.place));
    const calendar = new Calendar(plan.zone, plan.holidays);
    const { meeting, elects_committee: electsCommittee } = plan;
    let assembly = begin({ meeting, settings, calendar, electsCommittee });
    try {
      for (const [act, at, opensAt, closesAt, items, about, number, upheld, reason] of steps) {
        assembly = take(assembly, { act, at, opensAt, closesAt, items, about, number, upheld, reason });
      }
    } catch (error) {
      if (error.refusal === undefined) return String(error.stack);
      return { refused: { refusal: error.refusal, place: error.context }, phase: assembly.phase };
    }
    return { refused: null, phase: assembly.phase };
  });
}
"""


def test_both_clocks_say_the_same(static_page: Page) -> None:
    vectors: dict[str, Any] = json.loads(VECTORS.read_text(encoding="utf-8"))
    presets = """async () => {
      const { PRESETS } = await import("/js/rules/places.js");
      return [...PRESETS].map(([place, values]) => [place, [...values]]);
    }"""
    assert dict(static_page.evaluate(presets)) == vectors["presets"]
    expected = [{"refused": case["refused"], "phase": case["phase"]} for case in vectors["cases"]]
    assert static_page.evaluate(REPLAY, vectors["cases"]) == expected
