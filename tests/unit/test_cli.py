"""The command `voting`: what it prints, where, and with which exit status; and the demonstration whole."""

import io
import json
import os
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from voting import cli, serve, verifying
from voting.documents.verdicts import checked_sentences
from voting.errors import Refusal, Refused
from voting.language import LOCALES, translations
from voting.services import demo, rehearsal
from voting.services.accounts import sign_in
from voting.services.verification import Verification
from voting.terminal import locale_of, meter

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = "http://127.0.0.1:8000"


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A Chinese terminal, nothing configured, and the umask put back."""
    for name in ("LC_ALL", "LC_MESSAGES", "VOTING_DATABASE_URL", "VOTING_SECRET_FILE", "VOTING_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A site's folder with its schema, and nothing in it."""
    place = serve.in_folder(tmp_path / "site", ADDRESS)
    place.open().store.close()
    return tmp_path / "site"


# the terminal


@pytest.mark.parametrize(
    ("environment", "locale"),
    [
        ({}, "zh_Hans"),
        ({"LANG": "zh_CN.UTF-8"}, "zh_Hans"),
        ({"LANG": "zh_TW"}, "zh_Hans"),
        ({"LANG": "C.UTF-8"}, "zh_Hans"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
    ],
)
def test_the_language_of_the_terminal(environment: dict[str, str], locale: str) -> None:
    assert locale_of(environment) == locale


def test_progress_off_a_terminal_is_a_line_at_the_beginning_and_at_the_end() -> None:
    stream = io.StringIO()
    show = meter("投票", stream)
    for done in range(1, 101):
        show(done, 100)
    assert stream.getvalue() == "投票 1/100\n投票 100/100\n"


def test_progress_on_a_terminal_stays_on_its_line() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    show = meter("投票", stream)
    show(0, 2)
    show(2, 2)
    assert stream.getvalue().count("\n") == 1
    assert stream.getvalue().count("\r") == 2


# usage and refusals


def test_wrong_usage_is_2(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["count"], ["verify"], ["account"], ["rehearse", "--roll", "x"]):
        with pytest.raises(SystemExit) as ended:
            cli.main(arguments)
        assert ended.value.code == 2
    assert capsys.readouterr().out == ""


def test_a_missing_setting_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["serve"]) == 2
    assert "VOTING_DATABASE_URL" in capsys.readouterr().err


@pytest.mark.parametrize("secret", ["", "abc", "G" * 64, "A" * 64, "0" * 63])
def test_a_secret_that_is_none_is_refused_and_not_shown(
    secret: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "secret").write_text(secret, encoding="ascii")
    assert cli.main(["account", "add", "wang", "--role", "auditor", "--generate", "--data", str(folder)]) == 2
    said = capsys.readouterr().err
    assert str(folder / "secret") in said
    assert not secret or secret not in said


def test_a_lost_secret_is_never_replaced(folder: Path) -> None:
    (folder / "secret").unlink()
    with pytest.raises(Refused) as refused:
        serve.in_folder(folder, ADDRESS)
    assert refused.value.refusal is Refusal.KEY_FILE_UNUSABLE
    assert not (folder / "secret").exists()


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="ascii")
    with pytest.raises(Refused) as refused:
        serve.in_folder(tmp_path / "file" / "site", ADDRESS)
    assert refused.value.refusal is Refusal.DATA_FOLDER_UNUSABLE


def test_a_database_that_is_none_is_refused_without_its_address(folder: Path) -> None:
    (folder / serve.DATABASE_FILE).write_bytes(b"not a database" * 100)
    with pytest.raises(Refused) as refused:
        serve.in_folder(folder, ADDRESS).open()
    assert refused.value.refusal is Refusal.DATABASE_UNAVAILABLE
    assert str(folder) not in str(refused.value)


