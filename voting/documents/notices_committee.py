"""Papers of a committee's election: candidates before it, the first meeting and the filing after it."""

from voting.documents.facts import NO_DATE, Facts
from voting.documents.paper import BLANK, Block, Entries, Heading, Paper, Paragraph, Places, Signed, Table
from voting.documents.wording import dm2, metres, sitting_words
from voting.rules.assembly import About
from voting.rules.clock import objections_until
from voting.rules.questions import SURNAME_STROKES
from voting.rules.settings import Setting

_BOX = "□"
STROKE_ORDER = "按姓氏笔画为序；笔画数相同的，依次比横、竖、撇、点、折。"


def candidates(facts: Facts) -> Paper:
    """候选人名单公示: who stands, in the published order, and until when one may object."""
    assembly = facts.assembly
    until = objections_until(assembly, About.CANDIDATES) if assembly is not None else None
    shown = (
        f"即日起至 {facts.moment(until)}" if until is not None else facts.days(Setting.CANDIDATES_SHOWN_DAYS)
    )
    blocks: list[Block] = [
        Paragraph(f"全体{facts.voters}：", flush=True),
        Paragraph(f"{facts.agenda.title}的候选人名单公示如下。对候选人有异议的，请在公示期内书面提出。"),
        Entries((("公示期", shown), ("提出异议", facts.help or f"地点{BLANK}，电话{BLANK}"))),
    ]
    for contest in facts.contests:
        strokes = contest.order == SURNAME_STROKES
        rows = tuple((str(number), name, "", "") for number, name in enumerate(contest.candidates, 1))
        kind = "差额" if len(contest.candidates) > contest.seats else "等额"
        blocks += [
            Heading(contest.text),
            Paragraph(
                f"{sitting_words(contest)}应选 {contest.seats} 人，"
                f"候选人 {len(contest.candidates)} 人（{kind}）。"
                f"{STROKE_ORDER if strokes else '按公布的次序。'}选票上的次序与此相同。"
            ),
            Table(
                ("次序", "姓名", "房号", "简况（本人同意公布的）"),
                rows,
                (14, 32, 32, 92),
                right=(0,),
                high=12,
            ),
        ]
    blocks.append(
        Signed(facts.signer, facts.day(assembly.candidates_at) if assembly is not None else NO_DATE)
    )
    return Paper("业主委员会委员候选人名单公示", facts.agenda.estate, facts.address, tuple(blocks))


def candidate_form(facts: Facts) -> Paper:
    """候选人报名表: what a candidate says and promises, and what was checked of it."""
    # Nothing here is quoted as law: places ask for different things, and the form says which it is.
    promises = (
        "本人是本小区业主，愿意担任业主委员会委员。",
        "遵守法律、管理规约和业主大会议事规则，按时交纳应由本人承担的费用。",
        "不在为本小区服务的物业服务企业任职，没有会影响公正履职的利害关系；有的，写在下面。",
        "同意公布姓名、房号和本表“简况”一栏；其余内容不公布。",
    )
    blocks: list[Block] = [
        Table(
            ("姓名", "房号", "性别", "出生年份", "联系电话"),
            (("", "", "", "", ""),),
            (36, 36, 20, 28, 50),
            high=11,
        ),
        Entries((("报名方式", f"{_BOX} 自荐　{_BOX} 业主联名推荐　{_BOX} 居委会推荐"),)),
        Heading("简况（公布）"),
        Table(("学习、工作经历，为小区做过的事，打算怎样做",), (("",),), (1,), high=22),
        Heading("本人声明"),
        *(Paragraph(f"{_BOX} {text}", flush=True) for text in promises),
        Paragraph(f"需要说明的利害关系：{BLANK}{BLANK}{BLANK}", flush=True),
        Places(("报名人（签名）", "日期")),
        Heading("资格核对（由筹备组或者业主委员会填写）"),
        Table(
            ("核对什么", "结果", "依据的材料", "核对人"),
            tuple(
                (text, f"{_BOX} 是　{_BOX} 否", "", "")
                for text in (
                    "在业主名册上",
                    "本人签名、意思明确",
                    "联名推荐的人数够（按公布的规则）",
                    "声明已逐条确认",
                )
            ),
            (58, 30, 50, 32),
            high=8,
        ),
    ]
    title = f"{facts.agenda.estate}　{facts.agenda.title}"
    return Paper("业主委员会委员候选人报名表", title, facts.address, tuple(blocks))


