"""Fuzz one reader of what strangers send, guided by coverage.

    python scripts/fuzz.py TARGET [--minutes N] [--corpus FOLDER]

TARGET: archive, chain, message, element, trustee, spreadsheet, export or papers (fuzz_targets.py). It needs
atheris, which has wheels for Linux only and is in no lock file: `pip install atheris` in another environment.
What is found new is kept in FOLDER; a crash is written to ./crash-…, its input and its trace shown.
"""

import argparse
import importlib
import sys
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def main() -> int:
    """Fuzz until the time is up; libFuzzer ends the process itself, with 0 when nothing was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("target")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--corpus", type=Path)
    options = parser.parse_args()
    try:
        atheris = importlib.import_module("atheris")
    except ImportError:
        print(__doc__, file=sys.stderr)
        return 2
    with atheris.instrument_imports(include=["voting", "openpyxl", "zipfile", "csv", "json"]):
        targets = importlib.import_module("fuzz_targets")
    if options.target not in targets.TARGETS:
        parser.error(f"TARGET is one of {', '.join(targets.TARGETS)}")
    corpus = options.corpus or ROOT / "build" / "fuzz" / options.target
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in targets.seeds(options.target):
        (corpus / sha256(seed).hexdigest()[:16]).write_bytes(seed)
    limits = [f"-max_total_time={int(options.minutes * 60)}", "-rss_limit_mb=1500", "-max_len=70000"]
    run = targets.TARGETS[options.target]
    atheris.Setup([sys.argv[0], *limits, "-timeout=20", "-print_final_stats=1", str(corpus)], run)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
