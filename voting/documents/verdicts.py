"""What a verification says to people: at the terminal and in verify.html."""

from collections.abc import Callable, Mapping
from typing import Any

from voting.rules.assembly import Meeting
from voting.rules.places import PRESETS
from voting.rules.questions import FURTHER_MATTERS, MATTERS, MOTION_CHOICES, NO_PLAN

Say = Callable[[str], str]


def checked_sentences(_: Say) -> dict[str, tuple[str, str]]:
    """For each key of a verification: what it says when it was checked, and when it was not."""
    return {
        "archives": (
            _("记录的每个字节、每张票的证明和签名、计票和解密都对。"),
            _("记录本身没有核对完，后面的结论不能当真。"),
        ),
        "rules": (_("表决规则写进了每张票的签名，和记录一致。"), _("表决规则没有核对。")),
        "outcome": (_("结果由票数、面积和法律的规定重新算出，一致。"), _("结果没有核对。")),
        "log": (_("操作日志首尾相接，所记的票箱就是这些票箱。"), _("操作日志没有核对。")),
        "signatures": (
            _("操作日志的每一条都有服务器的签名。"),
            _("操作日志的签名没有核对。"),
        ),
        "assembly": (
            _(
                "会议的每一步，从业主清册公示、会议公告到开始和截止投票，都合规定的次序和期限，也就是公告的那些题和那份名册。"
            ),
            _("会议是不是按规定的次序和期限召开的，没有核对。"),
        ),
        "told": (
            _("操作日志所记的名册和结果就是这份名册和结果。"),
            _("操作日志所记的名册和结果没有核对。"),
        ),
        "documents": (
            _("报告、表格、说明和核对页是导出时的那一份。"),
            _("报告、表格、说明和核对页没有核对，里面的内容不能当真。"),
        ),
        "checkpoint": (_("签名的摘要和记录一致。"), _("签名的摘要没有核对。")),
        "openings": (
            _("打开过的每一张票，操作日志里都有申请、理由和规定的批准。"),
            _("打开单张票的申请和批准没有核对。"),
        ),
        "auditors-part": (
            _("监督员的那一份：打开的票由证明重新算出，与操作日志一致，附件也是原件。"),
            _("打开的票里是什么，在监督员的那一份（AUDITOR-EXPORT.zip）里，没有核对。"),
        ),
        "silent": (
            _("计入的没投票的业主：名单与计票时所记的摘要、人数和面积一致。"),
            _("计入的没投票的业主是哪些，在监督员的那一份（AUDITOR-EXPORT.zip）里，没有核对。"),
        ),
        "voters": (
            "",
            _("哪张票是哪一户的，以服务器的记载为准，只核对了面积；面积相同的两户，看不出有没有对调。"),
        ),
        "history": (
            _("记录是由您保存的摘要接续而来的。"),
            _("没有和更早的摘要比对：有的话，请加 --since checkpoint.txt。"),
        ),
        "other-files": ("", _("记录里另有不属于它的文件，没有看：")),
        "revoting": (
            "",
            _("有投票码投了不止一张票，计的是最后一张；可不可以改投写在规则里，这里没有规则，没有核对。"),
        ),
        "twin": ("", _("只有一份档案：另一种计法没有核对。")),
        "unfinished": ("", _("这场投票还没有结束：只核对到目前为止的部分。")),
        "circle": ("", _("保管人的钥匙是旧格式的：他们是否认可彼此，这份记录看不出来。")),
        "papers": (
            "",
            _("report.html 和 results.xlsx 只供阅读，没有重新算过：内容以 outcome.json 和 rules.json 为准。"),
        ),
        "omissions": (
            "",
            _("一份记录里看不出的：一开始就没有收进来的票。请各位业主用自己的回执号在公示板上查。"),
        ),
    }


def page_words(_: Say) -> dict[str, object]:
    """The words of verify.html in one language."""
    checks = checked_sentences(_)
    checks["history"] = (checks["history"][0], _("没有和更早的摘要比对：有的话，请在上面一并放入。"))
    return {
        "checks": checks,
        "matters": {
            **{number: _(matter.title) for number, matter in MATTERS.items()},
            **{number: _(title) for number, (title, _rule) in FURTHER_MATTERS.items()},
            "other": _("另有规定的事项"),
        },
        "choices": {choice: _(choice) for choice in (*MOTION_CHOICES, *NO_PLAN)},
        "comma": _("、"),
        "colon": _("："),
        "mark": _("业主大会表决"),
        "meeting": meeting_words(_),
        **_asking(_),
        **_answers(_),
        **_outcome(_),
    }


