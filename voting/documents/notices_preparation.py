"""Papers that stand around an assembly: the preparatory group, the archive, the residents' pact."""

from voting.documents.facts import MEETINGS, NO_DATE, Facts, by_vote
from voting.documents.paper import (
    BLANK,
    Block,
    Entries,
    Heading,
    Paper,
    Paragraph,
    Places,
    Signed,
    Table,
    Turn,
)
from voting.documents.wording import objections_to
from voting.rules.assembly import Meeting
from voting.rules.settings import Setting

_FIRST = MEETINGS[Meeting.FIRST]


def group(facts: Facts) -> Paper:
    """筹备组成员公告: who prepares the first assembly, and where they are found."""
    blocks: list[Block] = [
        Paragraph("全体业主：", flush=True),
        Paragraph(
            f"为召开{facts.agenda.estate}{_FIRST}，已经成立首次业主大会会议筹备组。成员公布如下；"
            f"对成员有意见的，请在{NO_DATE}以前书面提出。"
        ),
        Table(
            ("序号", "姓名", "代表哪一方（业主、建设单位、街道、居委会等）", "房号或单位", "分工"),
            tuple((str(number), "", "", "", "") for number in range(1, 10)),
            (14, 32, 60, 34, 30),
            right=(0,),
            high=10,
        ),
        Entries((("组长", BLANK), ("办公地点和时间", f"{BLANK}{BLANK}"), ("电话", BLANK))),
        Paragraph(
            "筹备组的工作：核实业主身份、人数和专有部分面积；拟定会议的时间、地点、形式和内容；草拟管理规约、"
            "议事规则；组织候选人报名和资格核对；发会议公告，组织投票和计票。业主委员会成立以后，筹备组的工作结束。"
        ),
        Signed("首次业主大会会议筹备组（盖章）", NO_DATE),
    ]
    return Paper("首次业主大会会议筹备组成员公告", facts.agenda.estate, facts.address, tuple(blocks))


def preparation(facts: Facts) -> Paper:
    """首次业主大会筹备公示: what the group has made ready, before the notice of the meeting."""
    questions = (question for vote in facts.votes for question in vote.agenda.questions)
    blocks: list[Block] = [
        Paragraph("全体业主：", flush=True),
        Paragraph(f"{facts.agenda.estate}{_FIRST}的筹备情况公示如下，请各位业主提出意见。"),
        Entries(
            (
                ("会议形式", "书面征求意见，网上和纸质表决票并行"),
                ("拟定的投票时间", facts.window),
                *(
                    entry
                    for whose, (scope, totals) in by_vote(facts, _expected)
                    for entry in (("表决范围", f"{whose}{scope}"), ("计入总数", totals))
                ),
                ("名册异议期", facts.days(Setting.ROLL_OBJECTION_DAYS)),
                ("会议公告期", f"{facts.days(Setting.NOTICE_DAYS)}，会议公告另行张贴"),
                ("意见送到", objections_to(facts.signer, facts.help)),
            )
        ),
        Heading("拟提交会议的事项"),
        *(
            Paragraph(f"{number}. {question.text}", flush=True)
            for number, question in enumerate(questions, 1)
        ),
        Heading("草案在哪里看"),
        Table(
            ("草案", "张贴地点", "张贴日期"),
            (
                ("管理规约（草案）", "", ""),
                ("业主大会议事规则（草案）", "", ""),
                ("业主委员会选举办法（草案）", "", ""),
            ),
            (70, 60, 40),
            high=9,
        ),
        Paragraph("公示以后有改动的，以会议公告为准；会议公告没有列出的事项，不表决。"),
        Signed(facts.signer, NO_DATE),
    ]
    return Paper("首次业主大会会议筹备公示", facts.agenda.estate, facts.address, tuple(blocks))


def _expected(vote: Facts) -> tuple[str, str]:
    return vote.scope, f"{vote.totals}（详见业主清册公示）" if vote.roll else BLANK


# Name, form, and the papers whose photographs are counted.
_ARCHIVE: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("筹备组成员公告、筹备公示及张贴照片", "原件", ("group", "preparation")),
    ("业主清册（全名，密封）", "原件，只供依法查阅", ()),
    ("业主清册公示及张贴照片、异议和处理、更正", "原件", ("roll",)),
    ("候选人报名表、资格核对、名单公示及张贴照片", "原件", ("candidates",)),
    ("会议公告及张贴照片", "原件", ("meeting",)),
    ("文书张贴登记表", "原件", ()),
    ("送达登记表、照片、退信", "原件", ("delivery",)),
    ("表决票（选票）和存根", "原件，密封", ()),
    ("授权委托书", "原件", ()),
    ("计票表、计票现场记录", "原件", ()),
    ("网上投票的导出文件（EXPORT.zip）和截止时的签名摘要", "光盘或 U 盘两份", ()),
    ("表决结果公告（初步、正式）及张贴照片", "原件", ("preliminary-result", "final-result")),
    ("对结果的异议和答复", "原件", ()),
    ("业主委员会首次会议记录", "原件", ()),
    ("备案表和回执", "原件", ()),
)


