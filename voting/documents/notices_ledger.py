"""文书张贴登记表: which paper hung where, since when, in which version, who put it there."""

from dataclasses import dataclass

from voting.documents.facts import Facts
from voting.documents.paper import Block, Entries, Paper, Paragraph, Places, Table

SHORT = 12  # hex digits of a digest in a table; the whole stands in the list of digests beside it


@dataclass(frozen=True)
class PostingLine:
    """One entry, as the table has it; texts are "" where there is nothing."""

    number: int
    paper: str
    due: str
    version: str
    when: str
    places: str
    by: str
    photo: str
    note: str


def posting_table(facts: Facts, lines: tuple[PostingLine, ...]) -> Paper:
    """Every entry in order, with those that were taken back."""
    rows = tuple(
        (
            str(line.number),
            line.paper,
            line.version,
            line.when,
            line.places,
            line.by,
            f"{line.photo[:SHORT]}{'　' if line.photo and line.note else ''}{line.note}",
        )
        for line in lines
    )
    photos = len({line.photo for line in lines if line.photo})
    blocks: list[Block] = [
        Entries((("会议", facts.title), ("登记", f"{len(lines)} 条，照片 {photos} 张"))),
        Table(
            ("条", "文书", "版本和内容摘要", "张贴时间", "地点", "张贴人", "照片摘要、备注"),
            rows,
            (10, 30, 24, 24, 44, 16, 28),
            right=(0,),
        ),
        Paragraph(
            "内容摘要与文书页脚的摘要相同；这里只写开头几位。照片和各文件的完整摘要在同一文件夹的“摘要.txt”里，"
            "也写进了会议的操作日志。",
            note=True,
        ),
        Places(("登记人（签名）", "核对人（签名）")),
    ]
    return Paper("文书张贴登记表", facts.agenda.estate, facts.address, tuple(blocks))
