"""The command `voting verify`; it starts without the server and its database, because it needs neither.

Exit status 0: everything holds; 1: something does not; 2: the record cannot be read, or wrong usage.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from voting import language
from voting.documents.verdicts import checked_sentences, meeting_rows
from voting.errors import Refused
from voting.services.verification import verify_path
from voting.services.wire import shown as local
from voting.terminal import Say, locale_of, meter, show_any_character, status_of


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `voting verify …` and return its exit status."""
    show_any_character(sys.stdout, sys.stderr)
    locale = locale_of(os.environ)
    say = language.translations(locale).gettext
    parser = argparse.ArgumentParser(prog="voting")
    add_command(parser.add_subparsers(required=True, metavar="COMMAND"), say)
    options = parser.parse_args(arguments)
    os.umask(0o077)
    return status_of(lambda: options.act(options, say), (locale,))


def add_command(commands: Any, _: Say) -> None:
    """Add `verify` to the parsers of `voting`."""
    text = _("核对一份导出的记录")
    made = commands.add_parser("verify", help=text, description=text)
    made.set_defaults(act=verify)
    made.add_argument("path", type=Path, help="EXPORT.zip | ARCHIVE.bel | FOLDER")
    made.add_argument("--since", type=Path, help=_("以前保存的 checkpoint.txt：记录必须由它接续而来"))
    spread = made.add_mutually_exclusive_group()
    spread.add_argument("--jobs", type=int, default=0, help=_("同时用几个进程；不写就用全部核心"))
    text = _("交给这个 Dask 调度器的集群核对，例如 tcp://HOST:8786；那边的机器要和这台一样可信")
    spread.add_argument("--scheduler", metavar="ADDRESS", help=text)
    made.add_argument("--json", action="store_true", help=_("结果用 JSON 表示"))


def verify(options: argparse.Namespace, _: Say) -> int:
    """What was checked of an exported record and what was not, each finding, and last the verdict."""
    progress = None if options.json else meter(_("核对选票"), sys.stderr)
    try:
        found = verify_path(options.path, options.jobs, options.since, progress, options.scheduler)
    except Refused as error:
        if options.json:
            print(json.dumps({"refusal": error.refusal.value, "place": error.context}, ensure_ascii=False))
        raise
    if options.json:
        print(json.dumps(found.as_json(), ensure_ascii=False, indent=1))
        return 0 if found.valid else 1
    title = " ".join(str(found.facts[name]) for name in ("title", "uuid") if name in found.facts)
    title = title or str(options.path)
    said = checked_sentences(_)
    for heading, mark, keys in (
        (_("核对了："), "✓", found.checked),
        (_("没有核对："), "–", found.not_checked),
    ):
        if keys:
            print(heading)
        for key in keys:
            print(f"  {mark} {said[key][mark == '–']}")
    for name in found.facts.get("other_files", ()):
        print(f"      {name!r}")
    if "assembly" in found.facts:
        told = found.facts["assembly"]

        def shown(iso: str) -> str:
            return language.moment(local(datetime.fromisoformat(iso), told["zone"]), _)

        for name, value in meeting_rows(_, told, shown):
            print(f"{name}{_('：')}{value}")
    if found.findings:
        print(_("发现的问题："))
    for refused in found.findings:
        print(f"  ✗ {language.sentence(refused, locale_of(os.environ), in_record=True)}\n    {refused}")
    print((_("有效：%(title)s") if found.valid else _("无效：%(title)s")) % {"title": title})
    return 0 if found.valid else 1