_ARCHIVE_OF_RESIDENTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("居民名册（全名，密封）", "原件，只供依法查阅", ()),
    ("居民名册公示、意见和更正", "原件", ("roll",)),
    ("文书张贴登记表", "原件", ()),
    ("居民公约草案、征求意见表", "原件", ()),
    ("会议公告及张贴照片", "原件", ("meeting",)),
    ("送达登记表、照片、退信", "原件", ("delivery",)),
    ("表决票和存根", "原件，密封", ()),
    ("计票表、计票现场记录", "原件", ()),
    ("网上投票的导出文件（EXPORT.zip）和截止时的签名摘要", "光盘或 U 盘两份", ()),
    ("表决结果公告及张贴照片", "原件", ("preliminary-result", "final-result")),
    ("通过的居民公约", "原件", ()),
)


def archive_list(facts: Facts) -> Paper:
    """档案目录: what is kept, how many pages of it, where, until when."""
    assembly = facts.assembly
    years = f"{assembly.plan.settings.days(Setting.KEEP_YEARS)} 年" if assembly is not None else f"{BLANK}年"
    kept = _ARCHIVE if facts.terms.of_owners else _ARCHIVE_OF_RESIDENTS
    rows = tuple(
        (str(number), name, form, _photographs(facts, papers), "")
        for number, (name, form, papers) in enumerate(kept, 1)
    )
    blocks: list[Block] = [
        Entries(
            (
                ("会议", facts.title),
                ("投票时间", facts.extended_window),
                ("保存期限", f"{years}，自结果公布之日起；期满销毁个人信息，保留结果公告"),
                ("保管人", BLANK),
                ("存放地点", BLANK),
            )
        ),
        Table(
            ("序号", "材料", "形式", "页数或件数", "存放处"),
            (*rows, *((str(len(rows) + more), "", "", "", "") for more in (1, 2))),
            (14, 78, 38, 20, 20),
            right=(0, 3),
            high=7.6,
        ),
        Paragraph("查阅密封件须两人在场，登记事由、日期和查阅人。", note=True),
        Places(("移交人（签名和日期）", "接收人（签名和日期）")),
    ]
    meeting = "业主大会会议" if facts.terms.of_owners else "居民会议"
    return Paper(f"{meeting}档案目录", facts.agenda.estate, facts.address, tuple(blocks))


def _photographs(facts: Facts, papers: tuple[str, ...]) -> str:
    count = sum(facts.photos.get(paper, 0) for paper in papers)
    return f"照片 {count} 张" if count else ""


_PACT = (
    ("相互尊重", "邻里见面问好，有事先商量。争执先找楼栋长、单元长或者居委会调解。"),
    ("安静", "晚上十点到早上七点不大声喧哗，不装修；周末和节假日的装修时间由楼栋商定。"),
    ("楼道和消防", "楼道、楼梯、消防通道不堆放东西，不停车，不充电；电动车不进电梯、不入户充电。"),
    ("卫生和垃圾", "垃圾分类，投到指定的地方；不从楼上抛物，不在公共绿地种菜、养禽。"),
    ("养犬", "依法登记、免疫，出门牵绳，随手清理；避开乘电梯的高峰，不吓到老人和孩子。"),
    ("停车", "车停在划定的位置，不占通道和他人车位，留下移车的电话。"),
    ("互助", "关心独居老人、孩子和有困难的邻居；停水停电、刮风下雨互相提醒。"),
    ("议事", "公共的事大家议，议定的事大家守；意见不同的，说理由，不针对人。"),
)


def pact(facts: Facts) -> Paper:
    """居民公约 set: the explanation, the draft, the slip for opinions, the record of its adoption."""
    opinions = tuple((f"{number}. {title}", "", "") for number, (title, _) in enumerate(_PACT, 1))
    blocks: list[Block] = [
        Heading("一、说明"),
        Paragraph(
            "居民公约由居民会议讨论决定，与业主大会表决的管理规约不是一回事：参加的是年满十八周岁的居民，或者每户一名"
            "代表，租住的居民也在内。两者分开表决，不合在一张票上。"
        ),
        Paragraph("下面是供讨论的草案，每一条都可以改，可以删，可以加。通过以后张贴，人人遵守。"),
        Heading("二、居民公约（草案）"),
        *(Paragraph(f"第 {number} 条　{title}。{text}") for number, (title, text) in enumerate(_PACT, 1)),
        Paragraph(f"第 {len(_PACT) + 1} 条　本公约自居民会议通过之日起施行，修改也由居民会议决定。"),
        Turn(),
        Heading("三、征求意见表"),
        Table(("条文", "同意、改成、删去", "理由或者新的写法"), opinions, (40, 40, 90), high=9),
        Places(("姓名和住址（可以不填）", "日期")),
        Turn(),
        Heading("四、通过的记录"),
        Entries(
            (
                ("会议时间、地点", f"{NO_DATE}　{BLANK}"),
                ("应到（人或户代表）", BLANK),
                ("实到", BLANK),
                ("同意、反对、弃权", f"{BLANK}　{BLANK}　{BLANK}"),
                ("结果", "□ 通过　□ 没有通过"),
            )
        ),
        Places(("主持人（签名）", "记录人（签名）")),
        Signed(f"{BLANK}居民委员会（盖章）", NO_DATE),
    ]
    return Paper("居民公约（草案）和征求意见表", facts.agenda.estate, facts.address, tuple(blocks))
