"""Make both lock files again from pyproject.toml: python3 scripts/lock.py [--upgrade]

Needs uv (`pip install uv`) and the network. The locks hold for every system from Python 3.11 on, carry the
hashes of the public package index, and name no index, no address and no local path.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMPILE = (
    *("uv", "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11"),
    "--generate-hashes",
    *("--no-config", "--default-index", "https://pypi.org/simple"),
    *("--no-emit-index-url", "--no-emit-find-links", "--quiet"),
    *("--custom-compile-command", "python3 scripts/lock.py"),
)
ADDRESS = re.compile(r"://|--(?:extra-)?index-url|--find-links|file:|^-e |@ ", re.MULTILINE)


def main() -> int:
    """Write scripts/requirements.txt, then requirements-test.txt with the same versions and more packages."""
    run, test = (ROOT / "scripts" / name for name in ("requirements.txt", "requirements-test.txt"))
    _compile(run)
    _compile(test, "--group", "test", "--constraints", str(run.relative_to(ROOT)))
    return 0


def _compile(target: Path, *more: str) -> None:
    command = [*COMPILE, *more, *sys.argv[1:], "-o", str(target.relative_to(ROOT))]
    subprocess.run(command, cwd=ROOT, check=True)
    found = ADDRESS.search(target.read_text(encoding="utf-8"))
    if found:
        sys.exit(f"{target.name} names an address: {found.group()}")


if __name__ == "__main__":
    sys.exit(main())
