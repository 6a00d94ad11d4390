"""What a terminal can show: its language, its characters, and progress on one line."""

import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TextIO

from voting import language
from voting.errors import Refused

Say = Callable[[str], str]
"""From a Chinese text to the same in the terminal's language."""


def locale_of(environment: Mapping[str, str]) -> str:
    """English when the terminal asks for another language than Chinese; Chinese when it asks for none."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        asked = environment.get(name, "").partition(".")[0]
        if asked:
            return "zh_Hans" if asked.startswith("zh") or asked in ("C", "POSIX") else "en"
    return "zh_Hans"


def meter(label: str, stream: TextIO) -> Callable[[int, int], None]:
    """Progress on one line of a terminal; elsewhere a plain line at first, every ten seconds and at last."""
    said = -10.0
    tty = stream.isatty()

    def show(done: int, total: int) -> None:
        nonlocal said
        now = time.monotonic()
        if done < total and now - said < (0.1 if tty else 10):
            return
        said = now
        text = f"{label} {done}/{total}"
        if tty:
            stream.write(f"\r\x1b[K{text}" + ("\n" if done >= total else ""))
        else:
            stream.write(text + "\n")
        stream.flush()

    return show


def status_of(act: Callable[[], int], locales: Iterable[str]) -> int:
    """The exit status of a command; what it refuses is said on standard error in these languages."""
    try:
        return act()
    except Refused as error:
        for locale in locales:
            print(language.sentence(error, locale), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader went away (`voting … | head`); nothing more can be said to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2


def show_any_character(*streams: TextIO) -> None:
    """Question marks instead of an error where a terminal lacks a character."""
    for stream in streams:
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
