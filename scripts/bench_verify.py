"""What verifying costs: ours, belenios-tool's, and the group operations alone; the same archives, in one run.

    .venv/bin/python scripts/bench_verify.py [--sizes 100 1000] [--groups BELENIOS-2048 Ed25519] [--jobs 2]
        [--pairs 3] [--tool-up-to 1000] [--work FOLDER]

Whole processes as a user starts them, in turn, so that a machine whose speed drifts does so for all: wall
time, processor time of all their processes, and the largest sum of their memory (proportional set size).
Ratios are the medians of pairs. A ballot has three motions and a contest of seven, choose at most five; an
archive is the one by area of an export. Archives are kept in --work when it is given. With --sizes 10000 an
archive of BELENIOS-2048 takes minutes to make, and to verify; belenios-tool is measured up to --tool-up-to.

The floor is what no verifier of these ballots can leave out, timed bare on as many processes; what is in it
stands in scripts/bench_floor.py.
"""

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

import bench_floor  # noqa: E402
from bench_archives import ANSWERS, CHOICES, QUESTIONS, Made, make  # noqa: E402
from bench_ballot import milliseconds, one_choice  # noqa: E402

from voting.protocol.ballot import encrypt_ballot  # noqa: E402
from voting.protocol.group import GROUPS  # noqa: E402

FLOOR_BALLOTS = 100
KNOWN_TO_TOOL = {"2.0": ("BELENIOS-2048",)}  # other versions know both


@dataclass(frozen=True)
class Run:
    """One run of a command: seconds, and bytes of memory at most (None where that cannot be seen)."""

    wall: float
    cpu: float
    memory: int | None


def run(command: list[str]) -> Run:
    """Run a command that must succeed, and account for it with all its processes."""
    before = time.perf_counter()
    used = os.times()
    started = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    memory = 0
    while started.poll() is None:
        memory = max(memory, _memory(started.pid))
        time.sleep(0.1)
    wall, now = time.perf_counter() - before, os.times()
    if started.returncode:
        sys.exit(f"{' '.join(command)}: exit status {started.returncode}")
    cpu = now.children_user + now.children_system - used.children_user - used.children_system
    return Run(wall, cpu, memory or None)


def _memory(process: int) -> int:
    """Bytes of a process and all below it; pages that several share are counted once."""
    total = 0
    try:
        found = re.search(r"^Pss: +(\d+)", Path(f"/proc/{process}/smaps_rollup").read_text(), re.MULTILINE)
        total = int(found[1]) * 1024 if found else 0
        for task in Path(f"/proc/{process}/task").iterdir():
            total += sum(_memory(int(child)) for child in (task / "children").read_text().split())
    except OSError:  # it has ended, or this system has no /proc
        pass
    return total


def ours(archive: Path, jobs: int) -> list[str]:
    """The command that verifies an archive."""
    return [sys.executable, "-m", "voting", "verify", str(archive), "--jobs", str(jobs), "--json"]


def tool_version() -> str | None:
    """The installed belenios-tool's version."""
    if shutil.which("belenios-tool") is None:
        return None
    return subprocess.run(
        ["belenios-tool", "--version"], capture_output=True, text=True, check=True
    ).stdout.split()[0]


def tool(*arguments: str, folder: Path) -> list[str]:
    """A command of belenios-tool on the archive in a folder."""
    return ["belenios-tool", "election", *arguments, "--dir", str(folder)]


def ratio(left: list[float], right: list[float]) -> float:
    """The median of left / right, pair by pair."""
    return median(a / b for a, b in zip(left, right, strict=True))


def megabytes(size: int | None) -> str:
    """Of 10^6 bytes."""
    return "?" if size is None else f"{size / 1e6:,.0f}"


