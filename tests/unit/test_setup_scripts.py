"""The set-up: its locks, its obstacles each with one sentence, and the wheel that must carry everything."""

import ast
import base64
import hashlib
import importlib.util
import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ("start.py", "test.py", "environment.py")
PIN = re.compile(r"^([a-z0-9-]+)(?:\[[a-z,]+\])?==([^\s;]+)", re.MULTILINE)
HAN = re.compile(r"[\u4e00-\u9fff]")


def run(*command: object, timeout: int = 120, **more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **more},
        timeout=timeout,
        check=False,
    )


def said_in_both_languages(ended: "subprocess.CompletedProcess[str]") -> list[str]:
    lines = ended.stderr.strip().splitlines()
    assert ended.returncode == 1
    assert len(lines) == 2, ended.stderr
    assert HAN.search(lines[0])
    assert not HAN.search(lines[1])
    return lines


def pins(lock: str) -> set[tuple[str, str]]:
    """Name and version; one name has two versions where newer Pythons get a newer package."""
    return set(PIN.findall((ROOT / "scripts" / lock).read_text(encoding="utf-8")))


# locks


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-test.txt"])
def test_every_pin_has_hashes_and_nothing_has_an_address(lock: str) -> None:
    text = (ROOT / "scripts" / lock).read_text(encoding="utf-8")
    entries = [entry for entry in re.split(r"\n(?=[a-z0-9])", "\n" + text) if PIN.match(entry)]
    assert len(entries) == len(pins(lock)) > 30
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", entry) for entry in entries)
    assert not re.search(r"://|index-url|find-links|file:| @ |^-e", text, re.MULTILINE)


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {
        "requirements.txt": project["project"]["dependencies"],
        "requirements-test.txt": project["project"]["dependencies"] + project["dependency-groups"]["test"],
    }
    for lock, requirements in wanted.items():
        for requirement in map(Requirement, requirements):
            locked = [version for name, version in pins(lock) if name == canonicalize_name(requirement.name)]
            assert locked, requirement
            assert all(map(requirement.specifier.contains, locked)), requirement


