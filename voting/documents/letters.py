"""Paper that carries a vote into a household: one letter a voter, and the poster for the stairwell.

Both are A4 with 2 cm margins, black and white, Chinese, with the fonts embedded, so that any copy shop
prints them as they are.

A letter is folded like a Z at its two marks and put into a DL or C5/6 window envelope: the uppermost third
looks out, so the window shows the address and nothing else; the QR code and the printed code lie on the
middle third, which the lowest third covers, and the outside of that one is blank.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from voting.documents.fonts import CODE, SANS, SERIF, face, missing
from voting.documents.page import (
    BOTTOM,
    LEFT,
    RIGHT,
    Sheets,
    clipped,
    listed,
    moment,
    natural,
    shrunk,
    width,
    wrap,
)
from voting.documents.wording import REVOTING, SECRECY, dm2, metres
from voting.errors import Refusal, Refused
from voting.rules.periods import LEGAL_ZONE
from voting.rules.revoting import Revoting
from voting.rules.secrecy import Secrecy
from voting.rules.terms import Terms

Progress = Callable[[int, int], None]

_FOLDS = (99.0, 198.0)  # mm from the top: A4 in three
_OWNERS_ASSEMBLY = Terms()
_NAMED_AT_ONCE = 20  # faulty letters named in one refusal: as many as a person reads through


@dataclass(frozen=True)
class LetterBallot:
    """One of the votes that a letter serves; `area_m2` is what counts in it, None where only heads do.

    `counts_silence`: its rules of procedure count who does not vote.
    """

    title: str
    questions: tuple[str, ...]
    area_m2: str | None
    secrecy: Secrecy
    counts_silence: bool = False
    revoting: Revoting = Revoting.NONE


@dataclass(frozen=True)
class Letter:
    """One voter's letter. `link` holds the credential and is what the QR code encodes, nothing else.

    `units` are the labels of every unit of the voter, `area_m2` their sum as a decimal string ("88.62"),
    `code` the credential in its printed form `XXXXX-XXXXXX-XXXXX-XXXXXX-CCCC`. `ballots` has every vote that
    an assembly's letter serves; a letter of one election needs none, its questions are the notice's.
    """

    voter: int
    name: str
    building: str
    units: tuple[str, ...]
    area_m2: str
    link: str
    code: str
    ballots: tuple[LetterBallot, ...] = ()


@dataclass(frozen=True)
class ElectionNotice:
    """What every paper of one election says, or of an assembly with all its elections' questions.

    The times are aware and printed as clocks in `zone` show them.

    `help` is the sentence that says where to get help and a paper ballot (place, hours, telephone).
    """

    estate: str
    title: str
    questions: tuple[str, ...]
    opens_at: datetime
    closes_at: datetime
    help: str
    base_url: str
    secrecy: Secrecy = Secrecy.CONFIDENTIAL
    zone: str = LEGAL_ZONE
    terms: Terms = _OWNERS_ASSEMBLY
    votes: tuple[str, ...] = ()
    """The titles of an assembly's elections, for its poster."""
    revoting: Revoting | None = Revoting.NONE
    """None where an assembly's elections differ."""


def letters_pdf(notice: ElectionNotice, letters: Sequence[Letter], progress: Progress | None = None) -> bytes:
    """One page a voter, by building and then by first unit, as PDF bytes; `progress(done, total)` after each.

    Refused: NOTICE_CHARACTER_MISSING(characters) and LETTER_CHARACTER_MISSING(letters, count), before
    anything is drawn, so that no letter of a faulty set exists.
    """
    _refuse_missing(notice, letters, "".join({_page(letter) for letter in letters}))
    ordered = sorted(letters, key=lambda each: (natural(each.building), natural(each.units[0]), each.voter))
    sheets = Sheets(f"{notice.title} 投票通知书", notice.estate)
    for number, letter in enumerate(ordered, 1):
        _upper_third(sheets, notice, letter)
        _middle_third(sheets, letter)
        _lower_third(sheets, notice, letter, f"第 {number} 页，共 {len(ordered)} 页")
        for fold in _FOLDS:
            sheets.rule(fold, 0.4, 5, 10)
        sheets.turn()
        if progress is not None:
            progress(number, len(ordered))
    return sheets.pdf()


def _refuse_missing(notice: ElectionNotice, letters: Sequence[Letter], address: str) -> None:
    for name in (SANS, SERIF, CODE):
        face(name)
    said = "".join((notice.estate, notice.title, *notice.votes, *notice.questions, notice.help, address))
    if lacking := missing(re.sub(r"[\r\n\t]", "", said), SANS, SERIF):
        raise Refused(Refusal.NOTICE_CHARACTER_MISSING, characters="、".join(lacking))
    faulty = []
    for letter in letters:
        titles = (ballot.title for ballot in letter.ballots)
        lacking = missing("".join((letter.name, letter.building, *letter.units, *titles)), SANS)
        if lacking:
            faulty.append(f"{letter.voter}（{'、'.join(lacking)}）")
    if faulty:
        named = "；".join(faulty[:_NAMED_AT_ONCE]) + ("…" if len(faulty) > _NAMED_AT_ONCE else "")
        raise Refused(Refusal.LETTER_CHARACTER_MISSING, letters=named, count=len(faulty))


