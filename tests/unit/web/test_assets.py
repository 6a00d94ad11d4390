"""What travels to a phone: compressed, kept for good under its digest, no secret packed beside a query."""

import gzip
import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.assembly import Assembly
from tests.unit.web.conftest import Visitor

PACKED = {"Accept-Encoding": "gzip"}


def addresses(page: TestResponse) -> list[str]:
    return re.findall(r'(?:src|href)="(/assets/[^"#]+)', page.text)


@pytest.fixture
def client(stranger: Visitor) -> FlaskClient:
    return stranger.client


def test_assets_are_kept_for_good_under_their_digest(client: FlaskClient) -> None:
    found = addresses(client.get("/"))
    assert {address.rpartition("/")[2] for address in found} >= {"style.css", "page.js"}
    for address in found:
        plain = client.get(address)
        packed = client.get(address, headers=PACKED)
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain.data
        assert b"/*" not in plain.data or not address.endswith(".css")  # reasons stay at home
        assert len(packed.data) < len(plain.data)
        for answer in (plain, packed):
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert answer.headers["Vary"] == "Accept-Encoding"
            assert "Set-Cookie" not in answer.headers
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_an_old_digest_gets_what_there_is_and_keeps_it_nowhere(client: FlaskClient) -> None:
    [address] = [each for each in addresses(client.get("/")) if each.endswith("page.js")]
    old = client.get(f"/assets/{'0' * 32}/js/page.js")
    assert old.data == client.get(address).data
    assert old.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["nothing.js", "../assets.py", "js/../../assets.py", "js", "", "icon.png"])
def test_nothing_else_is_served(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/assets/0/{name}")
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"


def test_pages_are_packed_unless_their_address_is_repeated_in_them(
    client: FlaskClient, assembly: Assembly
) -> None:
    assembly.issue()
    for path in ("/", f"/e/{assembly.uuid}", f"/v/{assembly.uuid}"):
        packed = client.get(path, headers=PACKED)
        assert packed.headers["Content-Encoding"] == "gzip"
        assert "csrf-token" in gzip.decompress(packed.data).decode()
        assert packed.headers["Cache-Control"] == "no-store"
        for plain in (client.get(path), client.get(f"{path}?q=guess", headers=PACKED)):
            assert "Content-Encoding" not in plain.headers
            assert "csrf-token" in plain.text
