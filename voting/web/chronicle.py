"""The audit log, told: one sentence for each act, in the words of a chronicle."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting.rules.assembly import ABOUT_WORDS
from voting.rules.delivery import WAY_WORDS
from voting.rules.settings import Setting
from voting.services.log_lines import Entry
from voting.web.assembly_words import SETTINGS, value_words
from voting.web.display import area, day, moment


@dataclass(frozen=True)
class Told:
    """What happened, and beside it the digests that can be copied (name, value)."""

    sentence: str
    digests: tuple[tuple[str, str], ...] = ()


def told(entry: Entry, *, counts_area: bool = True) -> Told:
    """The sentence of an entry; an act without one shows its name, never nothing.

    Where area is not counted, the second board is not called after it.
    """
    details = entry.details
    if "letter" in details:
        details = details | {"voter": details["letter"]}
    say = _say(entry.act)
    sentence = say(details) if say else entry.act
    names = _digest_names() | ({} if counts_area else {"area_event": _("第二只票箱")})
    digests = tuple(
        (names[key], str(value)) for key, value in entry.details.items() if key in names and value
    )
    return Told(sentence, digests)


def has_sentence(act: str) -> bool:
    """Whether there is a sentence for this act."""
    return _say(act) is not None


def _say(act: str) -> Callable[[dict[str, Any]], str] | None:
    # What was done to a letter is told in the same words as in each vote that it serves.
    return _SENTENCES.get(act) or _SENTENCES.get(act.removeprefix("assembly-"))


def _digest_names() -> dict[str, str]:
    return {
        "owners_event": _("人数票箱"),
        "area_event": _("面积票箱"),
        "rules_sha256": _("规则文件"),
        "outcome_sha256": _("结果文件"),
        "roll_sha256": _("名册"),
        "agenda_sha256": _("议程"),
        "candidates_sha256": _("候选人名单"),
        "deemed_sha256": _("计入的没投票的业主（监督员的那一份）"),
        "sha256": _("登记的内容"),
        "photo_sha256": _("照片"),
        "paper_sha256": _("文书的内容"),
        "tracker": _("回执号"),
        "attachment_sha256": _("附件"),
        "material_sha256": _("材料"),
        "materials_sha256": _("全部材料"),
        "proof_sha256": _("打开的票（监督员的那一份）"),
        "ballots_sha256": _("每一张票（监督员的那一份）"),
    }


def actor_name(actor: str) -> str:
    """Who did it: an account by its name, and the two who have none."""
    return {"clock": str(_("系统到时自动")), "voter": str(_("投票人"))}.get(actor, actor)


def _role(details: dict[str, Any]) -> str:
    return str(_("监督员") if details.get("role") == "auditor" else _("组织者"))


def _at(value: object) -> str:
    try:
        return moment(datetime.fromisoformat(str(value)))
    except ValueError:
        return str(value)


def _day(value: object) -> str:
    try:
        return day(date.fromisoformat(str(value)))
    except ValueError:
        return str(value)


def _about(details: dict[str, Any]) -> str:
    words = {about.value: word for about, word in ABOUT_WORDS.items()}
    about = str(details.get("about", ""))
    return str(_(words[about])) if about in words else about


def _with_reason(sentence: str, details: dict[str, Any]) -> str:
    if details.get("reason"):
        # The English words bring their own space.
        sentence = sentence.rstrip() + _("原因：%(reason)s", reason=details["reason"])
    return sentence


def _totals(details: dict[str, Any]) -> dict[str, Any]:
    return {"owners": details.get("owners", 0), "area": area(int(details.get("area_dm2", 0)))}


def _notice(details: dict[str, Any]) -> str:
    window = {"opens": _at(details.get("opens_at", "")), "closes": _at(details.get("closes_at", ""))}
    return _with_reason(_("发会议公告：%(opens)s 开始投票，%(closes)s 截止。", **window), details)


def _setting(details: dict[str, Any]) -> str:
    name, was, value = (details.get(key) for key in ("setting", "was", "value"))
    told = {"setting": str(name), "was": was, "value": value, "reason": details.get("reason", "")}
    if name in tuple(Setting):
        setting = Setting(name)
        told |= {"setting": SETTINGS()[setting]}
        told |= {key: value_words(setting, details.get(key)) for key in ("was", "value")}
    return str(_("把“%(setting)s”由“%(was)s”改为“%(value)s”，原因：%(reason)s", **told))


def _roll_decision(details: dict[str, Any]) -> str:
    units = {"units": _("、").join(details.get("units", ()))}
    if not details.get("accepted"):
        sentence = _("%(units)s：不合并也不拆分。", **units)
    elif details.get("split"):
        sentence = _("%(units)s 拆开，各算一位业主。", **units)
    else:
        sentence = _("%(units)s 合并为一位业主。", **units)
    return _with_reason(sentence, details)


def _opened(details: dict[str, Any]) -> str:
    sentence = _("开始投票：投票码名单和规则从此固定。")
    if details.get("trustees"):
        sentence += _(
            "开票的钥匙由 %(size)s 位保管人和服务器分别拿着，%(threshold)s 位到场才能开票。",
            size=details["trustees"],
            threshold=details.get("threshold", ""),
        )
    return str(sentence)


def _circle_set_up(details: dict[str, Any]) -> str:
    return str(
        _(
            "安排保管人：%(names)s；%(threshold)s 位到场才能开票。",
            names=_("、").join(details.get("trustees", ())),
            threshold=details.get("threshold", ""),
        )
    )


def _invited_anew(details: dict[str, Any]) -> str:
    sentence = _("重新邀请保管人%(name)s，旧链接作废。", name=details.get("name", ""))
    if details.get("begins_again"):
        sentence += _("全部保管人从第 1 步重做。")
    return str(sentence)


def _closed(details: dict[str, Any]) -> str:
    numbers = {"owners": details.get("voters", 0), "area": area(int(details.get("area_dm2", 0)))}
    if "area_dm2" in details:
        sentence = _("截止投票，封存票箱：收到 %(owners)s 户的票，合 %(area)s 平方米。", **numbers)
    else:
        sentence = _("截止投票，封存票箱：收到 %(owners)s 张票。", owners=numbers["owners"])
    if details.get("early"):
        sentence += _("早于公告的时间，原因：%(reason)s", reason=details["early"])
    return str(sentence)


def _counted(details: dict[str, Any]) -> str:
    sentence = _("计票：两只票箱各算一遍，附解密证明，按规则认定结果。")
    if details.get("shares_refused"):
        # Owners of the key are numbered with the server first; trustees are not.
        refused = [str(int(each.split()[0]) - 1) for each in str(details["shares_refused"]).split(", ")]
        sentence += _("第 %(trustees)s 位保管人送来的部分不对，没有采用。", trustees=_("、").join(refused))
    if "deemed" in details:
        heads = details["deemed"].get("heads", 0)
        sentence += _("已证明送达而没有投票的 %(heads)s 户，另按议事规则计入一遍。", heads=heads)
    return str(sentence)


def _delivery(details: dict[str, Any]) -> str:
    ways = {way.value: words for way, words in WAY_WORDS.items()}
    way = str(details.get("way", ""))
    told = {"entry": details.get("entry", ""), "way": _(ways[way]) if way in ways else way}
    if "voters" in details:
        voters = _("、").join(map(str, details["voters"]))
        return str(_("登记送达第 %(entry)s 条（%(way)s）：%(voters)s 号。", voters=voters, **told))
    units = details.get("units", "")
    return str(_("登记送达第 %(entry)s 条（%(way)s）：%(units)s 套。", units=units, **told))


def _posting(details: dict[str, Any]) -> str:
    told = {
        "paper": details.get("title", ""),
        "places": _("、").join(details.get("places", ())),
        "at": _at(details.get("at", "")),
        "by": details.get("by", ""),
    }
    return str(_("张贴《%(paper)s》：%(places)s；%(at)s，%(by)s。", **told))


def _taken_back(details: dict[str, Any]) -> str:
    return _with_reason(_("撤销登记第 %(entry)s 条。", entry=details.get("withdraws", "")), details)


def _material(details: dict[str, Any], *, added: bool) -> str:
    kinds = {"statement": _("文字"), "photo": _("照片"), "attachment": _("附件")}
    # The forms call questions q1, q2, …; a file may call them anything.
    question = str(details.get("question", "")).removeprefix("q")
    said = {"kind": kinds.get(str(details.get("kind")), ""), "question": question}
    if added:
        return str(_("给第 %(question)s 项表决事项存下%(kind)s。", **said))
    return str(_("从第 %(question)s 项表决事项撤下%(kind)s。", **said))


def _by_election(details: dict[str, Any]) -> str:
    numbers = {"members": details.get("members", 0), "vacant": details.get("vacant", 0)}
    sentence = _("为补选建立会议：留任 %(members)s 人，补选 %(vacant)s 人。", **numbers)
    if details.get("moved_up"):
        sentence += _("由候补递补 %(count)s 人。", count=details["moved_up"])
    if details.get("reason"):
        sentence += _("有人离任，原因：%(reason)s", reason=details["reason"])
    return str(sentence)


def _transferred(details: dict[str, Any]) -> str:
    said = {"voter": details.get("voter", ""), "reason": details.get("reason", "")}
    if details.get("stands"):
        return str(_("%(voter)s 号换了业主，原因：%(reason)s。原业主已经投出的票照算。", **said))
    return str(_("%(voter)s 号换了业主，由新业主投票，原因：%(reason)s", **said))


_SENTENCES: dict[str, Callable[[dict[str, Any]], str]] = {
    # The site's own log.
    "account-created": lambda d: _("建立账号（%(role)s）。", role=_role(d)),
    "password-changed": lambda _d: _("更换密码。"),
    "sign-in-locked": lambda _d: _("密码连错五次，账号锁定十五分钟。"),
    "estate-created": lambda d: _("建立小区《%(name)s》。", name=d.get("name", "")),
    "register-imported": lambda d: _("导入业主名册：%(count)s 个专有部分。", count=d.get("units", 0)),
    "residents-imported": lambda d: _(
        "导入居民名册：%(count)s 位年满十八周岁的居民（年龄算到 %(day)s）。",
        count=d.get("residents", 0),
        day=_day(d.get("of_age_on", "")),
    ),
    "representative-changed": lambda d: _(
        "%(home)s 换了户代表，原因：%(reason)s", home=d.get("home", ""), reason=d.get("reason", "")
    ),
    # Elections.
    "election-created": lambda d: _("建立表决《%(title)s》。", title=d.get("title", "")),
    "election-edited": lambda d: _("修改了表决内容（《%(title)s》）。", title=d.get("title", "")),
    "election-deleted": lambda d: _("删除表决草稿《%(title)s》。", title=d.get("title", "")),
    "candidate-nominated": lambda d: _("登记第 %(number)s 号候选人报名。", number=d.get("number", "")),
    "candidate-checked": lambda d: _(
        "核对第 %(number)s 号报名的资格：%(met)s 项符合，%(not_met)s 项不符合。",
        number=d.get("number", ""),
        met=d.get("met", ""),
        not_met=d.get("not_met", ""),
    ),
    "candidate-decided": lambda d: _with_reason(
        _("第 %(number)s 号报名列入候选人名单。", number=d.get("number", ""))
        if d.get("listed")
        else _("第 %(number)s 号报名不列入候选人名单。", number=d.get("number", "")),
        d,
    ),
    "candidate-withdrawn": lambda d: _with_reason(
        _("第 %(number)s 号报名退出。", number=d.get("number", "")), d
    ),
    "candidates-arranged": lambda d: _(
        "排候选人的固定次序：%(numbers)s。", numbers=_("、").join(map(str, d.get("numbers", ())))
    ),
    "material-added": lambda d: _material(d, added=True),
    "material-removed": lambda d: _material(d, added=False),
    "letters-issued": lambda d: _("冻结名册，制作 %(count)s 封选票信。", count=d.get("voters", 0)),
    "letters-withdrawn": lambda d: _(
        "撤回全部 %(count)s 封选票信，原因：%(reason)s", count=d.get("voters", 0), reason=d.get("reason", "")
    ),
    "assembly-letters-issued": lambda d: _(
        "冻结各项表决的名册，制作 %(count)s 封选票信，一封管全部表决。", count=d.get("letters", 0)
    ),
    "assembly-letters-withdrawn": lambda d: _(
        "撤回全部 %(count)s 封选票信，原因：%(reason)s", count=d.get("letters", 0), reason=d.get("reason", "")
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
    "voter-transferred": lambda d: _transferred(d),
    "second-factor-reset": lambda d: _(
        "%(voter)s 号当面核对，发给新的核对码，原因：%(reason)s",
        voter=d.get("voter", ""),
        reason=d.get("reason", ""),
    ),
    "second-factor-locked": lambda d: _("%(voter)s 号核对身份输错五次，自动锁定。", voter=d.get("voter", "")),
    "voter-unlocked": lambda d: _("解锁 %(voter)s 号，可以再试。", voter=d.get("voter", "")),
    "help-asked": lambda d: {
        "visit": _("%(voter)s 号请人上门帮忙。", voter=d.get("voter", "")),
        "call": _("%(voter)s 号请人打电话。", voter=d.get("voter", "")),
        "paper": _("%(voter)s 号要一张纸质票。", voter=d.get("voter", "")),
    }.get(str(d.get("wanted")), _("%(voter)s 号请人帮忙。", voter=d.get("voter", ""))),
    "help-taken": lambda d: _("第 %(number)s 号求助有人去了。", number=d.get("number", "")),
    "help-done": lambda d: _("第 %(number)s 号求助办完了。", number=d.get("number", "")),
    "volunteers-listed": lambda d: _("列出上门帮忙的人：%(count)s 位。", count=d.get("count", 0)),
    "election-opened": _opened,
    "election-closed": _closed,
    "election-counted": _counted,
    "opening-requested": lambda d: _(
        "申请打开一张票（第 %(opening)s 号申请），理由：%(reason)s",
        opening=d.get("opening", ""),
        reason=d.get("reason", ""),
    ),
    "opening-approved": lambda d: _("批准第 %(opening)s 号申请。", opening=d.get("opening", "")),
    "opening-declined": lambda d: _(
        "不批准第 %(opening)s 号申请，理由：%(reason)s",
        opening=d.get("opening", ""),
        reason=d.get("reason", ""),
    ),
    "ballot-opened": lambda d: _(
        "按第 %(opening)s 号申请打开了一张票，理由：%(reason)s",
        opening=d.get("opening", ""),
        reason=d.get("reason", ""),
    ),
    "delivery-recorded": _delivery,
    "delivery-withdrawn": _taken_back,
    "posting-recorded": _posting,
    "posting-withdrawn": _taken_back,
    "key-destroyed": lambda _d: _("计票完成，服务器的钥匙已销毁：单张票再也打不开。"),
    "assembly-planned": lambda d: _(
        "筹备《%(title)s》，召集人：%(convener)s。", title=d.get("title", ""), convener=d.get("convener", "")
    ),
    "assembly-setting-changed": _setting,
    "by-election-planned": lambda d: _by_election(d),
    "assembly-elects-committee": lambda _d: _("会议要选举业主委员会。"),
    "assembly-publish-roll": lambda d: _with_reason(
        _("公示业主清册：%(owners)s 位业主，%(area)s 平方米。", **_totals(d)), d
    ),
    "assembly-publish-candidates": lambda d: _with_reason(_("公示候选人名单。"), d),
    "assembly-object": lambda d: _("收到一件异议（%(about)s）。", about=_about(d)),
    "assembly-objection-answered": lambda d: _("答复第 %(number)s 号异议。", number=d.get("number", "")),
    "assembly-decide-objection": lambda d: _with_reason(
        _("采纳第 %(number)s 号异议。", number=d.get("number", ""))
        if d.get("upheld")
        else _("不采纳第 %(number)s 号异议。", number=d.get("number", "")),
        d,
    ),
    "assembly-give-notice": _notice,
    "assembly-open": lambda _d: _("到公告的时间，开始投票。"),
    "assembly-extend": lambda d: _with_reason(
        _("延期到 %(closes)s 截止。", closes=_at(d.get("closes_at", ""))), d
    ),
    "assembly-close": lambda _d: _("到公告的时间，截止投票。"),
    "assembly-publish-preliminary": lambda d: _with_reason(
        _("更正以后重新公布初步结果。") if d.get("reason") else _("公布初步结果。"), d
    ),
    "assembly-publish-final": lambda _d: _("公布正式结果。"),
    "assembly-file": lambda _d: _("已经备案。"),
    "roll-correction": lambda d: _with_reason(
        _(
            "更正名册（第 %(version)s 版）：%(unit)s。",
            version=d.get("version", ""),
            unit=d.get("unit", ""),
        ),
        d,
    ),
    "roll-decision": _roll_decision,
    "notice-given": _notice,
    "election-extended": lambda d: _with_reason(
        _("延期到 %(closes)s 截止。", closes=_at(d.get("closes_at", ""))), d
    ),
    "election-published": lambda _d: _("公布结果。"),
    "circle-set-up": _circle_set_up,
    "circle-dissolved": lambda _d: _("解散保管人的安排，邀请链接全部作废。"),
    "trustee-invited-anew": _invited_anew,
    "trustee-sent-certificate": lambda d: _("第 %(number)s 位保管人交来证书。", number=d.get("trustee", "")),
    "trustee-sent-polynomial": lambda d: _("第 %(number)s 位保管人分发了钥匙。", number=d.get("trustee", "")),
    "trustee-sent-output": lambda d: _("第 %(number)s 位保管人交来公钥。", number=d.get("trustee", "")),
    "trustee-sent-share": lambda d: _(
        "第 %(number)s 位保管人来开票，送来的部分已经核对。", number=d.get("trustee", "")
    ),
    "trustee-share-refused": lambda d: _(
        "第 %(number)s 位保管人送来的开票部分不对，没有收下。", number=d.get("trustee", "")
    ),
    "record-exported": lambda d: (
        _("下载了监督员的那一份（AUDITOR-EXPORT.zip）。")
        if d.get("auditors")
        else _("下载了全部记录（EXPORT.zip）。")
    ),
}
