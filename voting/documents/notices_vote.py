"""Papers for voting on paper: the ballot with its stub, the authority, the ledgers of delivery and count."""

from collections.abc import Iterator

from voting.documents.delivery_book import DeliveryLine
from voting.documents.facts import MEASURES, NO_DATE, Facts, basis_words, question_rule_words
from voting.documents.paper import (
    BLANK,
    Block,
    Cut,
    Entries,
    Heading,
    Paper,
    Paragraph,
    Places,
    Signed,
    Table,
)
from voting.documents.wording import SECRECY
from voting.rules.questions import (
    MOTION_CHOICES,
    NO_PLAN,
    CommitteeContest,
    Motion,
    Plans,
    Question,
    ballot_questions,
)
from voting.rules.settings import Setting

_BOX = "□"
_SPARE = 4  # empty rows where people come that nobody thought of


def ballot(facts: Facts) -> Paper:
    """表决票/选票 with its stub above the line on which it is torn off."""
    owners = facts.terms.of_owners
    title = "选票" if facts.contests and len(facts.contests) == len(facts.agenda.questions) else "表决票"
    blocks: list[Block] = [
        Paragraph("存根（由发票人留存，不写任何意见）", flush=True),
        Table(
            ("编号", _home(facts), facts.voters, "领票人签名", "发票人签名", "日期和时间"),
            (("", "", "", "", "", ""),),
            (18, 26, 30, 34, 34, 28),
            high=13,
        ),
        Cut("沿此线撕下"),
        Paragraph(f"{facts.agenda.title}　{title}", flush=True),
        Entries(
            (
                ("编号", BLANK),
                (f"{_home(facts)}和姓名", f"{BLANK}{BLANK}"),
                ("交回", f"{facts.extended_window}；逾期无效。"),
                ("表决范围", facts.scope),
            )
        ),
        Paragraph(
            "请用黑色笔在所选的 □ 内打“√”。涂改、看不清、多选的，那一项无效；一项也没有选的，算弃权。"
            f"{_one_vote(facts)}，网上已经投过的，这张票不再计入。",
            note=True,
        ),
        *(
            block
            for number, question in enumerate(facts.agenda.questions, 1)
            for block in _asked(number, question)
        ),
        *_warning(facts),
        Places((f"{facts.voters}（或受托人）签名" if owners else "本人签名", "日期和时间")),
        Paragraph(
            ("受托人代投的，请附授权委托书。" if owners else "")
            + f"{'：'.join(SECRECY[facts.agenda.secrecy])}。",
            note=True,
        ),
    ]
    return Paper(f"{title}和存根", facts.agenda.estate, facts.address, tuple(blocks))


def _home(facts: Facts) -> str:
    return "房号" if facts.terms.of_owners else "住址"


def _one_vote(facts: Facts) -> str:
    return "一人一票" if facts.terms.body == "residents" else "每户一票"


def _asked(number: int, question: Question) -> Iterator[Block]:
    yield Paragraph(f"{number}. {question.text}", flush=True)
    yield Paragraph(f"依据：{basis_words(question)}。", note=True)
    if isinstance(question, CommitteeContest) and question.each:
        yield _each(question)
    elif isinstance(question, CommitteeContest):
        rows = tuple((name, _BOX) for name in question.candidates)
        yield Paragraph(
            f"应选 {question.seats} 人，最多选 {question.at_most} 人，多选则这一项无效。", note=True
        )
        yield Table(("候选人", "选"), rows, (140, 30), high=8)
    else:
        answers = ballot_questions(question)[0].answers
        if isinstance(question, Plans):
            yield Table(
                ("方案（只选一项）", "选"), tuple((each, _BOX) for each in answers), (140, 30), high=8
            )
        else:
            yield Table((), (tuple(f"{_BOX}　{each}" for each in answers),), (1,) * len(answers), high=9)


def _each(question: CommitteeContest) -> Table:
    rows = tuple((name, *(_BOX for _ in MOTION_CHOICES)) for name in question.candidates)
    return Table(("候选人", *MOTION_CHOICES), rows, (80, 30, 30, 30), high=8)


def _warning(facts: Facts) -> Iterator[Block]:
    """Where silence counts, the ballot says so."""
    deemed = facts.terms.deemed
    if deemed is not None:
        yield Paragraph(
            f"请注意：本小区议事规则（{deemed.dated} 通过）规定“{deemed.clause}”。"
            "已证明送达而没有交回的，可能按此条计入；结果公告同时公布不计入和计入两种结果。",
            flush=True,
        )


def proxy(facts: Facts) -> Paper:
    """授权委托书 (Civil Code art. 165): agent, items with the instruction for each, authority, period."""
    cap = facts.assembly.plan.settings.limit(Setting.PROXY_CAP) if facts.assembly is not None else None
    blocks: list[Block] = [
        Entries(
            (
                ("委托人", f"{BLANK}（与名册上的姓名一致）"),
                ("房号", f"{BLANK}{BLANK}"),
                ("受托人", BLANK),
                ("受托人联系方式", BLANK),
                ("与委托人的关系", BLANK),
            )
        ),
        Paragraph(
            f"兹委托上述受托人，代表本人参加{facts.title}，对下列事项按下列意见投票。请在每一项的一格里打“√”；"
            "一格也没有打的，表示由受托人决定。"
        ),
        *_entrusted(facts),
        Entries(
            (
                ("委托权限", "领取、填写、签署并交回表决票，不包括其他事项。"),
                ("委托期限", f"自签署之日起至 {facts.extended_window.partition(' 至 ')[2]} 投票截止。"),
            )
        ),
        Paragraph(
            "受托人不得转委托。共有的房屋由共有人商定一人投票或者委托。委托书写明受托人的姓名、事项、权限和期限，"
            "由委托人签名（《民法典》第一百六十五条）。"
            + (f"本次会议每位受托人最多代理 {cap} 户。" if cap is not None else ""),
            note=True,
        ),
        Places(("委托人（签名）", "受托人（签名）", "签署日期", "收件人（签名）和收件时间")),
        Paragraph(
            "附：委托人、受托人身份证件由收件人当面核对，不留复印件；委托书原件随表决票保存。", note=True
        ),
    ]
    return Paper("授权委托书", facts.agenda.estate, facts.address, tuple(blocks))


