"""The command `voting`: start a demonstration, serve a real site, rehearse, verify, back up, add accounts;
what a trustee does stands in `voting.ceremony`, how a record is verified in `voting.verifying`.

What went wrong is said in the language of the terminal on standard error; progress goes there too, so that
standard output holds the answer alone. Exit status 0: done, or valid; 1: `verify` found something; 2:
refused, unreadable or wrong usage.
"""

import argparse
import getpass
import json
import os
import secrets
import sqlite3
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from voting import ceremony, language, serve, verifying
from voting import start as demonstration
from voting.errors import Refusal, Refused
from voting.protocol.credentials import BASE58
from voting.protocol.group import GROUPS
from voting.serve import Place
from voting.services import rehearsal
from voting.services.accounts import change_password, create_account
from voting.services.elections import DEFAULT_GROUP
from voting.terminal import Say, locale_of, meter, show_any_character, status_of


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    show_any_character(sys.stdout, sys.stderr)
    locale = locale_of(os.environ)
    say = language.translations(locale).gettext
    options = _parser(say).parse_args(arguments)
    os.umask(0o077)
    # A newcomer's first command answers in both languages, as the set-up before it does.
    locales = language.LOCALES if options.act is start else (locale,)
    return status_of(lambda: options.act(options, say), locales)


def start(options: argparse.Namespace, _: Say) -> int:
    """A demonstration on this computer."""
    demonstration.start(Path(options.data or "instance"), options.host, options.port, _)
    return 0


def serve_site(options: argparse.Namespace, _: Say) -> int:
    """The site that the environment names, for real elections."""
    place = serve.configured(os.environ)
    place.open().store.close()
    address = place.config.base_url

    def ready() -> None:
        print(_("网站已经启动：%(address)s") % {"address": address}, flush=True)

    serve.serve(
        place,
        options.host,
        options.port,
        workers=options.workers,
        proxies=options.proxies,
        public=True,
        ready=ready,
    )
    return 0


def _site_of(options: argparse.Namespace) -> Place:
    if options.data is None:
        return serve.configured(os.environ)
    folder = Path(options.data)
    if not (folder / serve.DATABASE_FILE).is_file():
        raise Refused(Refusal.INPUT_UNREADABLE, path=str(folder / serve.DATABASE_FILE))
    return serve.in_folder(folder, "http://127.0.0.1")


def account_add(options: argparse.Namespace, _: Say) -> int:
    """A new account; the password is typed twice, read as one line, or generated and printed."""
    place, password = _site_of(options), _new_password(options, _)
    site = place.open()
    create_account(site, options.name, options.role, options.display_name, password, serve.now())
    site.store.close()
    print(_("账号 %(name)s 已建立。") % {"name": options.name})
    if options.generate:
        print(_("密码：") + password)
    return 0


def account_password(options: argparse.Namespace, _: Say) -> int:
    """A new password for an account: it is unlocked, and signed out everywhere."""
    place, password = _site_of(options), _new_password(options, _)
    site = place.open()
    change_password(site, options.name, password, serve.now())
    site.store.close()
    print(_("账号 %(name)s 的密码已更换，旧密码登录的地方都已退出。") % {"name": options.name})
    if options.generate:
        print(_("密码：") + password)
    return 0


def _new_password(options: argparse.Namespace, _: Say) -> str:
    if options.generate:
        return "".join(secrets.choice(BASE58) for _position in range(16))
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass(_("密码："))
    if getpass.getpass(_("再输入一遍：")) != password:
        raise Refused(Refusal.PASSWORDS_DIFFER)
    return password


def backup(options: argparse.Namespace, _: Say) -> int:
    """A copy of the SQLite database while it is in use, complete and of one moment."""
    place = _site_of(options)
    database, out = place.sqlite_file, Path(options.out)
    if database is None:
        raise Refused(Refusal.BACKUP_NOT_SQLITE)
    if not database.is_file():
        raise Refused(Refusal.INPUT_UNREADABLE, path=str(database))
    if out.exists():
        raise Refused(Refusal.OUTPUT_EXISTS, path=str(out))
    progress = meter(_("备份"), sys.stderr)
    partial = Path(f"{out}.part")
    try:
        serve.write_private(partial, b"")
        source, target = sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True), sqlite3.connect(partial)
        try:
            source.backup(target, pages=4096, progress=lambda _s, left, total: progress(total - left, total))
        finally:
            target.close()
            source.close()
        partial.rename(out)
    except (OSError, sqlite3.Error):
        partial.unlink(missing_ok=True)
        raise Refused(Refusal.OUTPUT_UNWRITABLE, path=str(out)) from None
    print(_("数据库已备份到 %(path)s。") % {"path": out})
    print(
        _("密钥不在备份里：请把它另存一处，不要和备份放在一起。没有它，备份打不开；两样在一起，谁都能拆票。")
    )
    return 0


