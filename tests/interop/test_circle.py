"""A circle that went through the services: the outside tool and ours verify what two of three opened."""

import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.assembly import NO, Assembly
from tests.circles import hold, set_up
from tests.interop.test_belenios_tool import pytestmark, tool
from voting.errors import Refusal, Refused
from voting.protocol.group import BELENIOS_2048
from voting.services import credentials, record
from voting.services.site import Keys, Site
from voting.services.verification import verify_path
from voting.store.engine import Store

__all__ = ["pytestmark"]


def test_one_never_comes_back_and_one_sends_nonsense(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "letters_pdf", lambda *_, **__: b"")
    monkeypatch.setattr(credentials, "poster_pdf", lambda *_, **__: b"")
    store = Store(f"sqlite:///{tmp_path / 'site.sqlite'}")
    store.migrate()
    site = Site(store, Keys.derive(b"a master secret of 32 bytes only"))
    assembly = Assembly(site, datetime(2026, 5, 1, tzinfo=UTC), group=BELENIOS_2048).draft()
    trustees = hold(set_up(assembly, 2, ("丁一", "方二", "石三", "白四")))
    assembly.issue_and_open()
    assembly.cast(1)
    assembly.cast(2, NO)
    assembly.close()
    # The first never comes back; the second sends what the third opened.
    wrong = replace(trustees[2].share(), owner=trustees[1].share().owner)
    with pytest.raises(Refused) as caught:
        trustees[1].send_share(wrong)
    assert (caught.value.refusal, caught.value.context) == (Refusal.SHARE_REFUSED, {"name": "方二"})
    trustees[2].send_share()
    trustees[3].send_share()
    assembly.count()

    export = tmp_path / "EXPORT.zip"
    export.write_bytes(record.export_record(site, assembly.uuid, assembly.closes_at + timedelta(hours=2)))
    found = verify_path(export)
    assert found.valid
    with zipfile.ZipFile(export) as files:
        files.extractall(tmp_path)
    for measure in ("owners", "area"):
        assert "all checks passed" in tool(tmp_path / measure, "election", "verify").stderr
    store.close()
