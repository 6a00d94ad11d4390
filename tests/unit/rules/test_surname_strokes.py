"""Names in the order of their surnames' strokes, against lists whose order was published or is taught."""

from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.errors import Refusal, Refused
from voting.rules.stroke_table import LEVELS
from voting.rules.surname_strokes import by_surname_strokes, strokes_of, surname_strokes

COMMON = "丁马王韦方尹石叶田白冯毕吕朱任刘江孙苏李杨吴何汪沈宋张陈林欧罗周郑赵胡钟徐高郭唐黄曹梁彭韩程谢"


@pytest.mark.parametrize(
    ("names", "ordered"),
    [
        # Fewer strokes first.
        ("赵一 王一 李一 丁一 欧一", "丁一 王一 李一 欧一 赵一"),
        # As many: 横 before 竖 before 撇 before 点 before 折, from the first stroke on.
        ("丑 方 毛 贝 王", "王 贝 毛 方 丑"),
        ("张 陈 沈 何 吴 杨 李", "李 杨 吴 何 沈 张 陈"),
        # As many and the same kinds: as the 通用规范汉字表 has them.
        ("申 叶 田", "叶 申 田"),
        ("人 八 入", "八 人 入"),
        # The next character where the surname is the same; whose name ends first stands first.
        ("王伟 王一 王 王丽", "王 王一 王伟 王丽"),
        # Compound surnames are two characters like any.
        ("欧阳娜 欧明 欧阳一 司马光 司徒雷 诸葛亮", "司马光 司徒雷 欧阳一 欧阳娜 欧明 诸葛亮"),
        # What only tells two people apart does not count, nor does the dot in a name.
        ("王伟（3-101） 王一(9) 王伟（2-502）", "王一(9) 王伟（2-502） 王伟（3-101）"),
        ("阿依·买买提 阿不都", "阿不都 阿依·买买提"),
    ],
)
def test_names_stand_where_they_belong(names: str, ordered: str) -> None:
    given_names = names.split()
    expected = tuple(ordered.split())
    assert by_surname_strokes(given_names) == expected
    assert by_surname_strokes(given_names[::-1]) == expected


def test_every_order_of_typing_gives_the_same() -> None:
    names = ["王伟", "王一", "韦一", "丰年", "井上"]
    assert {by_surname_strokes(each) for each in permutations(names)} == {
        ("丰年", "王一", "王伟", "井上", "韦一")
    }


@given(st.lists(st.text(st.sampled_from(COMMON), min_size=1, max_size=3), unique=True, max_size=12))
def test_it_is_an_order(names: list[str]) -> None:
    ordered = by_surname_strokes(names)
    assert sorted(ordered) == sorted(names)
    assert by_surname_strokes(ordered) == ordered
    for first, second in pairwise(ordered):
        one, other = surname_strokes(first), surname_strokes(second)
        assert one is not None
        assert other is not None
        assert one <= other


@pytest.mark.parametrize(
    ("names", "characters"),
    [
        ("王一 𰻝面", "𰻝"),
        ("王一 Tom", "T"),
        # Nine strokes both, of the second only the first one is known, and it is the same.
        ("赵一 䶮飞", "䶮"),
        ("王㛃 王一 王堃 王𰻝", "𰻝"),
    ],
)
def test_what_the_table_cannot_tell_is_reported(names: str, characters: str) -> None:
    with pytest.raises(Refused) as refused:
        by_surname_strokes(names.split())
    assert refused.value.refusal is Refusal.STROKES_UNKNOWN
    assert refused.value.context == {"characters": characters}


def test_a_character_that_is_not_known_whole_is_placed_where_that_is_enough() -> None:
    assert by_surname_strokes(["䶮飞", "欧一", "郑一", "高一"]) == ("欧一", "郑一", "䶮飞", "高一")
    # Unknown, and never needed: the surnames differ.
    assert by_surname_strokes(["李𰻝", "王𰻝"]) == ("王𰻝", "李𰻝")


def test_the_table_agrees_with_itself() -> None:
    """Within a level neither strokes nor their kinds ever fall: the official order and two sources agree."""
    found = 0
    for level in LEVELS:
        known = [strokes_of(piece[0]) for piece in level.split() if not piece.isdecimal()]
        found += len(known)
        whole = [(each.count, each.kinds) for each in known if each is not None and each.complete]
        assert whole == sorted(whole)
        counts = [each.count for each in known if each is not None]
        assert counts == sorted(counts)
    assert found == 8103
