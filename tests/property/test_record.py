"""Any single change of any byte of a record is found, or reads as the same record."""

import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.records import Files, good, held, same_twins
from voting.errors import Refused
from voting.services import verification
from voting.services.record import _zipped
from voting.services.verification import verify_files, verify_path

GOOD = good()["good"]
SLOW = settings(
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@pytest.fixture(autouse=True)
def _archives_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        verification,
        "verify_twins",
        lambda owners, area, _s, _p, most: same_twins(held(owners), held(area), most),
    )


def refused(files: Files) -> bool:
    """Whether anything is found; what is raised is a `Refused` and nothing else."""
    try:
        return not verify_files(files).valid
    except Refused:
        return True


@st.composite
def edits(draw: st.DrawFn, length: int) -> Any:
    """A byte replaced, taken out or put in."""
    position = draw(st.integers(0, length - 1))
    kind = draw(st.sampled_from(("replace", "delete", "insert")))
    return position, kind, draw(st.integers(1, 255))


def edited(body: bytes, edit: Any) -> bytes:
    position, kind, number = edit
    old = body[position]
    middle = {"replace": bytes([old ^ number]), "delete": b"", "insert": bytes([old, number])}[kind]
    return body[:position] + middle + body[position + 1 :]


@pytest.mark.parametrize("name", sorted(GOOD))
@given(data=st.data())
@SLOW
def test_any_byte_of_a_file_changed_is_found(name: str, data: st.DataObject) -> None:
    changed = edited(GOOD[name], data.draw(edits(len(GOOD[name]))))
    assert refused(GOOD | {name: changed}), changed


@pytest.mark.parametrize("name", sorted(GOOD))
def test_a_file_taken_out_is_found(name: str) -> None:
    assert refused({each: body for each, body in GOOD.items() if each != name})


ZIP = _zipped(GOOD)


@given(edit=edits(len(ZIP)))
@SLOW
def test_any_byte_of_the_zip_changed_is_found_or_reads_the_same(edit: Any, tmp_path: Path) -> None:
    """What is not a file's content (times, rights, how it was packed) is no evidence, and is not read."""
    path = tmp_path / "EXPORT.zip"
    path.write_bytes(edited(ZIP, edit))
    try:
        found = verify_path(path)
    except Refused:
        return
    if found.valid:
        with zipfile.ZipFile(path) as export:
            read = {name: export.read(name) for name in export.namelist()}
        assert {name: body for name, body in read.items() if name in GOOD} == GOOD
        assert found.facts.get("other_files", []) == sorted(read.keys() - GOOD.keys())


def test_what_stands_beside_a_record_is_said_not_to_belong_to_it() -> None:
    found = verify_files(GOOD | {"__MACOSX/._rules.json": b"", "owners/note.txt": b""})
    assert found.valid
    assert found.facts["other_files"] == ["__MACOSX/._rules.json", "owners/note.txt"]
    assert "other-files" in found.not_checked


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_export_is_packed_as_every_browser_can_unpack_it(method: int, tmp_path: Path) -> None:
    path = tmp_path / "EXPORT.zip"
    with zipfile.ZipFile(path, "w", method) as export:
        for name, body in GOOD.items():
            export.writestr(name, body)
    with pytest.raises(Refused):
        verify_path(path)


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "EXPORT.zip"
    path.write_bytes(ZIP)
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(path, "a") as export:
        export.writestr("outcome.json", b"{}")
    with pytest.raises(Refused):
        verify_path(path)
