"""Verifying on a real Dask cluster: processes of their own, one of which is killed half-way."""

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

import distributed
import pytest

from tests.elections import SmallElection, archive, rechained, small_election
from voting import cli
from voting.errors import Refusal, Refused
from voting.protocol.audit import verify_archive, verify_twins
from voting.protocol.election import Question
from voting.protocol.group import ED25519
from voting.services import cluster
from voting.services.cluster import own_digest, same_program, spread_on
from voting.services.verification import verify_path

ROOT = Path(__file__).resolve().parents[3]
BALLOTS = 64
QUESTION = Question(answers=("同意", "反对", "弃权"), min=1, max=1, question="?")
Process = subprocess.Popen[bytes]


@pytest.fixture(scope="module")
def made() -> SmallElection:
    weights = tuple(8862 + number for number in range(BALLOTS))
    return small_election(weights, [[[1, 0, 0]]] * BALLOTS, (QUESTION,), ED25519)


@contextmanager
def running(*command: str, folder: Path = ROOT) -> Iterator[Process]:
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        [sys.executable, "-m", *command], cwd=folder, stdin=quiet, stdout=quiet, stderr=quiet
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler without workers."""
    note = tmp_path_factory.mktemp("dask") / "scheduler.json"
    listen = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(note))
    with running("distributed.cli.dask_scheduler", *listen) as process:
        deadline = time.monotonic() + 120
        while not (note.exists() and note.read_text(encoding="utf-8")):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield json.loads(note.read_text(encoding="utf-8"))["address"]


def worker(scheduler: str, scratch: Path, folder: Path = ROOT) -> AbstractContextManager[Process]:
    """A process with one thread, which has what stands in `folder`."""
    plain = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(scratch))
    return running("distributed.cli.dask_worker", scheduler, *plain, folder=folder)


def wait_for(scheduler: str, workers: int) -> None:
    with distributed.Client(scheduler, set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=120)


def test_a_worker_is_killed_half_way_and_the_result_stands(
    scheduler: str, made: SmallElection, tmp_path: Path
) -> None:
    seen: list[int] = []
    with worker(scheduler, tmp_path) as first, worker(scheduler, tmp_path):
        wait_for(scheduler, 2)

        def progress(done: int, total: int) -> None:
            assert total == BALLOTS
            seen.append(done)
            if done >= BALLOTS // 2 and first.poll() is None:
                first.send_signal(signal.SIGKILL)
                first.wait()

        with spread_on(scheduler) as spread:
            twins = verify_twins(made.archive(weighted=False), made.archive(weighted=True), spread, progress)
        assert first.returncode == -signal.SIGKILL
    assert seen == sorted(set(seen))
    assert seen[-1] == BALLOTS
    total = sum(made.weights.values())
    assert twins.owners.result == ((BALLOTS, 0, 0),)
    assert twins.area.result == ((total, 0, 0),)
    assert (twins.area.num_tallied, twins.area.total_weight) == (BALLOTS, total)


def test_the_command_finds_on_a_cluster_what_it_finds_alone(
    scheduler: str, made: SmallElection, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "area.bel"
    links = made.links(weighted=True)
    altered = bytearray(links[40].records[0])
    altered[-20] = ord("1") if altered[-20] != ord("1") else ord("2")  # in the signature's response
    links[40] = replace(links[40], records=(bytes(altered),))
    path.write_bytes(archive(rechained(links)))
    with worker(scheduler, tmp_path):
        wait_for(scheduler, 1)
        assert cli.main(["verify", str(path), "--scheduler", scheduler, "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["findings"] == [{"refusal": "ballot-signature-invalid", "place": {"height": 40}}]
    assert said["findings"] == verify_path(path).as_json()["findings"]


@pytest.mark.thorough
@pytest.mark.parametrize("change", ["another version", "not installed"])
def test_a_worker_with_another_program_is_refused(
    scheduler: str, made: SmallElection, tmp_path: Path, change: str
) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    if change == "another version":
        shutil.copytree(ROOT / "voting", folder / "voting", ignore=shutil.ignore_patterns("__pycache__"))
        with (folder / "voting" / "protocol" / "ballot.py").open("a", encoding="utf-8") as source:
            source.write("# one line more\n")
    path = tmp_path / "area.bel"
    path.write_bytes(made.archive(weighted=True))
    with worker(scheduler, tmp_path, folder):
        wait_for(scheduler, 1)
        with pytest.raises(Refused) as caught:
            verify_path(path, scheduler=scheduler)
    assert caught.value.refusal is Refusal.WORKER_PROGRAM_DIFFERS
    assert caught.value.context["worker"]


@pytest.mark.thorough
def test_a_cluster_without_workers_is_given_up(
    scheduler: str, made: SmallElection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "WITHOUT_WORKERS", 1)
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    body = made.archive(weighted=True)
    with spread_on(scheduler) as spread, pytest.raises(Refused) as caught:
        verify_archive(body, spread)
    assert caught.value.refusal is Refusal.CLUSTER_EMPTY


@pytest.mark.thorough
@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense", "http://127.0.0.1:1"])
def test_a_scheduler_that_cannot_be_reached(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "TO_CONNECT", 1)
    with pytest.raises(Refused) as caught, spread_on(address):
        pass
    assert caught.value.refusal is Refusal.CLUSTER_UNREACHABLE
    assert caught.value.context == {"address": address}


@pytest.mark.thorough
def test_without_the_extra_it_says_what_to_install(
    made: SmallElection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    path = tmp_path / "area.bel"
    path.write_bytes(made.archive(weighted=True))
    assert cli.main(["verify", str(path), "--scheduler", "tcp://127.0.0.1:8786"]) == 2
    assert "pip install '.[dask]'" in capsys.readouterr().err


def fail(_: object) -> None:
    raise ArithmeticError


@pytest.mark.thorough
def test_what_else_goes_wrong_on_a_worker_is_no_finding(scheduler: str, tmp_path: Path) -> None:
    with worker(scheduler, tmp_path):
        wait_for(scheduler, 1)
        with spread_on(scheduler) as spread, pytest.raises(Refused) as caught:
            list(spread(fail, [1, 2, 3]))
    assert (caught.value.refusal, caught.value.context) == (
        Refusal.WORKER_FAILED,
        {"reason": "ArithmeticError"},
    )


def square(numbers: Sequence[int]) -> int:
    return sum(number * number for number in numbers)


@pytest.mark.thorough
def test_only_the_same_program_answers() -> None:
    assert len(own_digest()) == 64
    assert same_program(own_digest(), square, [2, 3]) == 13
    with pytest.raises(Refused) as caught:
        same_program("0" * 64, square, [2, 3])
    assert caught.value.refusal is Refusal.WORKER_PROGRAM_DIFFERS
