"""Run the tests: python3 scripts/test.py [--thorough] [pytest arguments]

With --thorough also those that take long and for which quicker ones stand in otherwise. Makes .venv with the
locked packages, then ruff, mypy, import-linter and pytest. What this machine lacks is named and its tests are
skipped; with VOTING_TEST_STRICT=1 in the environment it is a failure instead.
"""

import os
import shutil
import subprocess
import sys

import environment

CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("lint-imports",),
)
# Two processes more than there are cores, because browser tests wait much of their time; a file at a time, so
# that a file's costly fixtures are made once; in the order of their names, which has the long ones, the
# browser's, begin first, and no process is left alone with one. `-n 0` after it undoes it.
PARALLEL = ("-n", str((os.cpu_count() or 1) + 2), "--dist", "loadfile", "--no-loadscope-reorder")
# Commands that come from the system, by any of their names: the tests that need each are skipped without it.
OUTSIDE = {
    ("chromium", "chromium-headless-shell", "chromium-browser"): ("浏览器测试", "the browser tests"),
    ("belenios-tool",): ("与 belenios-tool 互验的测试", "the tests against belenios-tool"),
}


def main() -> int:
    """Exit status: 0 when every check and every test passed."""
    python = environment.ensure(environment.TEST_LOCK)
    _name_what_is_missing()
    failed = [" ".join(check) for check in CHECKS if _run([str(python.with_name(check[0])), *check[1:]]) != 0]
    status = _run([str(python), "-m", "pytest", *PARALLEL, *_arguments(sys.argv[1:])])
    if failed:
        environment.say("没有通过 / failed: " + ", ".join(failed), sys.stderr)
    return status or int(bool(failed))


def _arguments(given: list[str]) -> list[str]:
    """Pytest's; an empty mark expression leaves no test out."""
    return [part for each in given for part in (("-m", "") if each == "--thorough" else (each,))]


def _name_what_is_missing() -> None:
    strict = os.environ.get("VOTING_TEST_STRICT") == "1"
    for (command, *others), (chinese, english) in OUTSIDE.items():
        if not any(map(shutil.which, (command, *others))):
            if strict:
                environment.stop(
                    f"这台机器没有 {command}, 而 VOTING_TEST_STRICT=1 不许跳过{chinese}: 请先安装。",
                    f"This machine has no {command}, and VOTING_TEST_STRICT=1 forbids skipping {english}: "
                    "install it first.",
                )
            environment.say(
                f"这台机器没有 {command}, 跳过{chinese} / no {command} here: {english} are skipped",
                sys.stderr,
            )


def _run(command: list[str]) -> int:
    environment.say("$ " + " ".join([os.path.basename(command[0]), *command[1:]]), sys.stdout)
    return subprocess.call(command, cwd=environment.ROOT, stdin=subprocess.DEVNULL, env=_compiling())


def _compiling() -> dict[str, str]:
    """The environment in which Python keeps what it compiled: tests start it some hundred times."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
