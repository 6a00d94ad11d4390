"""The two factors of a letter's holder in a request, and what pages say that ask for them."""

from flask import request
from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting.errors import Refusal, Refused
from voting.services.entry import Shown

# Coarse limits against floods only: a whole estate may share one address behind a phone network, and wrong
# digits are counted for each voter in the database.
RATE = "300 per minute"
ENTRY = 8 * 1024  # bytes: a credential of 617 digits, a proof, a challenge and six digits


def read_entry(purpose: str) -> Shown:
    """The two factors in a request: `{public_credential, challenge, proof, digits}`.

    Refuses REQUEST_UNREADABLE.
    """
    asked = request.get_json(silent=True)
    proof = asked.get("proof") if isinstance(asked, dict) else None
    fields = ("public_credential", "challenge", "digits")
    if (
        not isinstance(asked, dict)
        or not isinstance(proof, dict)
        or not all(isinstance(asked.get(field), str) for field in fields)
        or not all(isinstance(proof.get(field), str) for field in ("challenge", "response"))
    ):
        raise Refused(Refusal.REQUEST_UNREADABLE)
    signed = {"challenge": proof["challenge"], "response": proof["response"]}
    return Shown(purpose, asked["public_credential"], asked["challenge"], signed, asked["digits"])


def read_pass() -> str | None:
    """The pass of an assembly's letter in a request whose two factors were read; None without one."""
    given = (request.get_json(silent=True) or {}).get("pass")
    return given if isinstance(given, str) else None


def entry_words() -> dict[str, str]:
    """What a page says that asks for both factors."""
    return {
        "mistyped_group": _(
            "投票码的第 {group} 组和信上印的不一样。请对着信再看一看这一组，大小写要分清。"
            "投票码里没有数字 0、大写字母 O、大写字母 I 和小写字母 l。"
        ),
        "mistyped_length": _(
            "投票码应当是 26 个字符，现在是 {count} 个，可能漏了或者多了。请对着信，一组一组地再看一遍。"
        ),
        "digits_missing": _("请填 4 位，或者服务点给您的 6 位数字。证件号最后一位是 X 的，照填 X。"),
        "no_signal": _("现在连不上网，什么也没有丢。请走到有信号的地方，再按一次。"),
        "checking": _("正在核对……"),
        "failed": _("这台手机没有核对成。请换一台手机，或者带着信到服务点问。"),
    }
