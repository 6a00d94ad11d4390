"""The result as a workbook, for whoever wants to sum it again."""

from collections.abc import Mapping
from typing import Any


def results_xlsx(rules: Mapping[str, Any], outcome: Mapping[str, Any]) -> bytes:
    """Sheets 结果 and 每题 as .xlsx bytes; `rules` is rules.json, `outcome` is outcome.json."""
    raise NotImplementedError
