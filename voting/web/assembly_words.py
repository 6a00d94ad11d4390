"""What an assembly's plan says, in words of the reader's language."""

from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting.rules.assembly import Effect, Meeting
from voting.rules.settings import SETTING_WORDS, Scalar, Setting
from voting.web.display import area


def MEETINGS() -> dict[str, str]:  # noqa: N802 - constant but for the language
    """Kinds of meeting."""
    return {
        Meeting.FIRST.value: str(_("首次会议")),
        Meeting.REGULAR.value: str(_("定期会议")),
        Meeting.SPECIAL.value: str(_("临时会议")),
    }


def EFFECTS() -> dict[str, str]:  # noqa: N802 - constant but for the language
    """What the electronic ballot is worth beside paper."""
    return {
        Effect.OFFICIAL.value: str(_("正式：网上投的票和纸质票一样有效")),
        Effect.PAPER_PRIMARY.value: str(_("以纸质为准：签名的纸质票作数，系统管名册、二维码、录入和计票")),
        Effect.ADVISORY.value: str(_("征求意见：不产生业主大会的决定")),
    }


def SETTINGS() -> dict[Setting, str]:  # noqa: N802 - constant but for the language
    """The names of all settings."""
    return {setting: str(_(word)) for setting, word in SETTING_WORDS.items()}


def value_words(setting: Setting, value: Scalar) -> str:
    """A setting's value as people say it."""
    named = {
        "none": _("没有"),
        "half": _("不超过委员人数的一半"),
        "as-many": _("不超过委员人数"),
        "all-over-the-threshold": _("过半数而未当选的都是"),
        "once": _("可以改一次"),
        "until-close": _("截止以前都可以改"),
    }
    if value is None:
        return str(_("没有规定"))
    if value is True or value is False:
        return str(_("是")) if value else str(_("否"))
    if isinstance(value, str):
        if (setting, value) == (Setting.REVOTING, "none"):
            return str(_("不能改投"))
        return str(named.get(value, value))
    if setting is Setting.SMALL_AREA_DM2:
        return str(_("%(area)s 平方米", area=area(value)))
    if "days" in setting.value:
        return str(_("%(count)s 天", count=value))
    return str(value)