def committee_minutes(facts: Facts) -> Paper:
    """委员会首次会议记录: who came, who was chosen for which office, with how many votes."""
    members = facts.members
    offices = ("主任", "副主任", "记录或财务")
    blocks: list[Block] = [
        Entries(
            (
                ("时间", NO_DATE + f"　{BLANK}"),
                ("地点", BLANK),
                ("主持人", BLANK),
                ("记录人", BLANK),
                ("列席", "居（村）民委员会、街道办事处（乡镇人民政府）代表" + BLANK),
                ("委员", f"共 {len(members)} 人：{'、'.join(members)}"),
            )
        ),
        Heading("一、到会"),
        Table(
            ("委员", "到会（签名）", "缺席原因"),
            tuple((name, "", "") for name in members),
            (50, 60, 60),
            high=9,
        ),
        Heading("二、推选"),
        Paragraph("主任、副主任在委员中推选产生。票数由记录人当场清点，当场宣布。"),
        Table(
            ("职务", "候选人", "赞成", "反对", "弃权", "结果"),
            tuple((each, "", "", "", "", "") for each in offices),
            (36, 44, 20, 20, 20, 30),
            high=10,
        ),
        Heading("三、其他议题和决定"),
        Table(("议题", "讨论要点", "决定"), (("", "", ""),) * 3, (40, 75, 55), high=20),
        Paragraph("业主委员会决定的事项，应当在小区内公布。", note=True),
        Places(("主持人（签名）", "记录人（签名）", *(f"委员 {name}（签名）" for name in members))),
    ]
    return Paper("业主委员会首次会议记录", facts.agenda.estate, facts.address, tuple(blocks))


def filing_form(facts: Facts) -> Paper:
    """备案表: committee, decisions, enclosures; with the period in which it is handed in."""
    outcome = facts.outcome or {}
    members = facts.members
    took_part = outcome["participation"]
    blocks: list[Block] = [
        Paragraph("区（县）物业管理行政主管部门、街道办事处（乡镇人民政府）：", flush=True),
        Paragraph(f"{facts.agenda.title}已经选举产生业主委员会，现予备案。"),
        Entries(
            (
                ("小区", facts.agenda.estate),
                ("小区地址", BLANK),
                ("投票时间", facts.window),
                ("全体业主", f"{len(facts.roll)} 位，{metres(facts.area_dm2)} 平方米"),
                ("参与表决", f"{took_part['owners']} 位，{metres(dm2(took_part['area_m2']))} 平方米"),
                ("委员人数", f"{len(members)} 人"),
                ("任期", f"自{NO_DATE}起至{NO_DATE}止"),
                ("办理期限", f"自选举产生之日起 {facts.days(Setting.FILING_DAYS)}以内"),
                ("联系人和电话", f"{BLANK}{BLANK}"),
            )
        ),
        Heading("委员"),
        Table(
            ("姓名", "职务", "性别", "房号", "联系方式", "备注"),
            tuple((name, "", "", "", "", "") for name in members),
            (32, 28, 16, 30, 40, 24),
            high=10,
        ),
        Heading("随表提交"),
        Table(
            ("材料", "份数", "页数"),
            tuple(
                (text, "", "")
                for text in (
                    "业主大会会议公告、张贴记录",
                    "表决结果公告（初步、正式）",
                    "业主大会议事规则、管理规约",
                    "业主委员会首次会议记录",
                    "候选人名单公示",
                )
            ),
            (126, 22, 22),
            right=(1, 2),
            high=8,
        ),
        Signed(f"业主委员会{BLANK}（盖章）", NO_DATE),
        Heading("备案机关意见"),
        Table(("收件人、收件日期、意见（盖章）",), (("",),), (1,), high=36),
    ]
    return Paper("业主委员会备案表", facts.agenda.estate, facts.address, tuple(blocks))
