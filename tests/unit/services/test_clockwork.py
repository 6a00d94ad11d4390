"""Opening and closing without anyone, once: with two real processes, and after one that died half-way."""

import multiprocessing
import sys
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.conventions import MOTION, Convention, at
from voting.rules.assembly import Phase
from voting.services import clockwork, elections, log
from voting.services.clockwork import tick
from voting.services.site import Keys, Site
from voting.store.engine import Store

SECOND = timedelta(seconds=1)
MASTER = b"a master secret of 32 bytes only"
OPENS_AT, CLOSES_AT = at("2026-05-25 00:00"), at("2026-05-31 00:00")
pytestmark = pytest.mark.usefixtures("recorded_letters")


def server(url: str, now: datetime, go: Any, times: int) -> None:
    """What a server process does, several times in a row, as soon as all of them are there."""
    site = Site(Store(url), Keys.derive(MASTER))
    go.wait(60)
    for round_ in range(times):
        tick(site, now + round_ * SECOND)
    site.store.close()


def two_servers(url: str, now: datetime, times: int = 3) -> None:
    context = multiprocessing.get_context("spawn")
    go = context.Barrier(2)
    servers = [context.Process(target=server, args=(url, now, go, times)) for _ in range(2)]
    for process in servers:
        process.start()
    for process in servers:
        process.join(120)
    assert [process.exitcode for process in servers] == [0, 0]


def two_elections(site: Site) -> Convention:
    convention = Convention(site).plan()
    convention.add()
    convention.add({**MOTION, "title": "另一项表决"})
    convention.publish_roll().until("2026-05-09 00:00")
    return convention.give_notice("2026-05-25 00:00", "2026-05-31 00:00").issue()


def acts(convention: Convention, chain: str) -> list[str]:
    return [entry.act for entry in log.entries(convention.site, chain)]


@pytest.mark.skipif(sys.platform == "win32", reason="processes are started as on the servers")
def test_two_processes_open_and_close_once(site: Site) -> None:
    convention = two_elections(site)
    url = site.store.url
    two_servers(url, OPENS_AT)
    assert convention.phases() == ["open", "open"]
    two_servers(url, CLOSES_AT)
    assert convention.phases() == ["closed", "closed"]
    told = acts(convention, convention.uuid)
    assert (told.count("assembly-open"), told.count("assembly-close")) == (1, 1)
    for uuid in convention.elections:
        told = acts(convention, uuid)
        assert (told.count("election-opened"), told.count("election-closed")) == (1, 1)
    convention.now = CLOSES_AT + 5 * SECOND
    assert convention.view.phase is Phase.CLOSED
    assert tick(site, convention.now) == ()


@pytest.mark.parametrize("survives", [0, 1])
def test_after_a_death_half_way_whoever_ticks_next_goes_on(
    site: Site, monkeypatch: pytest.MonkeyPatch, survives: int
) -> None:
    convention = two_elections(site)
    done: list[str] = []

    class Killed(BaseException):
        pass

    def dies(act: Any) -> Any:
        def until(site: Site, uuid: str, *more: Any) -> None:
            if len(done) >= survives:
                raise Killed
            done.append(uuid)
            act(site, uuid, *more)

        return until

    for name, moment, phase in (
        ("open_election", OPENS_AT, "open"),
        ("close_election", CLOSES_AT, "closed"),
    ):
        done.clear()
        with monkeypatch.context() as patch:
            patch.setattr(clockwork, name, dies(getattr(elections, name)))
            with pytest.raises(Killed):
                tick(site, moment)
        assert convention.phases().count(phase) == survives
        # A restart: a new process has nothing but the database.
        again = Site(Store(site.store.url), Keys.derive(MASTER))
        assert tick(again, moment + SECOND) == (convention.uuid,)
        again.store.close()
        assert convention.phases() == [phase, phase]
        assert tick(site, moment + 2 * SECOND) == ()
    told = acts(convention, convention.uuid)
    assert (told.count("assembly-open"), told.count("assembly-close")) == (1, 1)


def test_a_server_that_was_down_all_the_while_opens_nothing_afterwards(site: Site) -> None:
    convention = two_elections(site)
    tick(site, CLOSES_AT)
    assert convention.phases() == ["draft", "draft"]
    convention.now = CLOSES_AT
    assert convention.view.phase is Phase.NOTICE_GIVEN


def test_a_clock_that_is_a_little_behind_does_not_stop_the_other(site: Site) -> None:
    convention = two_elections(site)
    tick(site, OPENS_AT + SECOND)
    assert tick(site, OPENS_AT) == ()
    assert convention.phases() == ["open", "open"]
