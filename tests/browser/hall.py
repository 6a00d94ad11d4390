"""A served election, a phone in it, and what a hand does with it: for every test of a resident's page."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask
from playwright.sync_api import BrowserContext, Request
from werkzeug.serving import make_server

from tests.booth_estate import BASE_URL, BoothEstate
from voting.services.booth import receipts
from voting.services.site import Site
from voting.web.app import create_app

PHONE = {"width": 360, "height": 740}
DIGITS = {"王秀英": "002x", "张三、李四": "0102", "赵国强": "0201", "孙丽": "0202", "吴桂芳": "0302"}


@dataclass
class Hall:
    """A served election."""

    estate: BoothEstate
    address: str

    def link(self, name: str) -> str:
        return self.address + self.estate.path(name)

    def trackers(self) -> list[str]:
        return [tracker for _, tracker in receipts(self.estate.site, self.estate.uuid)]


# A hand in a test needs no time to see the circle filled (PAUSE in booth-questions.js).
HASTY = """
const later = window.setTimeout;
window.setTimeout = (act, wait, ...rest) => later(act, wait === 400 ? 0 : wait, ...rest);
"""


class Voter:
    """One phone in the hall, and what a hand does with it."""

    def __init__(self, hall: Hall, context: BrowserContext, hasty: bool = True) -> None:
        self.hall = hall
        self.context = context
        self.page = context.new_page()
        if hasty:
            self.page.add_init_script(HASTY)
        self.requests: list[Request] = []
        self.faults: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda message: self._heard(message.text))

    def _heard(self, text: str) -> None:
        if "Content Security Policy" in text or "Content-Security-Policy" in text:
            self.faults.append(text)

    def on(self, screen: str) -> None:
        """Wait for a screen; the focus is at its heading, or in its field."""
        # Not `expect`, which looks again after up to a second; this waits for the page itself.
        self.page.locator(f'[data-screen="{screen}"]').wait_for()
        focused = self.page.evaluate("document.activeElement.closest('[data-screen]')?.dataset.screen")
        assert focused == screen

    def scan(self, name: str) -> None:
        self.page.goto(self.hall.link(name))
        self.on("identity")

    def enter(self, digits: str) -> None:
        self.page.fill("#digits", digits)
        self.page.click("#identity-button")

    def choose(self, number: int, *choices: int) -> None:
        """Press answers; one that is the step on brings the next screen."""
        for choice in choices:
            self.page.locator(f'[data-question="{number}"] .choice').nth(choice).click()

    def forward(self, number: int) -> None:
        self.page.click(f'[data-question="{number}"] .forward')

    def answer(self, number: int, *choices: int) -> None:
        """Answer a question that is seen for the first time, and come to the next one."""
        self.choose(number, *choices)
        if self.page.locator(f'[data-question="{number}"] .forward').is_visible():
            self.forward(number)
        self.page.locator(f'[data-question="{number}"]').wait_for(state="hidden")

    def to_review(self, name: str) -> None:
        self.scan(name)
        self.enter(DIGITS[name])
        self.on("question-1")
        self.answer(1, 0)
        self.answer(2, 1)
        self.answer(3, 0, 6)
        self.on("review")

    def seal(self) -> str:
        """Seal, and read the tracker that is shown before sending."""
        self.page.click("#seal")
        self.on("sealed")
        return self.shown("[data-screen=sealed] [data-tracker]")

    def cast(self) -> None:
        self.page.click("#cast")

    def shown(self, selector: str) -> str:
        return self.page.locator(selector).evaluate("place => place.textContent")

    def sees(self, selector: str, words: str) -> None:
        found = self.page.locator(selector).filter(has_text=re.compile(re.escape(words)))
        found.wait_for(state="attached")


@contextmanager
def serving(site: Site, app_at: Callable[[str], Flask]) -> Iterator[str]:
    """Serve the app that is made for an address until the block ends; the site's database is closed then."""
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    address = f"http://127.0.0.1:{server.server_port}"
    server.app = app_at(address)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield address
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        site.store.close()


@contextmanager
def served(estate: BoothEstate, base_url: str | None = BASE_URL) -> Iterator[Hall]:
    """Serve an estate until the block ends."""

    def app(_address: str) -> Flask:
        return create_app(estate.site, clock=estate.clock, base_url=base_url, rate_limits=False)

    with serving(estate.site, app) as address:
        yield Hall(estate, address)
