"""The verifier in the browser and the one here find the same in every record of the corpus."""

import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.remembering import REMEMBER
from tests.records import cases, good, record
from voting.services.verification import verify_files

pytestmark = pytest.mark.browser

# Most records differ from a good one in little: ballots that were verified before are not verified again.
WORKER = (
    REMEMBER
    + """
import { oneByOne } from "ORIGIN/js/protocol/audit.js";
import { sha256Hex } from "ORIGIN/js/protocol/encoding.js";
import { Refused } from "ORIGIN/js/protocol/refused.js";
import { verifyFiles } from "ORIGIN/js/verifier/verification.js";

const known = new Map();
async function* remembering(election, bodies) {
  const names = bodies.map((body) => `${sha256Hex(election)} ${sha256Hex(body)}`);
  const fresh = oneByOne(election, bodies.filter((_, index) => !known.has(names[index])));
  for (const name of names) yield remembered(known, name, () => fresh.next().value);
}
const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

self.onmessage = async ({ data: { files, since } }) => {
  const found = new Map(Object.entries(files).map(([name, body]) => [name, bytes(body)]));
  try {
    const { report } = await verifyFiles(found, { earlier: since, verifyAll: remembering });
    const plain = (_, value) => (value instanceof Map ? Object.fromEntries(value) : value);
    self.postMessage({ report: JSON.parse(JSON.stringify(report, plain)) });
  } catch (error) {
    if (error instanceof Refused) {
      self.postMessage({ unreadable: { refusal: error.refusal, place: error.context } });
    } else {
      self.postMessage({ failed: error.stack });
    }
  }
};
"""
)
HARNESS = """
(source) => {
  const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const worker = new Worker(address, { type: "module" });
  const verified = (record) =>
    new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = reject;
      worker.postMessage(record);
    });
  window.verified = verified;
}
"""


@pytest.fixture(scope="module")
def verified(static_page: Page) -> Callable[[dict[str, bytes], str | None], dict[str, Any]]:
    """What the browser says of a record, and of one that continues an earlier one's checkpoint."""
    origin = static_page.evaluate("location.origin")
    static_page.evaluate(HARNESS, WORKER.replace("ORIGIN", origin))

    def said(files: dict[str, bytes], since: str | None = None) -> dict[str, Any]:
        given = {"files": {name: b64encode(body).decode() for name, body in files.items()}, "since": since}
        answer: dict[str, Any] = static_page.evaluate("(record) => verified(record)", given)
        assert "failed" not in answer, answer
        return answer

    return said


@pytest.mark.parametrize("case", cases())
def test_a_record_is_refused_by_name_and_place(
    verified: Callable[..., dict[str, Any]], case: dict[str, Any]
) -> None:
    bad = record(case)
    answer = verified(bad.files, bad.since)
    if "unreadable" in case:
        assert answer == {"unreadable": case["unreadable"]}
        return
    report = answer["report"]
    assert report["findings"] == case["findings"]
    assert report["valid"] is (case["findings"] == [])
    assert set(case.get("not_checked", ())) <= set(report["not_checked"])


@pytest.mark.parametrize("name", good())
def test_all_that_is_said_of_a_good_record_is_the_same(
    verified: Callable[..., dict[str, Any]], name: str
) -> None:
    here = json.loads(json.dumps(verify_files(good()[name]).as_json()))
    assert verified(good()[name]) == {"report": here}