def _entrusted(facts: Facts) -> Iterator[Block]:
    """Every item of the meeting, numbered as on the ballot of its vote."""
    for vote in facts.votes:
        if len(facts.votes) > 1:
            yield Paragraph(vote.agenda.title, flush=True)
        items = tuple(
            (f"{number}. {question.text}{_at_most(question)}" if first else "", *instruction)
            for number, question in enumerate(vote.agenda.questions, 1)
            for first, instruction in _instructions(question)
        )
        yield Table(("事项", "选谁、哪个方案", *MOTION_CHOICES), items, (74, 51, 15, 15, 15), high=8)


def _at_most(question: Question) -> str:
    if isinstance(question, CommitteeContest) and not question.each:
        return f"（在“同意”栏打“√”，最多 {question.at_most} 人）"
    return "（只在一个方案的“同意”栏打“√”）" if isinstance(question, Plans) else ""


def _instructions(question: Question) -> Iterator[tuple[bool, tuple[str, ...]]]:
    """Whether it is the question's first row, and the row: nothing to tick where there is no such answer."""
    if isinstance(question, Motion):
        yield True, ("—", "", "", "")
        return
    if isinstance(question, CommitteeContest):
        each, subjects = question.each, question.candidates
    else:
        each, subjects = False, tuple(ballot_questions(question)[0].answers[:-1])
    for number, subject in enumerate(subjects):
        rest = ("", "") if each else ("—", "" if number == 0 else "—")
        yield number == 0, (subject, "", *rest)


def delivery(facts: Facts) -> Paper:
    """送达登记表: a row for each unit, filled from the ledger as far as it goes.

    It has full names: for those who deliver, and never to be posted.
    """
    names = {unit: each.name for vote in facts.votes for each in vote.roll for unit in each.units}
    rows = tuple(
        _delivered(facts.deliveries.get(unit, DeliveryLine(unit, name))) for unit, name in names.items()
    )
    spare = (("",) * 7,) * _SPARE
    each = {"owners": "每套", "residents": "每人", "households": "每户"}[facts.terms.body]
    blocks: list[Block] = [
        Paragraph(
            f"{each}一行。方式：上门、邮寄、微信或短信、张贴。未送达的写明不在、拒收和第二次送达的时间。"
            "留置和张贴的，拍照并写照片编号。送达人两人签名，不问、不看投票意见。本表有全名，不得张贴。",
            note=True,
        ),
        Table(
            (_home(facts), facts.voters, "方式", "日期时间", "签收或照片编号", "送达人（两人）", "备注"),
            (*rows, *spare),
            (23, 27, 16, 24, 30, 30, 20),
            high=9,
        ),
        Places(("送达负责人（签名）", "监督人（签名）")),
    ]
    return Paper("送达登记表", f"{facts.agenda.estate}　{facts.title}", facts.address, tuple(blocks))


def _delivered(line: DeliveryLine) -> tuple[str, ...]:
    return line.unit, line.name, line.way, line.when, line.receipt, line.people, line.note


def tally_sheet(facts: Facts) -> Paper:
    """计票表 for the paper ballots: how many came back, then a table for each item."""
    measures = tuple(MEASURES[name] for name in facts.terms.measures)
    heads = tuple(f"{name}（{unit}）" for name, unit in measures)
    blocks: list[Block] = [
        Paragraph(
            "只记纸质票。网上已经投过的，其纸质票不计，在备注里写明编号。人数由“正”字合计"
            f"{'，面积按名册逐张相加' if facts.terms.of_owners else ''}。",
            note=True,
        ),
        Heading("一、票数"),
        Table(
            ("发出", "收回", "有效", "整张无效", "未收回", "备注"),
            (("", "", "", "", "", ""),),
            (26, 26, 26, 26, 26, 40),
            high=12,
        ),
        Heading("二、各项"),
    ]
    for number, question in enumerate(facts.agenda.questions, 1):
        rows = tuple((name, "", *("" for _ in heads)) for name in _counted(question))
        first = "候选人" if isinstance(question, CommitteeContest) else "意见"
        blocks += [
            Paragraph(f"{number}. {question.text}", flush=True),
            Paragraph(question_rule_words(question), note=True),
            Table((first, "画“正”字", *heads), rows, (40, 56, 34, 40)[: 2 + len(heads)], high=9),
        ]
    blocks += [
        Places(("计票人（签名）", "计票人（签名）", "监票人（签名）", "监票人（签名）")),
        Signed(facts.signer, NO_DATE),
    ]
    return Paper(
        "计票表（纸质票）", f"{facts.agenda.estate}　{facts.agenda.title}", facts.address, tuple(blocks)
    )


def _counted(question: Question) -> Iterator[str]:
    """The lines of an item: its answers, and what else a paper can be."""
    for asked in ballot_questions(question):
        about = f"{asked.about}　" if asked.about else ""
        yield from (f"{about}{answer}" for answer in asked.answers)
        if asked.answers[-1] not in NO_PLAN:
            yield "弃权（一人未选）"
        yield f"{about}无效"