def _page(letter: Letter) -> str:
    """The booth's address without the credential: what may be typed and printed anywhere."""
    return letter.link.partition("#")[0]


def _upper_third(sheets: Sheets, notice: ElectionNotice, letter: Letter) -> None:
    """Who, and what is decided when. Nothing secret: this third looks out of the envelope."""
    size, head = shrunk(f"{notice.estate}　投票通知书", 125, (1, 11, 7))
    sheets.text(LEFT, 24, head[0], size)
    building = f"{letter.building} 栋" if letter.building.isdecimal() else letter.building
    sheets.text(RIGHT, 24, f"{building}　第 {letter.voter} 号", 11, align="right")
    size, title = shrunk(notice.title, RIGHT - LEFT, (1, 20, 13), (2, 12, 9), font=SERIF)
    for line, y in zip(title, (33.5,) if len(title) == 1 else (30.2, 35.4), strict=True):
        sheets.text(LEFT, y, line, size, SERIF, bold=True)
    sheets.rule(37.5, 1.2)

    # A 90 × 45 mm window, 20 mm from the left and 15 mm from the foot of the envelope, shows x 20-100 and
    # y 54-84 wherever the sheet has slid, and at most x 10-110, y 39-99: that strip holds the address alone.
    window = 76.0
    size, estate = shrunk(notice.estate, window, (1, 11, 7))
    sheets.text(24, 58, estate[0], size)
    after = sheets.lines(24, 63.8, listed(letter.units, 2, 11.5, window, "套"), 11.5, 5.2)
    stands_for = "（户代表）" if notice.terms.body == "households" else ""
    size, name = shrunk(f"{letter.name}{stands_for}", window - 12, (1, 17, 14), (2, 13, 9))
    name[-1] += "　收"
    sheets.lines(24, after + (2.4 if len(name) == 1 else 1), name, size, 5.4)

    x = 116.0
    sheets.text(x, 53, "投票时间", 11)
    sheets.text(x, 60, f"{moment(notice.opens_at, notice.zone)} 起", 14)
    sheets.text(x, 67, f"{moment(notice.closes_at, notice.zone)} 止", 14)
    sheets.text(x, 77, "您这一票计入", 11)
    areas = {ballot.area_m2 for ballot in letter.ballots} or {letter.area_m2}
    if len(areas) > 1:
        sheets.text(x, 84, "业主 1 人，面积各项不同，见下面", 13)
    else:
        (area,) = areas
        sheets.text(x, 84, _counted(notice.terms, area), 13)
    if len(letter.units) > 1 and len(areas) == 1:
        sheets.text(x, 90, f"（名下 {len(letter.units)} 套，面积合计）", 11)


def _counted(terms: Terms, area_m2: str | None) -> str:
    """What a voter counts for."""
    if area_m2 is not None and terms.of_owners:
        return f"业主 1 人，面积 {_square_metres(area_m2)}"
    return {"residents": "居民 1 人，一人一票", "households": "居民 1 户，一户一票"}.get(terms.body, "1 人")


def _middle_third(sheets: Sheets, letter: Letter) -> None:
    """The vote: QR code, five lines, code. Folded, this third is inside."""
    sheets.qr(23, 108, 48, letter.link)
    sheets.text(47, 166.5, "扫这个码投票", 12, align="centre")

    x = 84.0
    sheets.text(x, 111, "怎样投票", 15, SERIF, bold=True)
    steps = (
        "用手机相机或微信，扫一扫左边的码。字太小，就点“大字版”。",
        "输入登记的手机号或证件号码的后四位。",
        "一题一题选，最后全部看一遍，再确认。"
        if len(letter.ballots) < 2
        else "一张一张投：一题一题选，看一遍，再确认，接着投下一张。",
        "把回执存成图片或拍下来，日后扫它就能核对。",
        "扫不了码，就打开下面的网址，输入投票码。",
    )
    y = 120.0
    for number, step in enumerate(steps, 1):
        sheets.text(x, y, f"{number}.", 13)
        y = sheets.lines(x + 7, y, wrap(step, 13, RIGHT - x - 7), 13, 6.4) + 2.2

    sheets.box(LEFT, 170, RIGHT - LEFT, 24, 0.8)
    sheets.text(LEFT + 5, 177, "投票码", 12, bold=True)
    size, address = shrunk(f"网址 {_page(letter)}", RIGHT - LEFT - 32, (1, 10.5, 6))
    sheets.text(RIGHT - 5, 177, address[0], size, align="right")
    size = 28.0
    while width(letter.code, size, CODE) > RIGHT - LEFT - 8:
        size -= 0.5
    sheets.text((LEFT + RIGHT) / 2, 189.5, letter.code, size, CODE, align="centre")


