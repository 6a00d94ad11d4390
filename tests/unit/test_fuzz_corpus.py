"""What fuzzing found interesting is read again: nothing but refusals may come of it."""

from pathlib import Path

import pytest

from scripts.fuzz_targets import TARGETS, VECTORS, seeds

FOLDER = VECTORS / "fuzz"
KEPT = sorted(path for path in FOLDER.rglob("*") if path.is_file())


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_a_kept_input_is_read_or_refused(path: Path) -> None:
    TARGETS[path.parent.name](path.read_bytes())


@pytest.mark.parametrize("target", TARGETS)
def test_what_fuzzing_begins_with_is_read_or_refused(target: str) -> None:
    begun = 0
    for seed in seeds(target):
        TARGETS[target](seed)
        begun += 1
    assert begun > 1
    assert any(path.parent.name == target for path in KEPT)
