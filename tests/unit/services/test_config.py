"""The process refuses to start on a missing or malformed setting, without quoting it."""

import pytest

from voting.config import Config
from voting.errors import Refusal, Refused

GOOD = {
    "VOTING_DATABASE_URL": "sqlite:////var/lib/voting/voting.sqlite",
    "VOTING_BASE_URL": "https://vote.example/",
    "VOTING_MASTER_SECRET": "ab" * 32,
}


def test_a_whole_environment() -> None:
    config = Config.from_environment(GOOD)
    assert config.database_url == GOOD["VOTING_DATABASE_URL"]
    assert config.base_url == "https://vote.example"
    assert config.https
    assert config.master_secret == b"\xab" * 32
    assert "ab" * 4 not in repr(config)
    assert "\\xab" not in repr(config)


@pytest.mark.parametrize("name", sorted(GOOD))
def test_a_missing_setting(name: str) -> None:
    for environment in ({**GOOD, name: ""}, {key: value for key, value in GOOD.items() if key != name}):
        with pytest.raises(Refused) as refused:
            Config.from_environment(environment)
        assert (refused.value.refusal, refused.value.context) == (Refusal.CONFIG_MISSING, {"name": name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VOTING_MASTER_SECRET", "ab" * 31),
        ("VOTING_MASTER_SECRET", "AB" * 32),
        ("VOTING_MASTER_SECRET", "ab" * 33),
        ("VOTING_BASE_URL", "vote.example"),
        ("VOTING_BASE_URL", "https://vote.example/#fragment"),
        ("VOTING_DATABASE_URL", "mysql://host/db"),
    ],
)
def test_a_malformed_setting_is_named_and_not_quoted(name: str, value: str) -> None:
    with pytest.raises(Refused) as refused:
        Config.from_environment({**GOOD, name: value})
    assert refused.value.refusal is Refusal.CONFIG_MALFORMED
    assert value not in str(refused.value)
