"""A line of a log checked in the browser: what the server wrote holds, what was changed does not."""

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.assembly import Assembly
from voting.services import record
from voting.services.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.thorough]

PAGE = """
async ([lines, key, chain]) => {
  const words = JSON.stringify({ holds: "holds", unsigned: "unsigned", broken: "broken" });
  document.body.innerHTML = "";
  const list = document.createElement("ol");
  Object.assign(list.dataset, { logKey: key, words });
  lines.forEach(([line, seq, head]) => {
    const item = document.createElement("p");
    const button = document.createElement("button");
    Object.assign(button.dataset, { checkLine: line, chain, seq, head });
    const status = document.createElement("span");
    status.setAttribute("role", "status");
    item.append(button, status);
    list.append(item);
  });
  document.body.append(list);
  await import(`/js/log-check.js?${Math.random()}`);
  const buttons = [...list.querySelectorAll("button")];
  buttons.forEach((button) => button.click());
  return buttons.map((button) => button.nextElementSibling.textContent);
}
"""


def test_a_line_is_checked_where_it_is_read(site: Site, clock: Callable[[], Any], static_page: Page) -> None:
    assembly = Assembly(site, clock()).issue()
    key = site.keys.receipt_key_hex
    entries = record.audit_log(site, assembly.uuid)

    def asked(texts: list[bytes]) -> list[str]:
        rows = [[text.decode(), str(n), sha256(text).hexdigest()] for n, text in enumerate(texts, 1)]
        said: list[str] = static_page.evaluate(PAGE, [rows, key, assembly.uuid])
        return said

    texts = [entry.line for entry in entries]
    assert asked(texts) == ["holds", "holds"]
    assert asked([texts[0].replace(b"wang", b"zhao"), texts[1]]) == ["broken", "broken"]
    unsigned = {name: value for name, value in json.loads(texts[0]).items() if name != "signature"}
    plain = json.dumps(unsigned, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert asked([plain]) == ["unsigned"]