def _asking(_: Say) -> dict[str, str]:
    return {
        "title": _("核对一场表决的记录"),
        "about": _(
            "这一页在您自己的电脑上，把记录从头核对一遍：每张票的证明和签名、计票和解密、依法得出的结果。"
        ),
        "offline": _("它不联网，也不把文件送给任何人；断了网一样能用。"),
        "choose": _("选择 EXPORT.zip 或 .bel 文件"),
        "choose_folder": _("选择解压后的文件夹"),
        "drop": _("也可以把文件拖到这里。"),
        "earlier": _("您保存过更早的签名摘要吗？"),
        "earlier_why": _("有的话请先选它：这样还能看出，记录是不是由那时的记录接续而来，中间有没有少了票。"),
        "choose_earlier": _("选择 checkpoint.txt"),
        "reading": _("正在读文件……"),
        "verifying": _("正在核对选票：%(done)s / %(total)s"),
        "counting": _("选票核对完了，正在重新计票……"),
        "files": _("%(count)s 个文件"),
        "broke_off": _("浏览器没有算完，可能是内存不够。请关掉别的页面再试，或者换一台电脑。"),
    }


def _answers(_: Say) -> dict[str, str]:
    return {
        "valid": _("这份记录经得起核对：%(title)s。"),
        "valid_so_far": _("到目前为止，这份记录经得起核对，但投票还没有结束：%(title)s。"),
        "valid_archive": _("这份归档经得起核对：%(title)s。只有它自己，还说明不了结果。"),
        "invalid": _("这份记录有 %(count)s 处不对，不能采信。"),
        "findings": _("发现的问题"),
        "checked": _("核对了"),
        "not_checked": _("没有核对"),
        "own_origin": _(
            "这一页自己：和记录放在一起的，可能和记录一起被换过。"
            "要紧的时候，请用从别处得到的 verify.html，或者 voting verify。"
        ),
        "numbers": _("数字"),
        "file": _("文件"),
        "file_digest": _("文件的 SHA-256"),
        "uuid": _("表决编号"),
        "events": _("票箱里的记录"),
        "ballots": _("选票"),
        "replaced": _("其中被同一户后来的票代替、不计的"),
        "trustees": _("保管人"),
        "of_trustees": _("%(size)s 位中的 %(threshold)s 位"),
        "counted_owners": _("计入的户数"),
        "counted_area": _("计入的面积（平方米）"),
        "counted": _("计入的票"),
        "weight": _("票的分量合计"),
        "owners_head": _("人数票箱的末端"),
        "area_head": _("面积票箱的末端"),
        "head": _("票箱的末端"),
        "took": _("用时"),
        "seconds": _("%(seconds)s 秒"),
    }


def meeting_words(_: Say) -> dict[str, Any]:
    """What is said of the meeting in which a vote was held."""
    return {
        "heading": _("会议"),
        "name": _("会议名称"),
        "kind": _("种类"),
        "kinds": {
            Meeting.FIRST.value: _("首次会议"),
            Meeting.REGULAR.value: _("定期会议"),
            Meeting.SPECIAL.value: _("临时会议"),
        },
        "convener": _("召集人"),
        "rules": _("规则"),
        "places": {name: _(name) for name in PRESETS},
        "changed": _("%(place)s（改过 %(count)s 项，原因写在规则里）"),
        "notice": _("会议公告"),
        "window": _("公告的投票时间"),
        "from_to": _("%(opens)s 至 %(closes)s"),
        "prolonged": _("是否延期"),
        "never": _("没有延期"),
        "times": _("%(count)s 次，到 %(closes)s 截止"),
    }