def _lower_third(sheets: Sheets, notice: ElectionNotice, letter: Letter, page: str) -> None:
    """The questions, what stays secret, the help, the foot."""
    wide = RIGHT - LEFT
    sheets.text(LEFT, 207, "表决事项", 13, SERIF, bold=True)
    # Said before the household votes: it decides what anyone can ever learn of this ballot.
    modes = {ballot.secrecy for ballot in letter.ballots} or {notice.secrecy}
    said = "：".join(SECRECY[min(modes)]) if len(modes) == 1 else "保密方式见各项"
    sheets.text(RIGHT, 207, said, 10.5, align="right")
    if len(letter.ballots) > 1:
        _ballots(sheets, letter.ballots, wide)
    else:
        asked = letter.ballots[0].questions if letter.ballots else notice.questions
        sheets.lines(LEFT, 214.5, _questions(asked, 5, 12.5, wide), 12.5, 6.4)
    sheets.rule(243.5, 0.4)
    sheets.text(LEFT, 250, "要帮忙，或要纸质选票", 12, bold=True)
    if notice.terms.deemed is not None or any(ballot.counts_silence for ballot in letter.ballots):
        # The clause stands on the notice and in the booth; here is the place to be warned.
        sheets.text(
            RIGHT, 250, "注意：收到了信而不投票，也可能按议事规则计入。", 10.5, bold=True, align="right"
        )
    size, told = shrunk(notice.help, wide, (2, 12, 10), (3, 9.5, 7))
    sheets.lines(LEFT, 256.2, told, size, 5.6 if len(told) < 3 else 3.9)
    agree = {"owners": "房屋共有的，请先商定由谁来投。", "households": "一户一票，请先和家里人商量。"}
    use = _KEPT if len(letter.ballots) < 2 else _KEPT_OF_SEVERAL
    rules = {ballot.revoting for ballot in letter.ballots}
    rule = notice.revoting if not rules else rules.pop() if len(rules) == 1 else None
    kept = use[rule] if rule is not None else "能不能改投，投票时会写明；投票码不要给别人看。"
    sheets.text(LEFT, 268.2, kept + agree.get(notice.terms.body, ""), 11)
    sheets.rule(271.5, 0.4)
    number = _page(letter).rpartition("/")[2]
    sheets.text(LEFT, BOTTOM - 0.8, f"{'会议' if letter.ballots else '选举'}编号 {number}", 8.5)
    sheets.text(RIGHT, BOTTOM - 0.8, page, 8.5, align="right")


# How often the code of a letter can be used: all that a line has room for.
_KEPT = {
    Revoting.NONE: "投票码只能投一次，请像选票一样保管，不要给别人看。",
    Revoting.ONCE: "投过可以改投一次，算后投的；投票码不要给别人看。",
    Revoting.UNTIL_CLOSE: "截止前可以改投，算最后投的；投票码不要给别人看。",
}
_KEPT_OF_SEVERAL = {
    **_KEPT,
    Revoting.NONE: "每项只能投一次。投票码请像选票一样保管，不要给别人看。",
}


def _ballots(sheets: Sheets, ballots: Sequence[LetterBallot], wide: float) -> None:
    """Every vote with its questions, as large as all of it fits; what still does not is cut, and says so."""
    areas_differ = len({ballot.area_m2 for ballot in ballots}) > 1
    modes_differ = len({ballot.secrecy for ballot in ballots}) > 1
    heads = []
    for number, ballot in enumerate(ballots, 1):
        area = f"，您计 {_square_metres(ballot.area_m2)}" if areas_differ and ballot.area_m2 else ""
        mode = f"，{SECRECY[ballot.secrecy][0]}" if modes_differ else ""
        heads.append(f"（{number}）{ballot.title}{area}{mode}")
    room, top = 30.0, 213.5
    for size in (12.0, 11.5, 11.0, 10.5, 10.0, 9.5):
        most = int(room / (size * 0.44)) - len(heads)
        asked = [_questions(ballot.questions, 99, size, wide - 6) for ballot in ballots]
        if sum(map(len, asked)) <= most:
            break
    while sum(map(len, asked)) > most and max(map(len, asked)) > 1:
        # The longest list gives way first.
        at = max(range(len(asked)), key=lambda each: len(asked[each]))
        asked[at] = _questions(ballots[at].questions, len(asked[at]) - 1, size, wide - 6)
    y, leading = top, min(size / 2, room / (len(heads) + sum(map(len, asked))))
    for head, lines in zip(heads, asked, strict=True):
        sheets.text(LEFT, y, clipped(wrap(head, size, wide), 1, size, wide)[0], size, bold=True)
        y = sheets.lines(LEFT + 6, y + leading, lines, size, leading)


