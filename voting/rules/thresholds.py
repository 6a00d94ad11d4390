"""Majorities, exactly: integers only, no float and no rounded percentage decides anything.

Civil Code (民法典) art. 278; art. 1259: 以上 includes the number, 过半数 is strict.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Threshold:
    """A share of a whole: `strict` means more than it, otherwise at least it."""

    numerator: int
    denominator: int
    strict: bool

    def met(self, part: int, whole: int) -> bool:
        """Whether `part` of `whole` (both owners, or both 0.01 m²) reaches the share."""
        left, right = part * self.denominator, whole * self.numerator
        return left > right if self.strict else left >= right

    def as_json(self) -> dict[str, int | bool]:
        return {"numerator": self.numerator, "denominator": self.denominator, "strict": self.strict}


# Art. 278 para. 2: 专有部分面积占比三分之二以上 and 人数占比三分之二以上 take part.
QUORUM = Threshold(2, 3, strict=False)
# Art. 278 para. 2: matters 6 to 8 need 参与表决 ... 四分之三以上, the others 过半数.
MORE_THAN_HALF = Threshold(1, 2, strict=True)
THREE_QUARTERS = Threshold(3, 4, strict=False)