def meeting_rows(_: Say, told: Mapping[str, Any], shown: Callable[[str], str]) -> list[tuple[str, str]]:
    """What a record tells of its meeting (`told` is the facts' `assembly`), as names and values; `shown` says
    a time of it to people. verify.html has the same in report-view.js."""
    words = meeting_words(_)
    place = words["places"][told["place"]]
    opens, closes, closed = (
        shown(told[key]) for key in ("announced_opening", "announced_closing", "closing")
    )
    return [
        (words["name"], told["title"]),
        (words["kind"], words["kinds"][told["meeting"]]),
        (words["convener"], told["convener"]),
        (
            words["rules"],
            words["changed"] % {"place": place, "count": told["changes"]} if told["changes"] else place,
        ),
        (words["notice"], shown(told["notice"])),
        (words["window"], words["from_to"] % {"opens": opens, "closes": closes}),
        (
            words["prolonged"],
            words["times"] % {"count": told["extensions"], "closes": closed}
            if told["extensions"]
            else words["never"],
        ),
    ]


def _outcome(_: Say) -> dict[str, str]:
    return {
        "outcome": _("由这份记录算出的结果"),
        "no_quorum": _("参加表决的没有同时达到人数和面积的三分之二，这次表决没有作出决定。"),
        "quorum": _("参加表决的人数和面积都达到了三分之二，表决有效。"),
        "item_passed": _("第 %(number)s 项通过。"),
        "item_failed": _("第 %(number)s 项没有通过。"),
        "item_elected": _("第 %(number)s 项选出 %(count)s 人：%(names)s。"),
        "item_nobody": _("第 %(number)s 项没有人当选。"),
        "item": _("第 %(number)s 项：%(text)s"),
        "no_quorum_general": _("参加表决的不够。"),
        "quorum_general": _("参加表决的够了，表决有效。"),
        "item_chosen": _("第 %(number)s 项选定：%(plan)s。"),
        "item_no_plan": _("第 %(number)s 项没有选定方案。"),
        "chosen_plan": _("选定：%(plan)s。"),
        "no_plan": _("没有选定方案。"),
        "plans_tie": _("%(names)s 都够条件，不能同时选定。"),
        "alternates": _("候补：%(names)s。"),
        "alternate_at": _("候补第 %(place)s"),
        "committee": _("补选以后，委员会 %(count)s 人：%(names)s。"),
        "not_standing": _("人数不够，委员会还没有成立，须补选。"),
        "lot": _("票数与面积都相同的，抽签定先后：%(names)s。抽签的种子：%(seed)s"),
        "too_few": _("参加的不够。"),
        "with_deemed": _("计入未投票的以后"),
        "deemed_clause": _(
            "上面只按实际投出的票计算。议事规则（%(dated)s 通过）写明：%(clause)s。计入以后是这样："
        ),
        "heads_took_part": _("参加的人"),
        "heads_of": _("%(part)s / %(whole)s 人 · %(share)s"),
        "heads": _("人数"),
        "heads_part": _("%(part)s 人 · %(share)s"),
        "line_at": _("虚线：%(line)s"),
        "line_all": _("虚线是门槛：全体一致。"),
        "line_share": _("虚线是门槛：%(share)s。"),
        "owners_took_part": _("参加表决的业主"),
        "owners_of": _("%(part)s / %(whole)s 户 · %(share)s"),
        "owners_line": _("虚线是三分之二：%(line)s 户"),
        "area_took_part": _("参加表决的面积"),
        "area_of": _("%(part)s / %(whole)s 平方米 · %(share)s"),
        "area_line": _("虚线是三分之二：%(line)s 平方米"),
        "reached": _("达到"),
        "not_reached": _("没有达到"),
        "owners": _("人数"),
        "area": _("面积"),
        "owners_part": _("%(part)s 户 · %(share)s"),
        "area_part": _("%(part)s 平方米 · %(share)s"),
        "passed": _("通过。"),
        "failed": _("没有通过。"),
        "elected": _("当选（按票序）："),
        "nobody": _("没有人当选。"),
        "tie": _("票数完全相同、名额不够，没有定下的：%(names)s。"),
        "vacant": _("还空 %(count)s 席。"),
        "candidate": _("%(name)s（%(standing)s）"),
        "elected_at": _("当选，第 %(place)s"),
        "tied": _("同票，未定"),
        "under_line": _("没有过线"),
        "over_but_full": _("过线，名额已满"),
        "over_no_quorum": _("过线，但参加的不够"),
        "matter": _("《民法典》第二百七十八条：%(matter)s"),
        "line_half": _("虚线是门槛：过半数（不含一半）。"),
        "line_quarters": _("虚线是门槛：四分之三（含）。"),
        "only_yes": _("只有“同意”要够门槛。"),
    }
