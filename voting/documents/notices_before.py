"""Papers before the vote: the notice of the meeting, the roll."""

from collections.abc import Iterator

from voting.documents.facts import (
    NO_DATE,
    Facts,
    RollLine,
    basis_words,
    by_vote,
    question_rule_words,
    share_words,
)
from voting.documents.page import until as last_day
from voting.documents.paper import BLANK, Block, Entries, Heading, Paper, Paragraph, Signed, Table
from voting.documents.wording import REVOTING, SECRECY, metres, objections_to, sitting_words
from voting.rules.assembly import About, Meeting
from voting.rules.assembly_periods import objections_until
from voting.rules.questions import SURNAME_STROKES, CommitteeContest, Plans, Question
from voting.rules.roll_changes import masked_name
from voting.rules.settings import Setting
from voting.rules.thresholds import MORE_THAN_HALF, QUORUM


def meeting_notice(facts: Facts) -> Paper:
    """业主大会会议公告: what is decided, by whom, when, how, and when it is passed."""
    blocks: list[Block] = [
        Paragraph(f"全体{facts.voters}：", flush=True),
        Paragraph(
            f"{facts.agenda.estate}定于 {facts.window} 举行{facts.meeting}，对下列事项进行表决。现公告如下："
        ),
        *(
            [Paragraph(f"本公告是第 {facts.notice_number} 次公告，以前的公告不再有效，公告期重新计算。")]
            if facts.notice_number > 1
            else []
        ),
        Heading("一、会议"),
        Entries(tuple(_meeting(facts))),
        Heading("二、表决事项"),
        *_items(facts),
        Heading("三、怎样计算"),
        *(Paragraph(text) for text in _counting(facts)),
        Heading("四、怎样投票"),
        *(Paragraph(text) for text in _voting(facts)),
        Signed(facts.signer, facts.day(facts.notice_at)),
    ]
    return Paper(f"{facts.meeting}公告", facts.agenda.estate, facts.address, tuple(blocks))


def _meeting(facts: Facts) -> Iterator[tuple[str, str]]:
    yield "会议名称", facts.title
    yield "会议性质", facts.meeting
    yield "召集人", facts.convener or BLANK
    yield from _counted_in(facts)
    yield "投票时间", facts.window
    if facts.assembly is not None:
        special = facts.assembly.plan.meeting is Meeting.SPECIAL
        setting = Setting.NOTICE_DAYS_SPECIAL if special else Setting.NOTICE_DAYS
        yield "公告期", f"{facts.days(setting)}，期满以前不开始投票"
    if facts.effect_words is not None:
        yield "网上投票的效力", facts.effect_words
    for whose, secrecy in by_vote(facts, lambda vote: vote.agenda.secrecy):
        yield "保密方式", whose + "：".join(SECRECY[secrecy])


def _counted_in(facts: Facts) -> Iterator[tuple[str, str]]:
    """Who counts: scope, totals and the roll's digest of every vote, once where votes share them."""
    for whose, (scope, totals, digest) in by_vote(facts, _electorate):
        yield "表决范围", f"{whose}{scope}"
        if digest:
            yield "计入总数", totals
            yield "名册摘要", digest


def _electorate(vote: Facts) -> tuple[str, str, str]:
    # The notice of an assembly fixes the roll; where there is none, the letters do.
    fixed = vote.roll_frozen or vote.notice_at is not None
    frozen = "" if fixed else "（名册还可以更正，以定册时为准）"
    return vote.scope, f"{vote.totals}{frozen}", vote.roll_sha256 if vote.roll else ""


def _items(facts: Facts) -> Iterator[Block]:
    """Numbered as on the ballot of each vote."""
    for place, vote in enumerate(facts.votes, 1):
        if len(facts.votes) > 1:
            yield Paragraph(f"（{place}）{vote.agenda.title}", flush=True)
        for number, question in enumerate(vote.agenda.questions, 1):
            yield from _item(number, question)


def _item(number: int, question: Question) -> Iterator[Block]:
    yield Paragraph(f"{number}. {question.text}", flush=True)
    if isinstance(question, CommitteeContest):
        names = "、".join(question.candidates)
        how = "对每一位分别表示同意、反对或弃权" if question.each else f"每张票最多选 {question.at_most} 人"
        yield Paragraph(
            f"候选人（{_order(question)}）：{names}。应选 {question.seats} 人，{how}。", note=True
        )
        if sitting := sitting_words(question):
            yield Paragraph(sitting, note=True)
        if question.alternates:
            yield Paragraph(f"另设候补委员，最多 {question.alternates} 人。", note=True)
    elif isinstance(question, Plans):
        yield Paragraph(f"方案：{'；'.join(question.plans)}；都不同意；弃权。只选一项。", note=True)
    yield Paragraph(f"依据：{basis_words(question)}。{question_rule_words(question)}", note=True)


def _order(question: CommitteeContest) -> str:
    return "按姓氏笔画为序" if question.order == SURNAME_STROKES else "按公布的次序"