def rehearse(options: argparse.Namespace, _: Say) -> int:
    """A whole election from three files; the outcome on standard output, the record in --out."""
    labels = {
        rehearsal.Stage.LETTERS: _("制作选票信"),
        rehearsal.Stage.BALLOTS: _("逐户投票"),
        rehearsal.Stage.DECRYPTING: _("保管人核对选票"),
        rehearsal.Stage.COUNTING: _("计票"),
    }
    if options.out.exists() and options.out.stat().st_size and not options.force:
        # It may be the record of a real election, which nothing makes again.
        raise Refused(Refusal.OUTPUT_EXISTS, path=str(options.out))
    roll, agenda, choices = (_read(path) for path in (options.roll, options.agenda, options.choices))
    given = rehearsal.Input(options.roll.name, roll, agenda, options.choices.name, choices)
    try:
        held = rehearsal.rehearse(
            given,
            serve.now(),
            "http://127.0.0.1:8000",
            lambda stage: meter(labels[stage], sys.stderr),
            options.group,
            rehearsal.Trustees(options.trustees, options.threshold),
        )
    except Refused as error:
        if error.refusal is Refusal.REGISTER_HAS_PROBLEMS:
            row = _("第 %(row)s 行 %(label)s（%(problem)s）：%(advice)s")
            advice = rehearsal.what_to_do(given)
            for each in rehearsal.register_problems(given, serve.now()):
                print(row % {**asdict(each), "advice": _(advice[each.problem])}, file=sys.stderr)
        raise
    partial = options.out.with_name(options.out.name + ".part")
    try:
        partial.unlink(missing_ok=True)
        serve.write_private(partial, held.export)
        partial.replace(options.out)
    except OSError:
        raise Refused(Refusal.OUTPUT_UNWRITABLE, path=str(options.out)) from None
    print(json.dumps(held.outcome, ensure_ascii=False, indent=1))
    return 0


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise Refused(Refusal.INPUT_UNREADABLE, path=str(path)) from None


def _parser(_: Say) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="voting", description=_("业主大会投票：可以核对的选举"))
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, act: object, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.set_defaults(act=act)
        return made

    def listen(made: argparse.ArgumentParser) -> None:
        made.add_argument("--host", default="127.0.0.1", help=_("监听的地址"))
        made.add_argument("--port", type=int, default=8000, help=_("端口"))

    def data(made: argparse.ArgumentParser) -> None:
        made.add_argument("--data", help=_("数据文件夹；不写则按环境变量 VOTING_DATABASE_URL"))

    made = command("start", start, _("在这台电脑上演示：建好一个小区和一场投票"))
    listen(made)
    made.add_argument("--data", default="instance", help=_("数据文件夹，默认 instance"))

    made = command("serve", serve_site, _("运行正式的网站（设置取自环境变量）"))
    listen(made)
    made.add_argument("--workers", type=int, default=2, help=_("进程数"))
    made.add_argument("--proxies", type=int, default=0, help=_("前面有几层反向代理"))

    made = command("rehearse", rehearse, _("不开浏览器，演练一场完整的投票"))
    made.add_argument("--roll", type=Path, required=True, help=_("业主名册 .xlsx 或 .csv"))
    made.add_argument("--agenda", type=Path, required=True, help=_("议题 .json"))
    made.add_argument("--choices", type=Path, required=True, help=_("各户的选择 .csv"))
    made.add_argument("--out", type=Path, required=True, help=_("导出的记录 .zip"))
    made.add_argument("--force", action="store_true", help=_("覆盖已有的记录"))
    made.add_argument(
        "--group",
        choices=tuple(GROUPS),
        default=DEFAULT_GROUP,
        help=_("加密方式；Ed25519 更快，不写则用 BELENIOS-2048"),
    )

    made.add_argument("--trustees", type=int, default=0, help=_("服务器之外，还有几位保管人"))
    made.add_argument("--threshold", type=int, default=0, help=_("其中几位到场就能开票"))

    verifying.add_command(commands, _)

    made = command("backup", backup, _("备份 SQLite 数据库，不必停机"))
    made.add_argument("out", metavar="OUT", type=Path)
    data(made)

    accounts = command("account", None, _("账号")).add_subparsers(required=True, metavar="add | password")
    made = accounts.add_parser("add", help=_("建立组织者或监督员的账号"))
    made.set_defaults(act=account_add)
    made.add_argument("--role", choices=("organiser", "auditor"), required=True)
    made.add_argument("--display-name", default="", help=_("页面上显示的名字"))
    changed = accounts.add_parser("password", help=_("更换一个账号的密码，并让它在各处退出"))
    changed.set_defaults(act=account_password)
    for each in (made, changed):
        each.add_argument("name", metavar="NAME")
        each.add_argument("--generate", action="store_true", help=_("随机生成密码并显示"))
        data(each)

    ceremony.add_commands(commands, _)
    return parser
