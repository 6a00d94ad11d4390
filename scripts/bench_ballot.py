"""What one ballot costs: three motions and a committee contest of seven, choose at most five.

    .venv/bin/python scripts/bench_ballot.py [--runs 20] [--group Ed25519]

Sealing in this machine's Chromium (when it is installed), verifying and casting on the server with SQLite,
and the floor: the group operations alone that verifying needs, bare. Medians, in milliseconds, of one process
on one core; compare only what one run printed.
"""

import argparse
import shutil
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from bench_floor import one_ballot  # noqa: E402

from voting.protocol.ballot import encrypt_ballot, verify_ballot  # noqa: E402
from voting.protocol.election import ElectionContext, decode_election  # noqa: E402
from voting.protocol.group import GROUPS  # noqa: E402
from voting.protocol.proofs import Bases, Opening, interval_proof_valid, prove_interval  # noqa: E402
from voting.services.accounts import create_account  # noqa: E402
from voting.services.booth import booth, cast_ballot  # noqa: E402
from voting.services.credential_file import open_credential_file  # noqa: E402
from voting.services.credentials import issue_credentials  # noqa: E402
from voting.services.elections import create_election, open_election  # noqa: E402
from voting.services.registers import create_estate, import_register  # noqa: E402
from voting.services.site import Actor, Keys, Site  # noqa: E402
from voting.store.engine import Store  # noqa: E402

NOW = datetime(2026, 5, 1, tzinfo=UTC)
CHOICES = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1, 1, 1, 0, 0]]
AGENDA: dict[str, Any] = {
    "title": "测量",
    "estate": "测量小区",
    "questions": [
        *({"id": f"q{i}", "kind": "motion", "text": f"事项{i}", "matter": "278-1"} for i in (1, 2, 3)),
        {"id": "q4", "kind": "committee", "text": "选举", "seats": 5, "candidates": list("甲乙丙丁戊己庚")},
    ],
}


def register(units: int) -> bytes:
    """A small register in CSV."""
    rows = [
        f"{i // 10 + 1}-1-{i % 10 + 101},业主{i},{99999919000000000 + i}X,88.{i % 100:02}"
        for i in range(units)
    ]
    return "\n".join(["房号,业主姓名,证件号码,建筑面积", *rows]).encode()


def milliseconds(act: Callable[[int], object], runs: int, clock: Callable[[], float] = perf_counter) -> float:
    """The median of `runs` calls, each with its number."""
    times = []
    for number in range(runs):
        start = clock()
        act(number)
        times.append((clock() - start) * 1000)
    return median(times)


def one_choice(
    election: ElectionContext, runs: int, clock: Callable[[], float] = perf_counter
) -> tuple[float, float]:
    """Milliseconds of proving, and of decoding and verifying, a single encrypted 0 or 1."""
    key, group = election.key, election.group
    context = f"{election.fingerprint}|{group.serialise(group.g)}"
    openings = [Opening(group.random_scalar(), number % 2) for number in range(runs)]
    pairs = [key.encrypt(opening) for opening in openings]
    texts = [(group.serialise(pair.alpha), group.serialise(pair.beta)) for pair in pairs]
    proofs = [
        prove_interval(key, context, pair, opening, (0, 1))
        for pair, opening in zip(pairs, openings, strict=True)
    ]

    def prove(number: int) -> None:
        opening = openings[number]
        prove_interval(key, context, key.encrypt(opening), opening, (0, 1))

    def verify(number: int) -> None:
        alpha, beta = (group.decoded_base(text, "") for text in texts[number])
        assert interval_proof_valid(key, context, Bases(alpha, beta), (0, 1), proofs[number], "")

    return milliseconds(prove, runs, clock), milliseconds(verify, runs, clock)


def in_chromium(election: ElectionContext, credential: str, runs: int) -> dict[str, float] | None:
    """Milliseconds in a real Chromium: preparing the tables once, and sealing a ballot."""
    executable = shutil.which("chromium")
    if executable is None:
        return None
    from playwright.sync_api import sync_playwright

    static = ROOT / "voting" / "web" / "static"

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Nothing: the table is the output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(static)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=executable, args=flags)
            page = browser.new_page()
            page.goto(f"http://127.0.0.1:{server.server_port}/style.css")
            found: dict[str, float] = page.evaluate(
                (ROOT / "scripts" / "bench_ballot.js").read_text(encoding="utf-8"),
                {
                    "election": election.body.decode(),
                    "credential": credential,
                    "choices": CHOICES,
                    "runs": runs,
                },
            )
            browser.close()
            return found
    finally:
        server.shutdown()


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--group", choices=tuple(GROUPS), default="BELENIOS-2048")
    options = parser.parse_args()
    runs: int = options.runs
    with TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'bench.db'}")
        store.migrate()
        site = Site(store, Keys.derive(bytes(32)))
        actor = Actor(
            create_account(site, "bench", "organiser", "bench", "x" * 16, NOW), "bench", "organiser"
        )
        estate = create_estate(site, AGENDA["estate"], actor, NOW)
        import_register(site, estate, "r.csv", register(runs), None, actor, NOW)
        uuid = create_election(site, estate, AGENDA, NOW, NOW + timedelta(days=9), actor, NOW, options.group)
        issued = issue_credentials(site, uuid, "x" * 16, "https://example.org", actor, NOW)
        open_election(site, uuid, actor, NOW)
        credentials = open_credential_file(issued.credential_file, "x" * 16)
        election = decode_election(booth(site, uuid, NOW).election_json.encode())
        ballots = [encrypt_ballot(election, credentials[voter], CHOICES) for voter in range(1, runs + 1)]

        floor = one_ballot(election.key, election.election.questions)
        proving, verifying = one_choice(election, 10 * runs)
        lines = [
            ("one 0/1 choice: encrypt, prove", proving),
            ("one 0/1 choice: verify", verifying),
            (
                "seal, Python",
                milliseconds(lambda i: encrypt_ballot(election, credentials[i + 1], CHOICES), runs),
            ),
            ("verify", milliseconds(lambda i: verify_ballot(election, ballots[i]), runs)),
            ("its group operations alone", milliseconds(lambda _: floor(), runs)),
            (
                "cast: verify, append, receipt",
                milliseconds(lambda i: cast_ballot(site, uuid, i + 1, ballots[i], NOW), runs),
            ),
        ]
        browser = in_chromium(election, credentials[1], runs)
        if browser is not None:
            lines += [
                ("Chromium: prepare tables, once", browser["tables"]),
                ("Chromium: seal", browser["seal"]),
            ]
        store.close()
    choices = sum(map(len, CHOICES))
    print(f"{options.group}: a ballot of {choices} choices, {len(ballots[0]):,} bytes; median of {runs}, ms")
    for name, value in lines:
        print(f"{name:<32}{value:9.2f}")


if __name__ == "__main__":
    main()
