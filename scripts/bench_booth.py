"""What a resident on an old phone waits for: Chromium, its processor slowed four times, on a slow network.

    .venv/bin/python scripts/bench_booth.py [--runs 5] [--group Ed25519]

Medians. "Usable" is the moment when the digits can be typed, counted from the start of the navigation. Slow
3G is 400 kbit/s both ways with 400 ms for each request (WebPageTest's profile; the one of Chromium's own
tools waits 2000 ms for each request, so that nothing at all can come within two seconds). Chromium slows the
page but not its workers: sealing is measured in the booth as it is, and once more in the slowed page itself.
"""

import argparse
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright  # noqa: E402
from werkzeug.serving import WSGIRequestHandler, make_server  # noqa: E402

from voting.protocol.group import GROUPS  # noqa: E402
from voting.services.accounts import create_account  # noqa: E402
from voting.services.credential_file import open_credential_file  # noqa: E402
from voting.services.credentials import issue_credentials  # noqa: E402
from voting.services.elections import create_election, open_election  # noqa: E402
from voting.services.registers import create_estate, import_register  # noqa: E402
from voting.services.site import Actor, Keys, Site  # noqa: E402
from voting.store.engine import Store  # noqa: E402
from voting.web.app import create_app  # noqa: E402

NOW = datetime(2026, 5, 1, tzinfo=UTC)
REGISTER = "房号,业主姓名,证件号码,建筑面积\n1-1-101,甲,99999919000000001X,88.62\n"
AGENDA: dict[str, Any] = {
    "title": "测量小区业主大会会议",
    "estate": "测量小区",
    "questions": [
        {"id": f"q{i}", "kind": "motion", "text": f"是否同意第 {i} 项？", "matter": "278-1"}
        for i in (1, 2, 3, 4)
    ],
}
CHOICES = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]]  # twelve
SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
SLOWED = 4

USABLE = """
document.addEventListener("DOMContentLoaded", () => {
  const place = document.querySelector('[data-screen="identity"]');
  const note = () => {
    if (!place.hidden && window.usable === undefined) window.usable = performance.now();
  };
  new MutationObserver(note).observe(place, { attributes: true });
  note();
});
"""
SEALED = """
async () => {
  const step = document.getElementById("sealing-bar");
  let moves = 0;
  const moved = new MutationObserver(() => { moves += 1; });
  moved.observe(document.getElementById("sealing-step"), { childList: true });
  const sealed = document.querySelector('[data-screen="sealed"]');
  const start = performance.now();
  let longest = 0;
  let last = start;
  let running = true;
  const frame = (now) => {
    longest = Math.max(longest, now - last);
    last = now;
    if (running) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  document.getElementById("seal").click();
  await new Promise((done) => new MutationObserver(done).observe(sealed, { attributes: true }));
  running = false;
  return [performance.now() - start, moves, longest];
}
"""
IN_THE_PAGE = """
async ([election, credential, choices]) => {
  const ballot = await import("/static/js/protocol/ballot.js");
  const context = ballot.openElection(election);
  const start = performance.now();
  const tables = ballot.buildTables(context, 7);
  const built = performance.now();
  let last = built;
  let longest = 0;
  const progress = () => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  };
  ballot.encryptBallot(context, tables, credential, choices, { progress });
  return [built - start, performance.now() - built, longest];
}
"""


class Quiet(WSGIRequestHandler):
    """Keeps connections open, as a server behind a proxy does, and says nothing."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's name
        """Nothing."""


@contextmanager
def booth(group: str) -> Iterator[tuple[str, str]]:
    """An open election of twelve choices, served: its address and the letter's code."""
    with TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/voting.db")
        store.migrate()
        site = Site(store, Keys.derive(bytes(32)))
        actor = Actor(
            create_account(site, "measure", "organiser", "测量", "a long password", NOW),
            "measure",
            "organiser",
        )
        estate = create_estate(site, AGENDA["estate"], actor, NOW)
        import_register(site, estate, "register.csv", REGISTER.encode(), None, actor, NOW)
        uuid = create_election(site, estate, AGENDA, NOW, NOW + timedelta(days=9), actor, NOW, group)
        issued = issue_credentials(site, uuid, "correct horse battery", "http://localhost", actor, NOW)
        open_election(site, uuid, actor, NOW)
        [code] = open_credential_file(issued.credential_file, "correct horse battery", uuid).values()
        app = create_app(site, clock=lambda: NOW, rate_limits=False)
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.port}/v/{uuid}", code
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            store.close()


def slowed(page: Page) -> CDPSession:
    """The phone and its network."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_3G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    return session


def visit(browser: Browser, address: str, code: str) -> dict[str, float]:
    """One first visit, from scanning to the sealed ballot."""
    with browser.new_context(viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        page.add_init_script(USABLE)
        session = slowed(page)
        sizes: list[float] = []
        session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        page.goto(f"{address}#{code}")
        page.wait_for_selector('[data-screen="identity"]')
        usable = page.evaluate("window.usable")
        page.wait_for_load_state("networkidle")
        bytes_first, requests = sum(sizes), len(sizes)
        page.fill("#digits", "001X")
        page.click("#identity-button")
        for number in range(1, len(CHOICES) + 1):
            page.locator(f'[data-question="{number}"] .choice').first.click()
        page.wait_for_selector('[data-screen="review"]')
        sealing, moves, frame = page.evaluate(SEALED)
        return {
            "usable": usable,
            "bytes": bytes_first,
            "requests": requests,
            "sealing": sealing,
            "moves": moves,
            "frame": frame,
        }


def in_the_page(browser: Browser, address: str, code: str) -> tuple[float, float, float]:
    """Tables, sealing and its longest step in the slowed page itself; milliseconds."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(address)
        election = page.evaluate("JSON.parse(document.getElementById('booth').textContent).election")
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
        tables, sealing, longest = page.evaluate(IN_THE_PAGE, [election, code, CHOICES])
        return tables, sealing, longest


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--group", choices=list(GROUPS), default="BELENIOS-2048")
    given = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("chromium is not installed")
    with sync_playwright() as playwright, booth(given.group) as (address, code):
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        visits = [visit(browser, address, code) for _ in range(given.runs)]
        alone = [in_the_page(browser, address, code) for _ in range(given.runs)]
        browser.close()
    middle = {name: median(each[name] for each in visits) for name in visits[0]}
    tables, sealing, longest = (median(each[part] for each in alone) for part in range(3))
    print(f"{given.group}, processor slowed {SLOWED} times, 400 kbit/s, 400 ms a request, {given.runs} runs")
    print(f"first page usable                    {middle['usable']:7.0f} ms   (aim 2000)")
    print(f"over the wire for it                 {middle['bytes'] / 1000:7.1f} kB   (aim 100)")
    print(f"in so many requests                  {middle['requests']:7.0f}")
    print(f"twelve choices sealed, in the booth  {middle['sealing']:7.0f} ms   (aim 2000)")
    print(f"  longest frame of the page meanwhile{middle['frame']:7.0f} ms")
    print(f"the same in the slowed page itself   {sealing:7.0f} ms   (tables before it: {tables:.0f} ms)")
    print(f"  longest step of its bar            {longest:7.0f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
