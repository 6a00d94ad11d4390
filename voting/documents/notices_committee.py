"""Papers of a committee after its election: its first meeting, its filing."""

from voting.documents.facts import NO_DATE, Facts
from voting.documents.paper import BLANK, Block, Entries, Heading, Paper, Paragraph, Places, Signed, Table
from voting.documents.wording import dm2, metres
from voting.rules.settings import Setting


def committee_minutes(facts: Facts) -> Paper:
    """委员会首次会议记录: who came, who was chosen for which office, with how many votes."""
    members = facts.members
    filled = any(each.sitting_members for each in facts.contests)
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
        Paragraph(
            "主任、副主任在委员中推选产生。票数由记录人当场清点，当场宣布。"
            + ("职务没有空缺的，不必重新推选。" if filled else "")
        ),
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
    title = "业主委员会补选后首次会议记录" if filled else "业主委员会首次会议记录"
    return Paper(title, facts.agenda.estate, facts.address, tuple(blocks))


def filing_form(facts: Facts) -> Paper:
    """备案表: committee, decisions, enclosures; with the period in which it is handed in."""
    outcome = facts.outcome or {}
    members = facts.members
    took_part = outcome["participation"]
    staying = {name for each in facts.contests for name in each.sitting_members}
    size = sum(each.size or each.seats for each in facts.contests)
    blocks: list[Block] = [
        Paragraph("区（县）物业管理行政主管部门、街道办事处（乡镇人民政府）：", flush=True),
        Paragraph(
            f"{facts.agenda.title}已经补选业主委员会委员 {len(facts.elected)} 人，请予变更备案。"
            if staying
            else f"{facts.agenda.title}已经选举产生业主委员会，请予备案。"
        ),
        Entries(
            (
                ("小区", facts.agenda.estate),
                ("小区地址", BLANK),
                ("投票时间", facts.extended_window),
                ("全体业主", f"{len(facts.roll)} 位，{metres(facts.area_dm2)} 平方米"),
                ("参与表决", f"{took_part['owners']} 位，{metres(dm2(took_part['area_m2']))} 平方米"),
                (
                    "委员人数",
                    f"{len(members)} 人{f'，议事规则定为 {size} 人' if size > len(members) else ''}",
                ),
                ("任期", f"自{NO_DATE}起至{NO_DATE}止，每届不超过五年"),
                ("办理期限", f"自选举产生之日起 {facts.days(Setting.FILING_DAYS)}以内"),
                ("联系人和电话", f"{BLANK}{BLANK}"),
            )
        ),
        Heading("委员"),
        Table(
            ("姓名", "职务", "性别", "房号", "联系方式", "备注"),
            tuple(
                (name, "", "", "", "", "" if not staying else "留任" if name in staying else "补选")
                for name in members
            ),
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