def measure_verifying(made: Made, options: argparse.Namespace, with_tool: bool, pairs: int) -> None:
    """Rows for one size."""
    group = made.election.group.name
    archive = made.archive("full")
    runs: dict[str, list[Run]] = {"ours": [], "tool": []}
    floors: list[tuple[float, float]] = []
    for _ in range(pairs):
        runs["ours"].append(run(ours(archive, options.jobs)))
        floors.append(
            tuple(  # type: ignore[arg-type]
                seconds * made.size / FLOOR_BALLOTS
                for seconds in bench_floor.floor(group, QUESTIONS, FLOOR_BALLOTS, options.jobs)
            )
        )
        if with_tool:
            runs["tool"].append(run(tool("verify", folder=archive.parent)))
    walls = {name: [each.wall for each in found] for name, found in runs.items()}
    cpus = {name: [each.cpu for each in found] for name, found in runs.items()}
    floor_walls, floor_cpus = [wall for wall, _ in floors], [cpu for _, cpu in floors]

    def row(name: str, wall: list[float], cpu: list[float], memory: str, *ratios: str) -> None:
        each = 1000 * median(cpu) / made.size
        print(
            f"{name:<22}{made.size:>7,}{median(wall):>9.2f}{median(cpu):>9.2f}{each:>9.2f}{memory:>8}"
            + "".join(f"{each:>14}" for each in ratios)
        )

    memory = megabytes(max((each.memory or 0 for each in runs["ours"]), default=0) or None)
    row(
        "ours",
        walls["ours"],
        cpus["ours"],
        memory,
        f"{ratio(walls['ours'], floor_walls):.2f} / {ratio(cpus['ours'], floor_cpus):.2f}",
        f"{ratio(walls['tool'], walls['ours']):.2f} / {ratio(cpus['tool'], cpus['ours']):.2f}"
        if with_tool
        else "-",
    )
    row("floor", floor_walls, floor_cpus, "-")
    if with_tool:
        memory = megabytes(max((each.memory or 0 for each in runs["tool"]), default=0) or None)
        row("belenios-tool", walls["tool"], cpus["tool"], memory)
    sys.stdout.flush()


def measure_making(made: Made, with_tool: bool) -> None:
    """Making one ballot; the tool is a process, of which one that makes none is taken away."""
    election, credential = made.election, made.credential
    one = milliseconds(
        lambda i: encrypt_ballot(election, credential, CHOICES[i % len(CHOICES)]), 20, time.process_time
    )
    line = f"encrypt a ballot, processor time: ours {one:.1f} ms"
    if with_tool:
        choice, code = made.folder / "choice.json", made.folder / "code.txt"
        choice.write_text(str(CHOICES[0]))
        code.write_text(credential)
        making = tool(
            "generate-ballot", "--ballot", str(choice), "--privcred", str(code), folder=made.folder / "open"
        )
        idle = run(["belenios-tool", "--version"]).cpu
        theirs = 1000 * (median(run(making).cpu for _ in range(10)) - idle)
        line += f", belenios-tool {theirs:.1f} ms: {theirs / one:.1f} times"
    print(line)


def measure_tally(made: Made, options: argparse.Namespace) -> None:
    """From the end of the ballots to their sum; both programs verify every ballot before they add it."""
    closed = made.archive("closed")
    pairs = [
        (
            run(ours(closed, options.jobs)).wall,
            run(tool("compute-encrypted-tally", folder=closed.parent)).wall,
        )
        for _ in range(options.pairs)
    ]
    mine, theirs = [a for a, _ in pairs], [b for _, b in pairs]
    print(
        f"encrypted tally of {made.size} ballots: ours {median(mine):.2f} s, "
        f"belenios-tool {median(theirs):.2f} s: {ratio(theirs, mine):.2f} times"
    )


def measure(group: str, options: argparse.Namespace, work: Path, version: str | None) -> None:
    """All that is measured of one group."""
    knows = version is not None and group in KNOWN_TO_TOOL.get(version, tuple(GROUPS))
    archives = []
    for size in options.sizes:
        print(f"making {group} {size:,}", file=sys.stderr)
        archives.append(make(work, group, size, options.jobs))
    size = archives[0].archive("full").stat().st_size / archives[0].size
    print(f"\n{group}: {ANSWERS} choices, {size:,.0f} bytes a ballot; {options.jobs} processes")
    if not knows:
        print("belenios-tool: " + ("not installed" if version is None else f"{version} does not know it"))
    proving, verifying = one_choice(archives[0].election, 100, time.process_time)
    print(f"one 0/1 choice, processor time: proven in {proving:.2f} ms, verified in {verifying:.2f} ms")
    measure_making(archives[0], knows)
    if knows:
        measure_tally(archives[0], options)
    print(
        f"{'verify':<22}{'ballots':>7}{'wall s':>9}{'cpu s':>9}{'ms each':>9}{'MB':>8}"
        f"{'to the floor':>14}{'to the tool':>14}   (wall / cpu)"
    )
    for number, made in enumerate(archives):
        with_tool = knows and made.size <= options.tool_up_to
        measure_verifying(made, options, with_tool, options.pairs if number == 0 else 1)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000])
    parser.add_argument("--groups", nargs="+", choices=tuple(GROUPS), default=list(GROUPS))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--pairs", type=int, default=3, help="of runs in turn, for the first size")
    parser.add_argument("--tool-up-to", type=int, default=1000)
    parser.add_argument("--work", type=Path, help="keep the archives here")
    options = parser.parse_args()
    version = tool_version()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    print(f"Python {platform.python_version()}, {platform.machine()}, {cores} cores; belenios-tool {version}")
    with tempfile.TemporaryDirectory() as folder:
        for group in options.groups:
            measure(group, options, options.work or Path(folder), version)


if __name__ == "__main__":
    main()
