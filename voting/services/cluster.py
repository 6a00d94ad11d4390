"""Work spread over a Dask cluster: an ordered `map`, for elections past one machine.

Dask is an extra. A worker that dies loses nothing: the scheduler gives what it held to another. A worker
answers only when it has exactly this program's protocol, so that no old rule judges a part of a record. What
it says is believed: whoever runs the cluster must be trusted like this computer.
"""

import gc
import platform
from asyncio import CancelledError
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from hashlib import sha256
from importlib import import_module
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

import voting.protocol
from voting.errors import Refusal, Refused
from voting.protocol.stack import Spread

Item = TypeVar("Item")
Answer = TypeVar("Answer")

# Items that wait for each thread of the cluster.
AHEAD = 3
# Seconds for a scheduler to answer, and without any worker until it is given up.
TO_CONNECT = 20
WITHOUT_WORKERS = 60
PATIENCE = 5  # seconds until it is asked whether there are any

_HAS_PROGRAM = "__import__('importlib.util').util.find_spec('voting') is not None"


@cache
def own_digest() -> str:
    """SHA-256 of the protocol's source: what must be the same on every worker."""
    digest = sha256()
    for path in sorted(Path(voting.protocol.__path__[0]).glob("*.py")):
        digest.update(path.name.encode() + b"\0" + sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def same_program(digest: str, act: Callable[[Item], Answer], item: Item) -> Answer:
    """What a worker does. Raises `Refused` WORKER_PROGRAM_DIFFERS(worker), or what `act` raises."""
    if own_digest() != digest:
        raise Refused(Refusal.WORKER_PROGRAM_DIFFERS, worker=platform.node())
    return act(item)


@contextmanager
def spread_on(address: str) -> Iterator[Spread]:
    """An ordered map on the cluster of this scheduler.

    Raises `Refused` CLUSTER_SOFTWARE_MISSING without the extra, CLUSTER_UNREACHABLE, CLUSTER_EMPTY when there
    was no worker for a minute, WORKER_PROGRAM_DIFFERS(worker), and WORKER_FAILED(reason) for all else.
    """
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        raise Refused(Refusal.CLUSTER_SOFTWARE_MISSING) from None
    client = _connected(distributed, address)
    if client is None:
        gc.collect()  # what is left of it, found later while another client is made, would block both
        raise Refused(Refusal.CLUSTER_UNREACHABLE, address=address)
    try:
        # Without this program a worker cannot even read what is asked of it, and falls silent.
        # One that has just died is no matter.
        for worker, there in client.run(eval, _HAS_PROGRAM, on_error="return").items():
            if there is False:
                raise Refused(Refusal.WORKER_PROGRAM_DIFFERS, worker=worker)
        yield partial(_ordered, client, address)
    finally:
        client.close()


def _connected(distributed: Any, address: str) -> Any:
    try:
        return distributed.Client(address, timeout=TO_CONNECT, set_as_default=False)
    except (OSError, ValueError, TypeError):
        return None


def _ordered(
    client: Any, address: str, act: Callable[[Item], Answer], items: Iterable[Item], /
) -> Iterator[Answer]:
    source = iter(items)
    waiting: deque[Any] = deque()
    work = partial(same_program, own_digest(), act)
    while True:
        threads = sum(client.nthreads().values()) or 1
        for item in islice(source, max(0, threads * AHEAD - len(waiting))):
            waiting.append(client.submit(work, item, pure=False))
        if not waiting:
            return
        yield _answer(client, address, waiting.popleft())


def _answer(client: Any, address: str, future: Any) -> Any:
    since = monotonic()
    while True:
        try:
            return future.result(timeout=PATIENCE)
        except Refused:
            raise
        except TimeoutError:
            if client.nthreads():
                since = monotonic()
            elif monotonic() - since > WITHOUT_WORKERS:
                raise Refused(Refusal.CLUSTER_EMPTY, address=address) from None
        except (Exception, CancelledError) as error:
            # A worker without this program, killed again and again, or a scheduler that went away.
            raise Refused(Refusal.WORKER_FAILED, reason=type(error).__name__) from None
