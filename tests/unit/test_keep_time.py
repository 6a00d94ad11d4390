"""Every server process keeps time: what is due opens without anyone asking for a page."""

import threading
import time
from datetime import timedelta

import pytest

from tests.conventions import Convention, at
from voting import serve
from voting.services.site import Site


@pytest.mark.usefixtures("recorded_letters")
def test_a_process_that_serves_opens_what_is_due(site: Site) -> None:
    convention = Convention(site).noticed().issue()
    stopped = serve.keep_time(site, 0.05, lambda: at("2026-05-25 00:00"))
    try:
        for _ in range(600):
            if convention.phases() == ["open"]:
                break
            time.sleep(0.05)
        assert convention.phases() == ["open"]
    finally:
        stopped.set()


def test_a_failure_does_not_end_the_clock(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ticked = threading.Event()
    calls: list[object] = []

    def fails(*arguments: object) -> None:
        calls.append(arguments)
        if len(calls) > 2:
            ticked.set()
            return
        raise OSError("the database is away")

    monkeypatch.setattr(serve, "tick", fails)
    stopped = serve.keep_time(site, 0.01, lambda: at("2026-05-25 00:00") + timedelta(seconds=1))
    assert ticked.wait(30)
    stopped.set()
    assert "the clock could not act" in caplog.text
