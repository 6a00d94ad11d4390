"""The audit log, told: one sentence for each act, in the words of a chronicle."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting.services.log import Entry
from voting.web.display import area


@dataclass(frozen=True)
class Told:
    """What happened, and beside it the digests that can be copied (name, value)."""

    sentence: str
    digests: tuple[tuple[str, str], ...] = ()


def told(entry: Entry) -> Told:
    """The sentence of an entry; an act without one shows its name, never nothing."""
    say = _SENTENCES.get(entry.act)
    sentence = say(entry.details) if say else entry.act
    names = _digest_names()
    digests = tuple(
        (names[key], str(value)) for key, value in entry.details.items() if key in names and value
    )
    return Told(sentence, digests)


def _digest_names() -> dict[str, str]:
    return {
        "owners_event": _("人数票箱"),
        "area_event": _("面积票箱"),
        "rules_sha256": _("规则文件"),
        "outcome_sha256": _("结果文件"),
        "roll_sha256": _("名册"),
        "agenda_sha256": _("议程"),
    }


def _closed(details: dict[str, Any]) -> str:
    numbers = {"owners": details.get("voters", 0), "area": area(int(details.get("area_dm2", 0)))}
    sentence = _("截止投票，封存票箱：收到 %(owners)s 户的票，合 %(area)s 平方米。", **numbers)
    if details.get("early"):
        sentence += _("早于公告的时间，原因：%(reason)s", reason=details["early"])
    return str(sentence)


def _counted(details: dict[str, Any]) -> str:
    sentence = _("计票：人数和面积各算一遍，附解密证明，按规则认定结果。")
    if details.get("shares_refused"):
        refused = [each.partition(" ")[0] for each in str(details["shares_refused"]).split(", ")]
        sentence += _("第 %(trustees)s 位保管人送来的部分不对，没有采用。", trustees=_("、").join(refused))
    return str(sentence)


_SENTENCES: dict[str, Callable[[dict[str, Any]], str]] = {
    "election-created": lambda d: _("建立表决《%(title)s》。", title=d.get("title", "")),
    "election-edited": lambda d: _("修改了表决内容（《%(title)s》）。", title=d.get("title", "")),
    "letters-issued": lambda d: _("冻结名册，制作 %(count)s 封选票信。", count=d.get("voters", 0)),
    "letters-withdrawn": lambda d: _(
        "撤回全部 %(count)s 封选票信，原因：%(reason)s", count=d.get("voters", 0), reason=d.get("reason", "")
    ),
    "letter-replaced": lambda d: _(
        "给 %(voter)s 号换发新信，旧信作废，原因：%(reason)s",
        voter=d.get("voter", ""),
        reason=d.get("reason", ""),
    ),
    "letter-reprinted": lambda d: _("重新打印 %(voter)s 号的信。", voter=d.get("voter", "")),
    "voter-locked": lambda d: _(
        "%(voter)s 号挂失锁定，原因：%(reason)s", voter=d.get("voter", ""), reason=d.get("reason", "")
    ),
    "second-factor-reset": lambda d: _(
        "%(voter)s 号当面核对，发给新的核对码，原因：%(reason)s",
        voter=d.get("voter", ""),
        reason=d.get("reason", ""),
    ),
    "second-factor-locked": lambda d: _("%(voter)s 号核对身份输错五次，自动锁定。", voter=d.get("voter", "")),
    "voter-unlocked": lambda d: _("解锁 %(voter)s 号，可以再试。", voter=d.get("voter", "")),
    "election-opened": lambda _d: _("开始投票：投票码名单和规则从此固定。"),
    "election-closed": _closed,
    "election-counted": _counted,
    "key-destroyed": lambda _d: _("计票完成，服务器的钥匙已销毁：单张票再也打不开。"),
    "election-published": lambda _d: _("公布结果。"),
    "record-exported": lambda _d: _("下载了全部记录（EXPORT.zip）。"),
}
