"""Run the voting system on this computer: python3 scripts/start.py [--port N] [--data FOLDER]

Makes .venv with the locked packages, then `voting start`: a SQLite database and a demonstration estate in
`instance/`, served on 127.0.0.1. A second run uses all of it again and needs no network.
"""

import argparse
import os
import socket
import subprocess
import sys

import environment


def main() -> int:
    """Exit status: the server's, or 1 after a sentence that says what is in the way."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=8000, help="端口 / port (8000)")
    parser.add_argument("--data", default=str(environment.ROOT / "instance"), help="数据文件夹 / data folder")
    options = parser.parse_args()
    _refuse_busy(options.port)
    python = environment.ensure(environment.RUN_LOCK)
    command = [str(python), "-m", "voting", "start", "--port", str(options.port), "--data", options.data]
    os.environ["PYTHONPATH"] = os.pathsep.join(
        part for part in (str(environment.ROOT), os.environ.get("PYTHONPATH")) if part
    )
    sys.stdout.flush()
    if os.name != "nt":
        os.execv(command[0], command)  # noqa: S606 - signals then reach the server itself
    return subprocess.call(command)


def _refuse_busy(port: int) -> None:
    """Said before the long installation; the server itself asks again."""
    with socket.socket() as probe:
        probe.settimeout(2)
        if not 0 < port < 65536 or probe.connect_ex(("127.0.0.1", port)) == 0:
            environment.stop(
                f"端口 {port} 不能用 (已被占用, 或不在 1–65535 之内): 如果系统已在运行, 请打开 "
                f"http://127.0.0.1:{port}/ ; 否则请换一个端口, 例如 --port 8001。",
                f"Port {port} cannot be used (busy, or not within 1–65535): if the system is running "
                f"already, open http://127.0.0.1:{port}/ ; otherwise choose another: --port 8001.",
            )


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