def _square_metres(area: str) -> str:
    return f"{metres(dm2(area))} 平方米"


def _questions(questions: Sequence[str], most: int, size: float, limit: float) -> list[str]:
    """The questions, numbered, in at most `most` lines: cut to a line each, then ending in 等 N 项."""
    numbered = [f"{number}. {text}" for number, text in enumerate(questions, 1)]
    full = [line for text in numbered for line in wrap(text, size, limit)]
    if len(full) <= most:
        return full
    short = [clipped(wrap(text, size, limit), 1, size, limit)[0] for text in numbered]
    if len(short) <= most:
        return short
    return [*short[: most - 1], f"…… 等 {len(short)} 项，全文见投票页面。"]


def poster_pdf(notice: ElectionNotice, board_url: str) -> bytes:
    """The stairwell poster, one A4 page as PDF bytes; its QR code encodes exactly `board_url`.

    Set to be read from two metres. Refused: NOTICE_CHARACTER_MISSING(characters).
    """
    _refuse_missing(notice, (), board_url)
    middle, wide = (LEFT + RIGHT) / 2, RIGHT - LEFT
    sheets = Sheets(f"{notice.title} 公告", notice.estate)
    sheets.rule(22, 2.4)
    sheets.rule(23.6, 0.6)
    meeting = "业主大会投票公告" if notice.terms.of_owners else "居民会议投票公告"
    sheets.text(middle, 35, meeting, 20, SERIF, align="centre")
    size, title = shrunk(notice.title, wide, (1, 36, 30), (2, 30, 22), (3, 20, 12), font=SERIF)
    y = (51.0, 47.0, 44.5)[len(title) - 1]
    for line in title:
        sheets.text(middle, y, line, size, SERIF, bold=True, align="centre")
        y += size * 0.43
    if len(notice.votes) > 1:
        size, votes = shrunk(f"共 {len(notice.votes)} 项：{'；'.join(notice.votes)}", wide, (1, 16, 11))
        sheets.text(middle, 64, votes[0], size, align="centre")
    sheets.rule(67, 0.6)

    sheets.text(LEFT, 78, "投票时间", 18, SERIF, bold=True)
    sheets.text(RIGHT, 78.4, f"{moment(notice.opens_at, notice.zone)} 起", 25, align="right")
    sheets.text(RIGHT, 90.4, f"{moment(notice.closes_at, notice.zone)} 止", 25, align="right")
    sheets.rule(97, 0.6)

    sheets.qr(LEFT + 5, 107.5, 72, board_url)
    sheets.text(LEFT + 41, 195.5, "扫码看公告页", 17, bold=True, align="centre")
    own = "各人" if notice.terms.body == "residents" else "各家"
    sheets.text(LEFT + 41, 202.5, f"（投票请扫{own}信上的码）", 12, align="centre")
    x = 112.0
    sheets.text(x, 112, "三步投票", 20, SERIF, bold=True)
    y = 125.0
    for number, step in zip(
        "一二三",
        (
            "拿出寄到您家的投票通知书。",
            "手机扫信上的码，输入手机号或证件号后四位。",
            "逐题选好，看一遍，确认，记下回执号。",
        ),
        strict=True,
    ):
        sheets.text(x, y, f"{number}、", 20)
        y = sheets.lines(x + 14, y, wrap(step, 20, RIGHT - x - 14), 20, 9.2) + 2.2
    again = "能不能改投，各项不同，见会议公告" if notice.revoting is None else REVOTING[notice.revoting]
    sheets.lines(x, y, wrap(f"{again}。", 13, RIGHT - x), 13, 6.2)

    sheets.rule(207, 0.6)
    sheets.text(LEFT, 218, "要帮忙，或要纸质选票", 20, SERIF, bold=True)
    size, told = shrunk(notice.help, wide, (3, 19, 15), (4, 15, 12), (6, 12, 8))
    sheets.lines(LEFT, 229, told, size, size * 0.5)
    sheets.text(LEFT, 262, "信没收到、丢了、码扫不出来，也请到这里来。", 16)
    sheets.rule(268.4, 0.6)
    sheets.rule(270, 2.4)
    size, address = shrunk(f"公告页 {board_url}", wide - 40, (1, 9.5, 6))
    sheets.text(LEFT, BOTTOM - 0.8, address[0], size)
    sheets.text(RIGHT, BOTTOM - 0.8, "第 1 页，共 1 页", 9.5, align="right")
    return sheets.pdf()
