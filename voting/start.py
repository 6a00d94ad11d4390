"""`voting start`: the demonstration in a folder, made at the first start and used again at every other."""

import sys
from dataclasses import asdict, replace
from pathlib import Path

from voting import serve
from voting.errors import Refusal, Refused
from voting.serve import Place
from voting.services import demo
from voting.terminal import Say, meter

DEMO_FILE = "demo.json"


def start(folder: Path, host: str, port: int, _: Say) -> None:
    """Make or open the demonstration in `folder`, serve it, and print every link once it can be opened.

    Refused: PORT_UNUSABLE, DATA_FOLDER_UNUSABLE, KEY_FILE_UNUSABLE, DATABASE_UNAVAILABLE, DEMO_DAMAGED.
    """
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    serve.refuse_busy(host, port)
    place = serve.in_folder(folder, address)
    shown = _demonstration(place, address, _)
    serve.serve(
        place, host, port, workers=1, proxies=0, public=False, ready=lambda: _print_links(shown, address, _)
    )


def _demonstration(place: Place, address: str, _: Say) -> demo.Demo:
    assert place.folder is not None
    assert place.sqlite_file is not None
    if not place.sqlite_file.exists():
        return _seed(place, place.folder, place.sqlite_file, address, _)
    try:
        shown = demo.Demo.from_json((place.folder / DEMO_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError):
        raise Refused(Refusal.DEMO_DAMAGED, path=str(place.folder)) from None
    place.open().store.close()
    return shown


def _seed(place: Place, folder: Path, database: Path, address: str, _: Say) -> demo.Demo:
    """Everything gets its name last, the database after all others: an interrupted start leaves no half."""
    labels = {
        demo.Stage.LETTERS: _("制作选票信"),
        demo.Stage.OPENING: _("开启投票"),
        demo.Stage.BALLOTS: _("投下演示用的票"),
    }
    try:
        for left_over in folder.glob("*.part*"):
            left_over.unlink()
        partial = Path(f"{database}.part")
        config = replace(place.config, database_url=f"sqlite:///{partial}")
        site = replace(place, config=config).open()
        made, papers = demo.seed(site, address, serve.now(), lambda stage: meter(labels[stage], sys.stderr))
        site.store.close()
        for name, body in (
            ("letters.pdf", papers.letters),
            ("poster.pdf", papers.poster),
            ("credentials.json", papers.credential_file),
            (DEMO_FILE, made.as_json()),
        ):
            serve.write_private(folder / f"{name}.part", body)
            (folder / f"{name}.part").replace(folder / name)
        partial.replace(database)
    except OSError:
        raise Refused(Refusal.DATA_FOLDER_UNUSABLE, path=str(folder)) from None
    return made


def _print_links(shown: demo.Demo, address: str, _: Say) -> None:
    lines = [
        "",
        shown.title,
        _("这是演示：小区、业主和号码都是编造的，密码写在数据文件夹里。请不要用它做真的表决。"),
        "",
        _("公示板"),
        f"  {address}/e/{shown.uuid}",
        _("业主的投票链接（信上的二维码），还没有投票："),
    ]
    for each in shown.residents:
        who = _("%(name)s（%(units)s），手机后四位 %(digits)s")
        lines.append("  " + who % {"name": each.name, "units": "、".join(each.units), "digits": each.digits})
        lines.append(f"  {address}/v/{shown.uuid}#{each.credential}")
    lines.append(_("组织者和监督员登录") + f"  {address}/sign-in")
    account = _("%(role)s：用户名 %(name)s，密码 %(password)s")
    for role, each_account in ((_("组织者"), shown.organiser), (_("监督员"), shown.auditor)):
        lines.append("  " + account % {"role": role, **asdict(each_account)})
    lines += ["", _("按 Ctrl-C 停止。")]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