def _counting(facts: Facts) -> Iterator[str]:
    if not facts.terms.of_owners:
        who = "每户一名代表，一户一票" if facts.terms.body == "households" else "年满十八周岁的居民，一人一票"
        yield f"{who}；租住的也在内，不看房屋归谁所有。弃权也算参加。“过半数”不包括本数。"
    else:
        yield (
            f"《民法典》第二百七十八条：由专有部分面积占比{share_words(QUORUM)}的业主且人数占比"
            f"{share_words(QUORUM)}的业主参与表决。弃权也算参与。“以上”包括本数，“{share_words(MORE_THAN_HALF)}”"
            "不包括本数（《民法典》第一千二百五十九条）。"
        )
        yield (
            "一位业主有几套房，算一人，面积相加；几人共有一套房，合算一人，由共有人商定谁来投；建设单位尚未出售"
            "和已出售但尚未交付的房屋，合算一人。"
        )
    for whose, deemed in by_vote(facts, lambda vote: vote.terms.deemed):
        if deemed is None:
            yield f"{whose}未参与表决的不计入任何一种意见。"
        else:
            yield (
                f"{whose}本小区议事规则（{deemed.dated} 通过）规定：{deemed.clause}。"
                "请注意：已证明送达而没有投票的，可能按此条计入；结果公告同时公布不计入和计入两种结果。"
            )


def _voting(facts: Facts) -> Iterator[str]:
    each = "每位居民" if facts.terms.body == "residents" else "每户"
    again = "".join(
        f"{whose}{REVOTING[revoting]}。"
        for whose, revoting in by_vote(facts, lambda vote: vote.agenda.revoting)
    )
    yield f"{each}收到一封投票通知书，用手机扫信上的码投票；不会用手机的，可以要纸质表决票。{again}"
    if facts.terms.of_owners:
        yield _by_proxy(facts)
    yield f"咨询、领取纸质表决票：{facts.help or f'地点{BLANK}，时间{BLANK}，电话{BLANK}。'}"
    yield f"公告、投票进度和结果都在公开页 {facts.address} 上。"


def _by_proxy(facts: Facts) -> str:
    cap = facts.assembly.plan.settings.limit(Setting.PROXY_CAP) if facts.assembly is not None else None
    limit = f"本次会议每位受托人最多代理 {cap} 户。" if cap is not None else ""
    return (
        "本人不能投票的，可以书面委托他人代投。委托书写明受托人、事项、权限和期限，并由本人签名；不得转委托。"
        f"{limit}"
    )


def roll_notice(facts: Facts) -> Paper:
    """业主清册公示: who counts with which area, names masked, and until when one may object."""
    assembly = facts.assembly
    until = objections_until(assembly, About.ROLL) if assembly is not None else None
    period = (
        f"即日起至 {last_day(until, facts.zone)}"
        if until is not None
        else facts.days(Setting.ROLL_OBJECTION_DAYS)
    )
    rolls = tuple(by_vote(facts, lambda vote: (vote.scope, vote.totals, vote.roll, vote.roll_sha256)))
    blocks: list[Block] = [
        Paragraph(f"全体{facts.voters}：", flush=True),
        Paragraph(
            f"现将{facts.title}的业主清册公示如下。姓名只显示姓氏。认为人数、面积、合并或房号有误的，"
            f"请在公示期内提出，书面写明房号和理由。异议处理以后，更正另行公布。"
        ),
        Entries(
            (
                ("公示期", period),
                ("提出异议", objections_to(facts.signer, facts.help)),
                *(
                    entry
                    for whose, (scope, totals, roll, digest) in rolls
                    for entry in (
                        ("表决范围", f"{whose}{scope}"),
                        ("合计", f"{totals}，{sum(len(each.units) for each in roll)} 套"),
                        ("名册摘要", digest),
                    )
                ),
            )
        ),
        Paragraph(
            "一位业主有几套房，算一人，面积相加；几人共有一套房，合算一人；"
            "建设单位尚未出售和已出售但尚未交付的房屋，合算一人。",
            note=True,
        ),
        *(block for whose, (_, _, roll, _) in rolls for block in _roll_table(whose, roll)),
        Signed(facts.signer, facts.day(assembly.roll_at) if assembly is not None else NO_DATE),
    ]
    return Paper("业主清册公示", facts.agenda.estate, facts.address, tuple(blocks))


def _roll_table(whose: str, roll: tuple[RollLine, ...]) -> Iterator[Block]:
    if whose:
        yield Paragraph(f"{whose.removesuffix('：')}的名册", flush=True)
    rows = tuple(
        (str(each.number), masked_name(each.name), "、".join(each.units), metres(each.area_dm2))
        for each in roll
    )
    yield Table(("序号", "业主", "房号", "面积（平方米）"), rows, (14, 46, 80, 30), right=(0, 3))


def residents_roll(facts: Facts) -> Paper:
    """居民名册公示: who votes in a residents' meeting, names masked."""
    rows = tuple((str(each.number), masked_name(each.name), "、".join(each.units)) for each in facts.roll)
    by_household = facts.terms.body == "households"
    who = "每户一名代表" if by_household else "年满十八周岁的居民"
    blocks: list[Block] = [
        Paragraph("全体居民：", flush=True),
        Paragraph(
            f"现将{facts.agenda.title}的居民名册（{who}）公示如下。姓名只显示姓氏。"
            f"认为漏了人、多了人{'、代表写错了' if by_household else ''}的，请在投票开始以前提出，"
            "写明住址和理由。更正另行公布。"
        ),
        Entries(
            (
                ("提出意见", objections_to(facts.signer, facts.help)),
                ("范围", facts.scope),
                ("合计", facts.totals),
                ("名册摘要", facts.roll_sha256),
            )
        ),
        Paragraph("租住的居民也在内；不住在这里的，不论有没有房屋，都不在内。", note=True),
        Table(("序号", "户代表" if by_household else "居民", "住址"), rows, (20, 60, 90), right=(0,)),
        Signed(facts.signer, NO_DATE),
    ]
    return Paper("居民名册公示", facts.agenda.estate, facts.address, tuple(blocks))