def test_an_unreachable_server_is_refused_without_its_password(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("0" * 64, encoding="ascii")
    place = serve.configured(
        {
            "VOTING_DATABASE_URL": "postgresql+psycopg://voting:hunter2@127.0.0.1:1/voting",
            "VOTING_BASE_URL": "https://vote.example.org",
            "VOTING_SECRET_FILE": str(tmp_path / "secret"),
        }
    )
    with pytest.raises(Refused) as refused:
        place.open()
    assert refused.value.refusal is Refusal.DATABASE_UNAVAILABLE
    assert "hunter2" not in str(refused.value)


def test_a_busy_port_is_refused_in_both_languages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert cli.main(["start", "--port", port, "--data", str(tmp_path / "site")]) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == len(LOCALES)
    assert all(port in line for line in lines)
    assert not (tmp_path / "site").exists()


def test_a_folder_of_something_else_is_not_taken_for_the_demonstration(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    assert cli.main(["start", "--port", port, "--data", str(folder)]) == 2
    assert str(folder) in capsys.readouterr().err


# accounts and backups


def test_an_account_is_added_and_can_sign_in(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["account", "add", "wang", "--role", "organiser", "--generate", "--data", str(folder)]
    assert cli.main(arguments) == 0
    password = capsys.readouterr().out.strip().rpartition("：")[2]
    site = serve.in_folder(folder, ADDRESS).open()
    assert sign_in(site, "wang", password, serve.now()).role == "organiser"
    site.store.close()
    assert cli.main(arguments) == 2
    assert "wang" in capsys.readouterr().err


def test_a_password_can_be_one_line_of_input(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery\n"))
    assert cli.main(["account", "add", "li", "--role", "auditor", "--data", str(folder)]) == 0
    site = serve.in_folder(folder, ADDRESS).open()
    assert sign_in(site, "li", "correct horse battery", serve.now()).role == "auditor"
    site.store.close()


def test_a_password_is_changed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["account", "add", "wang", "--role", "auditor", "--generate", "--data", str(folder)]) == 0
    assert cli.main(["account", "password", "wang", "--generate", "--data", str(folder)]) == 0
    password = capsys.readouterr().out.strip().rpartition("：")[2]
    site = serve.in_folder(folder, ADDRESS).open()
    assert sign_in(site, "wang", password, serve.now()).name == "wang"
    site.store.close()
    assert cli.main(["account", "password", "nobody", "--generate", "--data", str(folder)]) == 2
    assert "nobody" in capsys.readouterr().err


def test_two_different_passwords_make_no_account(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Keyboard(io.StringIO):
        def isatty(self) -> bool:
            return True

    typed = iter(["correct horse battery", "correct horse batter"])
    monkeypatch.setattr("sys.stdin", Keyboard())
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(typed))
    assert cli.main(["account", "add", "li", "--role", "auditor", "--data", str(folder)]) == 2
    assert "两次" in capsys.readouterr().err


def test_a_backup_is_complete_private_and_overwrites_nothing(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["account", "add", "wang", "--role", "auditor", "--generate", "--data", str(folder)]) == 0
    out = tmp_path / "backup.sqlite"
    assert cli.main(["backup", str(out), "--data", str(folder)]) == 0
    assert "密钥" in capsys.readouterr().out
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    copy = sqlite3.connect(out)
    assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert copy.execute("SELECT name FROM accounts").fetchall() == [("wang",)]
    copy.close()
    before = out.read_bytes()
    assert cli.main(["backup", str(out), "--data", str(folder)]) == 2
    assert str(out) in capsys.readouterr().err
    assert out.read_bytes() == before


def test_a_backup_without_a_database_or_a_place_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    assert cli.main(["backup", str(tmp_path / "out"), "--data", str(tmp_path / "nothing")]) == 2
    assert cli.main(["backup", str(tmp_path / "missing/out"), "--data", str(folder)]) == 2
    assert not (tmp_path / "nothing").exists()
    assert not (tmp_path / "out").exists()


# verify and rehearse


@pytest.mark.parametrize(
    ("findings", "status", "word"),
    [((), 0, "有效"), ((Refused(Refusal.RULES_NOT_BOUND),), 1, "无效")],
)
def test_the_verdict_is_a_sentence_and_a_status(
    findings: tuple[Refused, ...],
    status: int,
    word: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    keys = tuple(checked_sentences(str))
    found = Verification(findings, keys[:5], keys[5:], (), {"title": "会议", "uuid": "u"})
    monkeypatch.setattr(verifying, "verify_path", lambda *_: found)
    assert cli.main(["verify", "x.zip"]) == status
    lines = capsys.readouterr().out.splitlines()
    # First what was checked and what was not, then what was found, and at last what it comes to.
    assert lines[0] == "核对了："
    assert lines[6] == "没有核对："
    assert lines[-1].startswith(word)
    assert len(lines) == 3 + len(keys) + 3 * len(findings)
    if findings:
        assert lines[-4] == "发现的问题："
        assert "规则被改动过" in lines[-3]
        assert lines[-2].strip() == "rules-not-bound"
    assert cli.main(["verify", "x.zip", "--json"]) == status
    assert json.loads(capsys.readouterr().out)["valid"] is (status == 0)


def test_what_cannot_be_read_is_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.zip").write_bytes(b"PK no")
    for path in (tmp_path / "x.zip", tmp_path / "missing.zip", tmp_path):
        assert cli.main(["verify", str(path)]) == 2
        assert capsys.readouterr().out == ""
    assert cli.main(["verify", str(tmp_path / "x.zip"), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["refusal"] == "export-unreadable"


def test_a_faulty_register_is_refused_with_every_row_and_no_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fixtures = ROOT / "tests/fixtures"
    out = tmp_path / "export.zip"
    status = cli.main(
        [
            *("rehearse", "--roll", str(fixtures / "broken-roll.xlsx"), "--out", str(out)),
            *("--agenda", str(fixtures / "golden-apple-agenda.json")),
            *("--choices", str(fixtures / "golden-apple-choices.csv")),
        ]
    )
    assert status == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert not list(tmp_path.iterdir())
    expected = json.loads((fixtures / "broken-roll-expected.json").read_text(encoding="utf-8"))
    rows = {int(row) for row in re.findall(r"^第 (\d+) 行", told.err, re.MULTILINE)}
    assert rows >= {problem["row"] for problem in expected}
    assert not re.search(r"\d{17}[\dX]", told.err)


def test_a_rehearsal_overwrites_nothing_unless_told_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = rehearsal.Rehearsal("u", b"a rehearsal", {})
    monkeypatch.setattr(rehearsal, "rehearse", lambda *_: made)
    given, out = tmp_path / "given", tmp_path / "EXPORT.zip"
    given.write_bytes(b"")
    files = [word for name in ("--roll", "--agenda", "--choices") for word in (name, str(given))]
    arguments = ["rehearse", *files, "--out", str(out)]
    out.write_bytes(b"")  # a name that was only reserved
    assert cli.main(arguments) == 0
    out.write_bytes(b"the record of a real election")
    assert cli.main(arguments) == 2
    assert str(out) in capsys.readouterr().err
    assert out.read_bytes() == b"the record of a real election"
    assert cli.main([*arguments, "--force"]) == 0
    assert out.read_bytes() == b"a rehearsal"


def test_a_missing_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(tmp_path / "roll.xlsx")
    assert cli.main(["rehearse", "--roll", path, "--agenda", path, "--choices", path, "--out", path]) == 2
    assert path in capsys.readouterr().err


# the demonstration


def test_a_demonstration_reads_back() -> None:
    account = demo.SignIn("a", "b")
    shown = demo.Demo("u", "会议", account, account, "p", [demo.Resident("王", ["1-1-1"], "0001", "c")])
    assert demo.Demo.from_json(shown.as_json()) == shown


def test_an_interrupted_start_leaves_no_half_demonstration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "site"
    with socket.create_server(("127.0.0.1", 0)) as free:
        arguments = ["start", "--port", str(free.getsockname()[1]), "--data", str(folder)]
    account = demo.SignIn("a", "b")
    shown = demo.Demo("u", "会议", account, account, "p", [])

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    def made(*_: object) -> tuple[demo.Demo, demo.Papers]:
        return shown, demo.Papers(b"letters", b"poster", b"{}")

    def told(*_: object, **__: object) -> None:
        assert json.loads((folder / "demo.json").read_text(encoding="utf-8"))["uuid"] == "u"

    monkeypatch.setattr(demo, "seed", interrupted)
    assert cli.main(arguments) == 130
    assert not (folder / serve.DATABASE_FILE).exists()
    assert not (folder / "demo.json").exists()
    secret = (folder / "secret").read_bytes()

    monkeypatch.setattr(demo, "seed", made)
    monkeypatch.setattr(serve, "serve", told)
    assert cli.main(arguments) == 0
    assert (folder / serve.DATABASE_FILE).exists()
    assert (folder / "secret").read_bytes() == secret
    assert not list(folder.glob("*.part*"))


@contextmanager
def started(port: int, folder: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """`voting start` until it has printed its links; stopped at the end as Ctrl-C does."""
    command = ["start", "--port", str(port), "--data", str(folder)]
    with running(command, folder.parent, "Ctrl-C") as told:
        yield told


@contextmanager
def running(
    arguments: list[str], folder: Path, until: str, **settings: str
) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """The command until it has printed `until`, and all that it printed before."""
    command = [sys.executable, "-m", "voting", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **settings}
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdout is not None
    lines = []
    try:
        for line in process.stdout:
            lines.append(line)
            if until in line:
                break
        yield process, "".join(lines)
    finally:
        process.send_signal(signal.SIGINT)
        _rest, errors = process.communicate(timeout=30)
        assert "Traceback" not in errors
    assert until in "".join(lines), errors


def answer(address: str) -> tuple[int, str]:
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(address, timeout=10) as reply:
                return reply.status, reply.read().decode()
        except ConnectionError:
            if time.monotonic() > deadline:
                raise


def test_the_demonstration_is_made_once_served_and_used_again(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = tmp_path / "instance"
    with started(port, folder) as (first, links):
        board = re.search(r"http://\S+/e/\S+", links)
        assert board is not None
        status, page = answer(board.group())
        assert status == 200
        assert "金苹果小区" in page
        residents = re.findall(r"http://\S+/v/\S+#\S+", links)
        assert len(residents) == demo.SHOWN
        assert answer(residents[0].partition("#")[0])[0] == 200
    assert first.returncode == 0
    for name in ("secret", "demo.json", serve.DATABASE_FILE, "letters.pdf", "credentials.json"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    assert not list(folder.glob("*.part*"))
    with started(port, folder) as (again, same):
        assert same == links
        assert answer(board.group())[0] == 200
    assert again.returncode == 0


def test_a_configured_site_is_served_behind_its_proxy(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {
        "VOTING_DATABASE_URL": f"sqlite:///{folder / serve.DATABASE_FILE}",
        "VOTING_SECRET_FILE": str(folder / "secret"),
        "VOTING_BASE_URL": "https://vote.example.org",
    }
    arguments = ["serve", "--port", str(port), "--proxies", "1"]
    with running(arguments, folder, "vote.example.org", **settings) as (server, _told):
        headers = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https"}
        request = urllib.request.Request(f"http://127.0.0.1:{port}/sign-in", headers=headers)
        with urllib.request.urlopen(request, timeout=30) as reply:
            assert reply.status == 200
            assert "max-age" in reply.headers["Strict-Transport-Security"]
            assert "Secure" in reply.headers["Set-Cookie"]
    assert server.returncode == 0


def test_every_text_of_the_command_line_has_its_place_in_both_languages() -> None:
    """And its placeholders are those of the Chinese text."""
    english = translations("en").gettext
    source = "".join((ROOT / f"voting/{name}.py").read_text(encoding="utf-8") for name in ("cli", "start"))
    texts = re.findall(r'_\(\s*"([^"]+)"\s*\)', source)
    assert len(texts) > 30
    for text in texts:
        assert not re.search(r"[\u4e00-\u9fff]", english(text)), text
        assert set(re.findall(r"%\(\w+\)s", english(text))) == set(re.findall(r"%\(\w+\)s", text)), text


def test_verifying_needs_neither_server_nor_database() -> None:
    """It starts in a quarter of the time."""
    program = (
        "import sys; sys.argv[1:] = ['verify', '--help']\n"
        "from voting.__main__ import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(sorted({'flask', 'sqlalchemy', 'distributed', 'reportlab', 'openpyxl'} & {*sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "usage: voting verify" in done.stdout
    assert done.stdout.endswith("[]\n")