@pytest.mark.parametrize(("folder", "groups"), [("voting", 0), ("tests", 1)])
def test_whatever_is_imported_is_asked_for_by_name(folder: str, groups: int) -> None:
    """Not only because another package happens to bring it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = project["project"]["dependencies"] + groups * project["dependency-groups"]["test"]
    names = {canonicalize_name(Requirement(each).name) for each in asked}
    distributions = packages_distributions()
    for file in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules = [node.module]
            for module in {each.partition(".")[0] for each in modules} - sys.stdlib_module_names:
                known = {canonicalize_name(each) for each in distributions.get(module, ())}
                assert known & names or (ROOT / module).exists() or list(file.parent.glob(f"{module}.py")), (
                    file,
                    module,
                )


def test_the_tests_run_with_the_versions_that_run() -> None:
    assert pins("requirements.txt") <= pins("requirements-test.txt")


# obstacles


@pytest.mark.parametrize("script", SCRIPTS)
def test_an_old_python_can_parse_the_script(script: str) -> None:
    ast.parse((ROOT / "scripts" / script).read_text(encoding="utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize("script", ["start.py", "test.py"])
def test_an_old_python_is_told_which_one_is_needed(script: str) -> None:
    old = f"import runpy, sys; sys.version_info = (3, 8, 18); sys.path.insert(0, {str(ROOT / 'scripts')!r}); "
    ended = run(sys.executable, "-c", old + f"runpy.run_path({str(ROOT / 'scripts' / script)!r})")
    assert all("3.11" in line for line in said_in_both_languages(ended))


def test_a_terminal_without_chinese_still_reads_the_english() -> None:
    old = f"import sys; sys.version_info = (3, 8, 18); sys.path.insert(0, {str(ROOT / 'scripts')!r}); "
    ended = run(sys.executable, "-c", old + "import environment", PYTHONIOENCODING="ascii")
    assert ended.returncode == 1
    assert "version 3.11 or newer is needed" in ended.stderr


def test_a_busy_port_is_said_before_anything_is_installed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run(sys.executable, ROOT / "scripts/start.py", "--port", port)
    assert all(str(port) in line for line in said_in_both_languages(ended))


@pytest.mark.parametrize("port", ["0", "65536", "-1"])
def test_an_impossible_port_is_said(port: str) -> None:
    said_in_both_languages(run(sys.executable, ROOT / "scripts/start.py", "--port", port))


@pytest.fixture
def environment(tmp_path: Path) -> ModuleType:
    """scripts/environment.py of a project of its own, with nothing locked yet."""
    (tmp_path / "scripts").mkdir()
    file = shutil.copy(ROOT / "scripts/environment.py", tmp_path / "scripts")
    spec = importlib.util.spec_from_file_location("environment_under_test", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for lock in ("requirements.txt", "requirements-test.txt"):
        (tmp_path / "scripts" / lock).write_text("", encoding="utf-8")
    return module


def refused(environment: ModuleType, capsys: pytest.CaptureFixture[str]) -> list[str]:
    with pytest.raises(SystemExit) as stopped:
        environment.ensure("requirements.txt")
    assert stopped.value.code == 1
    return capsys.readouterr().err.strip().splitlines()[-2:]


def test_a_read_only_folder_is_said(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def denied(**_where: object) -> None:
        raise PermissionError  # root may write everywhere, so permissions cannot be tried here

    monkeypatch.setattr(environment.tempfile, "TemporaryFile", denied)
    chinese, english = refused(environment, capsys)
    assert "不能写入" in chinese
    assert "cannot be written to" in english


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_venv_is_said(
    environment: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    module: str,
) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        environment.importlib.util, "find_spec", lambda name: None if name == module else real(name)
    )
    chinese, english = refused(environment, capsys)
    assert module in chinese
    assert module in english
    assert "python3-venv" in english


def test_a_failed_environment_is_said_and_leaves_nothing(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(environment.sys, "executable", "/bin/false")
    assert "could not be made" in refused(environment, capsys)[1]
    assert not environment.VENV.exists()


def small_wheel(folder: Path) -> str:
    """A wheel without content, and its SHA-256."""
    file = folder / "example-1.0-py3-none-any.whl"
    members = {
        "example.py": "",
        "example-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: example\nVersion: 1.0\n",
        "example-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(
        f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(body.encode()).digest()).decode().rstrip('=')},\n"
        for name, body in members.items()
    )
    with zipfile.ZipFile(file, "w") as wheel:
        for name, body in {**members, "example-1.0.dist-info/RECORD": record}.items():
            wheel.writestr(name, body)
    return hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.mark.thorough
def test_packages_are_installed_once_by_hash_and_never_another(
    environment: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lock = tmp_path / "scripts/requirements.txt"
    digest = small_wheel(tmp_path)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))

    lock.write_text(f"example==1.0 --hash=sha256:{'0' * 64}\n", encoding="utf-8")
    chinese, english = refused(environment, capsys)
    assert "软件包没有装好" in chinese
    assert "install.log" in english
    assert digest in (environment.VENV / "install.log").read_text(encoding="utf-8")

    lock.write_text(f"example==1.0 --hash=sha256:{digest}\n", encoding="utf-8")
    python = environment.ensure("requirements.txt")
    assert run(python, "-c", "import example").returncode == 0

    # Nothing is asked again: neither pip nor the folder is touched while the lock stays the same.
    monkeypatch.setattr(environment, "_install", None)
    monkeypatch.setattr(environment, "_refuse_read_only", None)
    assert environment.ensure("requirements.txt") == python
    lock.write_text(lock.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    with pytest.raises(TypeError):
        environment.ensure("requirements.txt")


def test_what_the_machine_lacks_is_named_or_in_strict_runs_refused(tmp_path: Path) -> None:
    """Without chromium in PATH; the copy has no lock to install and no check to run."""
    probe = (
        f"import sys; sys.path.insert(0, {str(ROOT / 'scripts')!r})\n"
        "import importlib.util as u\n"
        f"s = u.spec_from_file_location('under_test', {str(ROOT / 'scripts/test.py')!r})\n"
        "m = u.module_from_spec(s); s.loader.exec_module(m); m._name_what_is_missing()"
    )
    lenient = run(sys.executable, "-c", probe, PATH=str(tmp_path), VOTING_TEST_STRICT="0")
    assert lenient.returncode == 0
    assert "chromium" in lenient.stderr
    assert "belenios-tool" in lenient.stderr
    strict = run(sys.executable, "-c", probe, PATH=str(tmp_path), VOTING_TEST_STRICT="1")
    assert "chromium" in said_in_both_languages(strict)[0]


def test_ci_asks_for_every_test_and_can_be_run() -> None:
    script = ROOT / ".ci/run"
    assert os.access(script, os.X_OK)
    assert run("bash", "-n", script).returncode == 0
    assert "VOTING_TEST_STRICT=1 exec python3 scripts/test.py" in script.read_text(encoding="utf-8")


# the wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built without the network from a copy of what the repository holds."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in ("voting", "templates"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / name, source)
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=source,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    return next(folder.glob("*.whl"))


def test_the_wheel_carries_everything_that_runs(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        names = set(opened.namelist())
        metadata = opened.read(next(name for name in names if name.endswith("/METADATA"))).decode()
    wanted = {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "voting").rglob("*")
        if file.is_file() and file.suffix != ".pyc"
    }
    wanted |= {f"voting/{file.relative_to(ROOT).as_posix()}" for file in (ROOT / "templates").rglob("*.html")}
    assert "voting/templates/base.html" in wanted
    assert wanted <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert "License-Expression: Apache-2.0" in metadata
    assert not any(name.startswith(("tests/", "scripts/", "instance/")) for name in names)


def test_the_demonstration_is_the_register_that_the_tests_count() -> None:
    for shipped, fixture in (("register.xlsx", "roll.xlsx"), ("agenda.json", "agenda.json")):
        one = ROOT / "voting/services/golden_apple" / shipped
        assert one.read_bytes() == (ROOT / "tests/fixtures" / f"golden-apple-{fixture}").read_bytes()


@pytest.mark.thorough
def test_the_wheel_runs_from_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    """Installed beside nothing of the tree; only the dependencies are borrowed from this environment."""
    fresh = tmp_path / "fresh"
    assert run(sys.executable, "-m", "venv", fresh).returncode == 0
    python = fresh / "bin/python"
    installed = run(
        python, "-m", "pip", "install", "--no-deps", "--no-index", wheel, PIP_CONFIG_FILE=os.devnull
    )
    assert installed.returncode == 0, installed.stderr
    own = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").stdout.strip())
    borrowed = Path(pytest.__file__).parents[1]
    (own / "borrowed.pth").write_text(f"{borrowed}\n", encoding="utf-8")
    empty = tmp_path / "empty"
    empty.mkdir()
    told = subprocess.run(
        [
            str(python),
            "-c",
            "import voting, voting.web.app as a; print(voting.__file__); print(a._templates() / 'base.html')",
        ],
        cwd=empty,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    package, template = map(Path, told.stdout.split())
    assert package.is_relative_to(own)
    assert template.is_relative_to(own)
    assert template.is_file()
    helped = run(fresh / "bin/voting", "--help")
    assert helped.returncode == 0, helped.stderr
    assert "verify" in helped.stdout
