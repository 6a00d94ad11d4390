"""An election with every kind of question of version 2 of the rules, for tests of all that handle one."""

from typing import Any

PLANS: dict[str, Any] = {
    "id": "q1",
    "kind": "plans",
    "text": "选择电梯维修方案",
    "matter": "278-5",
    "plans": ["甲方案：大修", "乙方案：更换主机"],
}
MOTION: dict[str, Any] = {"id": "q2", "kind": "motion", "text": "是否同意修改管理规约？", "matter": "278-2"}
TICKED: dict[str, Any] = {
    "id": "q3",
    "kind": "committee",
    "text": "选举业主委员会委员",
    "seats": 3,
    "candidates": ["丁一", "方二", "石三", "白四"],
    "at_most": 4,
    "ranking": "shares-then-area-then-lot",
    "alternates": 1,
    "least": 3,
}
EACH: dict[str, Any] = {
    "id": "q4",
    "kind": "committee",
    "text": "选举业主监督委员会委员",
    "seats": 3,
    "candidates": ["卜五", "叶六", "申七"],
    "each": True,
    "order": "surname-strokes",
}
AGENDA: dict[str, Any] = {
    "title": "金桥小区业主大会",
    "estate": "金桥小区",
    "scope": {"exclude_uses": ["车位"]},
    "questions": [PLANS, MOTION, TICKED, EACH],
}
RESIDENTS: dict[str, Any] = {
    "title": "金桥小区居民会议",
    "estate": "金桥小区",
    "questions": [{"id": "q1", "kind": "motion", "text": "是否通过《居民公约》？", "matter": "residents"}],
    "terms": {"body": "residents", "meeting": "regular", "effect": "advisory", "deemed": None},
}
HOUSEHOLDS: dict[str, Any] = RESIDENTS | {"terms": RESIDENTS["terms"] | {"body": "households"}}
DEEMED: dict[str, Any] = {
    **AGENDA,
    "questions": [MOTION],
    "terms": {
        "body": "owners",
        "meeting": "regular",
        "effect": "advisory",
        "deemed": {"clause": "第十二条：未投票的随多数", "dated": "2023-06-01", "joins": "majority"},
    },
}

YES, NO, ABSTAIN = [1, 0, 0], [0, 1, 0], [0, 0, 1]
FIRST_PLAN, SECOND_PLAN, NO_PLAN = [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]
# By voter: the plan, the motion, the ticks, then 同意, 反对 or 弃权 to each candidate. 方二, 石三 and 白四
# come out equal, for two seats.
EVERYBODY = [1, 1, 1, 1]
BALLOTS: dict[int, list[list[int]]] = {
    1: [FIRST_PLAN, YES, EVERYBODY, YES, NO, YES],
    2: [FIRST_PLAN, YES, EVERYBODY, YES, YES, ABSTAIN],
    3: [SECOND_PLAN, NO, EVERYBODY, YES, NO, NO],
    4: [FIRST_PLAN, YES, [1, 0, 0, 0], YES, YES, NO],
    5: [NO_PLAN, ABSTAIN, [0, 0, 0, 0], NO, YES, YES],
}
