"""A voter objects with the letter: its link is scanned, or its code typed, and never leaves the phone."""

from pathlib import Path
from shutil import copy

import pytest
from playwright.sync_api import Browser

from tests.browser.hall import PHONE, serving
from tests.conventions import Convention, at
from voting.protocol.credentials import printed
from voting.rules.assembly import About
from voting.services import objections
from voting.services.site import Keys, Site
from voting.store.engine import Store
from voting.web.app import create_app


@pytest.mark.usefixtures("recorded_letters")
def test_an_objection_with_the_letter(browser: Browser, sqlite: Path, tmp_path: Path) -> None:
    file = copy(sqlite, tmp_path / "objection.sqlite")
    site = Site(Store(f"sqlite:///{file}"), Keys.derive(b"a master secret of 32 bytes only"))
    convention = Convention(site).noticed().issue()
    convention.until("2026-05-25 00:00").until("2026-05-31 00:00")
    uuid, now = convention.elections[0], at("2026-05-31 09:00")
    convention.now = now
    convention.finish()
    sent: list[str] = []
    with serving(site, lambda address: create_app(site, clock=lambda: now, base_url=address)) as address:
        context = browser.new_context(viewport=PHONE)
        page = context.new_page()
        page.on("request", lambda request: sent.append(request.url + (request.post_data or "")))
        for typed in (False, True):
            private = convention.private[uuid][3]
            page.goto("about:blank")
            page.goto(f"{address}/v/{uuid}/objection" + ("" if typed else f"#{private}"))
            page.fill("#text", "票数算错了")
            if typed:
                page.fill("#code", printed(private).replace("-", " "))
            page.fill("#digits", "4321")
            page.click("#objection-button")
            page.locator("[data-screen=filed]").wait_for()
        assert page.inner_text("#number") == "2"
        context.close()
        assert not any(private in each or private.replace("-", "") in each for each in sent)
        assert [row.about for row in objections.objections(site, convention.uuid)] == [About.RESULT.value] * 2
