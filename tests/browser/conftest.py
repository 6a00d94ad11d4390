"""One real Chromium for all browser tests; without one they are skipped (scripts/test.py says so)."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.booth_estate import BoothEstate
from tests.browser.hall import PHONE, Hall, Voter, served

STATIC = Path(__file__).resolve().parents[2] / "voting" / "web" / "static"

# The shell is the same browser without a window of its own around the page, which costs more than most pages.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
EXECUTABLE = next(filter(None, map(shutil.which, NAMES)), None)
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)

# Milliseconds that an expectation waits: how long a busy machine takes is its own business.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser; each test opens its own context, so that none sees another's cookies."""
    if EXECUTABLE is None:
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=EXECUTABLE, args=list(QUIET))
        yield running
        running.close()


class Quiet(SimpleHTTPRequestHandler):
    """Serves the static files, and says nothing."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def static_page(browser: Browser) -> Iterator[Page]:
    """A page of its own that can import the modules of the static folder."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(STATIC)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{server.server_port}/style.css")
    yield page
    context.close()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def hall_of(tmp_path: Path) -> Iterator[Callable[[BoothEstate], Hall]]:
    """Serves a copy of an estate."""
    with ExitStack() as stack:
        yield lambda source: stack.enter_context(served(source.copy(tmp_path / "booth.db")))


@pytest.fixture
def hall(open_booth: BoothEstate, hall_of: Callable[[BoothEstate], Hall]) -> Hall:
    """An open election, served."""
    return hall_of(open_booth)


@pytest.fixture
def phone(hall: Hall, browser: Browser) -> Iterator[Voter]:
    """A phone in it; a fault of any page's script fails the test."""
    with browser.new_context(viewport=PHONE, locale="zh-CN") as context:
        voter = Voter(hall, context)
        yield voter
        assert voter.faults == []
