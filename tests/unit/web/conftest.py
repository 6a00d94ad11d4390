"""A small assembly behind a real app; what the database does is tested with the services, on both kinds."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.assembly import Assembly
from tests.circles import Trustee
from tests.conftest import Clock
from voting.services.accounts import create_account
from voting.services.site import Keys, Site
from voting.store.engine import Store
from voting.web.app import create_app

PASSWORD = "a long password"
BASE_URL = "https://vote.example"


@dataclass
class Visitor:
    """A browser without scripts: it keeps cookies and sends the token of the last page."""

    client: FlaskClient
    token: str = field(default="")

    def get(self, address: str, **more: Any) -> TestResponse:
        """A page; its token is remembered."""
        response = self.client.get(address, **more)
        page = response.text if response.mimetype.startswith("text/") else ""
        if found := re.search(r'name="csrf-token" content="([^"]+)"', page):
            self.token = found[1]
        return response

    def post(self, address: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        """A form, with its token."""
        if not self.token:
            self.get("/")
        return self.client.post(address, data={"csrf_token": self.token, **(data or {})}, **more)

    def sign_in(self, name: str, password: str = PASSWORD) -> TestResponse:
        """Sign in; the token changes with the session."""
        self.get("/sign-in")
        response = self.post("/sign-in", {"name": name, "password": password})
        self.get("/")
        return response


@pytest.fixture
def store_url(sqlite: Path, tmp_path: Path) -> str:
    """SQLite only."""
    return f"sqlite:///{copy(sqlite, tmp_path / 'web.sqlite')}"


@pytest.fixture
def site(store: Store) -> Site:
    return Site(store, Keys.derive(b"a master secret of 32 bytes only"))


@pytest.fixture
def assembly(site: Site, clock: Clock, recorded_letters: None) -> Assembly:
    """The small assembly before its draft."""
    return Assembly(site, clock())


@pytest.fixture
def app(site: Site, clock: Clock) -> Flask:
    return create_app(site, clock=clock, base_url=BASE_URL, rate_limits=False)


@pytest.fixture
def visitor(app: Flask) -> Callable[[], Visitor]:
    """Makes browsers, each with cookies of its own."""
    return lambda: Visitor(app.test_client())


@pytest.fixture
def stranger(visitor: Callable[[], Visitor]) -> Visitor:
    return visitor()


@pytest.fixture
def organiser(site: Site, clock: Clock, visitor: Callable[[], Visitor]) -> Visitor:
    create_account(site, "zu", "organiser", "筹备组", PASSWORD, clock())
    made = visitor()
    made.sign_in("zu")
    return made


@pytest.fixture
def auditor(site: Site, clock: Clock, visitor: Callable[[], Visitor]) -> Visitor:
    create_account(site, "ju", "auditor", "居委会", PASSWORD, clock())
    made = visitor()
    made.sign_in("ju")
    return made


@pytest.fixture
def resident(visitor: Callable[[], Visitor]) -> Callable[[str, int], Visitor]:
    """A browser that has entered an election's booth as a voter."""

    def enter(uuid: str, voter: int) -> Visitor:
        made = visitor()
        made.get("/")
        with made.client.session_transaction() as session:
            session["booth"] = {"uuid": uuid, "voter": voter, "mark": ""}
        return made

    return enter


@pytest.fixture
def trustee(visitor: Callable[[], Visitor]) -> Callable[..., Visitor]:
    """A browser that came in with a trustee's invitation, to its election or as if to another one."""

    def enter(member: Trustee, uuid: str | None = None) -> Visitor:
        made = visitor()
        made.get("/")
        with made.client.session_transaction() as session:
            invited = {"number": member.invited.number, "mark": member.invited.mark}
            session["circle"] = {"uuid": uuid or member.assembly.uuid, **invited}
        return made

    return enter
