"""What start.py and test.py share: the virtual environment, and sentences instead of tracebacks.

Needs nothing but the standard library. Down to the check of its version this file (and all of its syntax)
is also understood by Python 3.6, so that an old Python says what is missing instead of failing to parse.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn, TextIO

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
RUN_LOCK = "requirements.txt"
TEST_LOCK = "requirements-test.txt"


def say(text: str, stream: TextIO) -> None:
    """Print one line; a terminal that cannot show Chinese gets question marks there, and never an error."""
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "replace").decode(encoding, "replace") + "\n")
    stream.flush()


def stop(chinese: str, english: str) -> NoReturn:
    """End with one sentence in both languages, exit status 1."""
    say(chinese, sys.stderr)
    say(english, sys.stderr)
    sys.exit(1)


if sys.version_info < (3, 11):  # noqa: UP036 - the reason this file parses on 3.6
    stop(
        f"这里的 Python 是 {sys.version.split()[0]}, 需要 3.11 或更新的版本: 请安装后用它再运行一次, "
        f"例如 python3.12 {sys.argv[0]}。",
        f"This is Python {sys.version.split()[0]}; version 3.11 or newer is needed: install it and run this "
        f"again with it, for example python3.12 {sys.argv[0]}.",
    )


def ensure(lock: str) -> Path:
    """Return the virtual environment's Python, with exactly the packages of `scripts/<lock>` in it.

    A lock whose digest is recorded in the environment is not installed again, so that a second run needs
    neither the network nor write permission.
    """
    python = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if python.exists() and _recorded(lock) == _digest(lock):
        return python
    _refuse_read_only()
    if not (python.exists() and _quiet([str(python), "-m", "pip", "--version"]).returncode == 0):
        _create()
    _install(python, lock)
    return python


def _digest(lock: str) -> str:
    return hashlib.sha256((ROOT / "scripts" / lock).read_bytes()).hexdigest()


def _recorded(lock: str) -> str:
    try:
        return (VENV / f"{lock}.sha256").read_text(encoding="ascii")
    except OSError:
        return ""


def _refuse_read_only() -> None:
    try:
        with tempfile.TemporaryFile(dir=VENV if VENV.is_dir() else ROOT):
            pass
    except OSError:
        stop(
            f"文件夹 {ROOT} 不能写入: 请把程序放到您可以写入的文件夹, 再运行一次。",
            f"The folder {ROOT} cannot be written to: put the program into a folder of yours "
            "and run this again.",
        )


def _quiet(command: list[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def _create() -> None:
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            stop(
                f"这里的 Python 缺少 {module} 模块: 请先安装 (Debian 和 Ubuntu: "
                "sudo apt install python3-venv), 再运行一次。",
                f"This Python lacks its module {module}: install it first (Debian and Ubuntu: "
                "sudo apt install python3-venv), then run this again.",
            )
    say("建立虚拟环境 .venv / creating the virtual environment .venv", sys.stderr)
    shutil.rmtree(VENV, ignore_errors=True)
    made = _quiet([sys.executable, "-m", "venv", str(VENV)])
    if made.returncode != 0:
        reason = _last_line(made.stdout)
        shutil.rmtree(VENV, ignore_errors=True)
        stop(
            f"虚拟环境没有建成 ({reason}): 请查看磁盘空间和 Python 的安装, 再运行一次。",
            f"The virtual environment could not be made ({reason}): check the disk and the Python "
            "installation, then run this again.",
        )


def _install(python: Path, lock: str) -> None:
    """Install with every hash checked, and only wheels: nothing that was not locked runs code here."""
    source = ROOT / "scripts" / lock
    total = sum(1 for line in source.read_text(encoding="utf-8").splitlines() if line[:1].isalnum())
    say(f"安装 {total} 个软件包 / installing {total} packages", sys.stderr)
    command = [str(python), "-m", "pip", "install", "--require-hashes", "--only-binary=:all:", "--no-deps"]
    command += ["--no-input", "--disable-pip-version-check", "--progress-bar=off", "-r", str(source)]
    output: list[str] = []
    fetched = 0
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            output.append(line)
            if line.startswith(("Collecting ", "Requirement already satisfied")):
                fetched += 1
                _step(f"{fetched}/{total}")
            elif line.startswith("Installing collected packages"):
                _step("写入 / writing")
    if sys.stderr.isatty():
        say("", sys.stderr)
    if pip.returncode != 0:
        log = VENV / "install.log"
        log.write_text("".join(output), encoding="utf-8")
        errors = [line for line in output if line.startswith("ERROR")]
        reason = _last_line("".join(errors or output))
        stop(
            f"软件包没有装好 ({reason}): 第一次运行需要网络, 请查看网络后再运行一次; 详细记录在 {log}。",
            f"The packages were not installed ({reason}): the first run needs the network; check it and run "
            f"this again. The whole record is in {log}.",
        )
    # The test lock holds every package of the run lock in the same version.
    for done in (RUN_LOCK, TEST_LOCK) if lock == TEST_LOCK else (lock,):
        (VENV / f"{done}.sha256").write_text(_digest(done), encoding="ascii")


def _step(text: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K  {text}")
        sys.stderr.flush()


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1].rstrip("。.") if lines else "no output"
