"""The group Ed25519: the prime-order subgroup of edwards25519 (RFC 8032; section 5.2 since version 2.1).

An element is RFC 8032's 32 bytes, as libsodium takes them; its text is those bytes reversed, in 64 lower-case
hex digits: big-endian y + 2^255 (x mod 2). Scalars are never clamped.

Decoding refuses y >= p and -0 (not canonical), the identity, and whatever is not of order l: points off the
curve, of small order, and an element plus a point of small order. libsodium fails instead of computing where
a scalar is 0 or a power is the identity; those cases are decided here first. What else it refuses to raise to
a power is no element: its check of the base takes half the time of a power, and cannot be left out.
"""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final, TypeAlias

from gmpy2 import invert, mpz, powmod  # type: ignore[import-untyped]
from nacl.bindings import (
    crypto_core_ed25519_add,
    crypto_core_ed25519_is_valid_point,
    crypto_core_ed25519_sub,
    crypto_scalarmult_ed25519_base_noclamp,
    crypto_scalarmult_ed25519_noclamp,
)

from voting.errors import Refusal, Refused
from voting.protocol.prime_order import FixedBase, Group

Point: TypeAlias = Any  # bytes, 32 of them, little-endian
Number: TypeAlias = Any  # gmpy2's mpz, which has no published types and behaves as an int

ORDER: Final = 2**252 + 27742317777372353535851937790883648493
P: Final[Number] = mpz(2**255 - 19)
D: Final[Number] = -121665 * invert(121666, P) % P
ROOT_OF_MINUS_ONE: Final[Number] = powmod(2, (P - 1) // 4, P)

BASE: Final[Point] = bytes.fromhex("58" + "66" * 31)
IDENTITY: Final[Point] = bytes.fromhex("01" + "00" * 31)
_SIGN = 1 << 255
_MINUS_ZERO = frozenset((1 | _SIGN, int(P - 1) | _SIGN))  # x = 0 written with its sign bit set
_NOTHING: Final[Any] = (mpz(0), mpz(1), mpz(1), mpz(0))  # the identity in the coordinates of `_plus`
_TEXT = re.compile(r"[0-9a-f]{64}\Z", re.ASCII)

WINDOWS = 32  # of 8 bits: 32 additions a power; a table takes 2.5 MB

# CVE-2025-69277: before commit ad3004e (end of 2025) libsodium took an element plus the point of order two
# for an element. PyNaCl carries a mended one from 1.6.2 on, but may have been built with the system's.
_MIXED_ORDER = (int(P) - int.from_bytes(BASE, "little") | _SIGN).to_bytes(32, "little")


def _checks_order() -> bool:
    try:
        crypto_scalarmult_ed25519_noclamp(bytes([1, *bytes(31)]), _MIXED_ORDER)
    except RuntimeError:
        return not crypto_core_ed25519_is_valid_point(_MIXED_ORDER)
    return False


if not _checks_order():
    raise ImportError("this libsodium does not check the order of points (CVE-2025-69277)")


class GeneratorPowers(FixedBase):
    """Powers of the base point by libsodium's own table; its time does not show the exponent."""

    def power(self, exponent: int) -> Point:
        """base^exponent; the exponent is any integer and is reduced modulo the order."""
        scalar = exponent % ORDER
        if scalar == 0:
            return IDENTITY
        return crypto_scalarmult_ed25519_base_noclamp(scalar.to_bytes(32, "little"))


class WindowTable(FixedBase):
    """Powers of any base by window tables: half the time of libsodium, which has a table for one base only.

    An entry is (y + x, y - x, 2dxy) of an affine point; a sum takes seven products (Hisil, Wong, Carter and
    Dawson 2008, with a = -1, where the formula is complete).
    """

    def __init__(self, base: Point) -> None:
        x, y = _decompressed(base)
        self._windows: list[list[tuple[Number, Number, Number]]] = []
        for _ in range(WINDOWS):
            step = _entry(x, y)
            row = [_entry(mpz(0), mpz(1)), step]
            for _ in range(255):
                x, y = _affine(_plus((x, y, mpz(1), x * y % P), (step,)))
                row.append(_entry(x, y))
            row.pop()  # 256 steps: where the next window begins
            self._windows.append(row)

    def power(self, exponent: int) -> Point:
        """base^exponent; the exponent is any integer and is reduced modulo the order."""
        octets = (exponent % ORDER).to_bytes(WINDOWS, "little")
        entries = [row[octet] for row, octet in zip(self._windows, octets, strict=True) if octet]
        return _compressed(_plus(_NOTHING, entries))


def _decompressed(point: Point) -> tuple[Number, Number]:
    """x and y of an element's bytes, which are known to be on the curve (RFC 8032, section 5.1.3)."""
    written = int.from_bytes(point, "little")
    y = mpz(written & (_SIGN - 1))
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * v**3 * powmod(u * v**7 % P, (P - 5) // 8, P) % P
    if v * x * x % P != u:
        x = x * ROOT_OF_MINUS_ONE % P
    assert v * x * x % P == u
    return (P - x if x and (x & 1) != written >> 255 else x), y


def _entry(x: Number, y: Number) -> tuple[Number, Number, Number]:
    return (y + x) % P, (y - x) % P, 2 * D * x * y % P


def _affine(point: tuple[Number, Number, Number, Number]) -> tuple[Number, Number]:
    inverse = invert(point[2], P)
    return point[0] * inverse % P, point[1] * inverse % P


def _compressed(point: tuple[Number, Number, Number, Number]) -> Point:
    x, y = _affine(point)
    return (int(y) | (int(x) & 1) << 255).to_bytes(32, "little")


def _plus(point: tuple[Number, ...], entries: Any) -> tuple[Number, Number, Number, Number]:
    """The point (X : Y : Z : T, with T = XY/Z) and all the entries, added up."""
    p = P
    x, y, z, t = point
    for total, difference, product in entries:
        a = (y - x) * difference % p
        b = (y + x) * total % p
        c = t * product % p
        d = z + z
        e, f, g, h = b - a, d - c, d + c, b + a
        x, y, z, t = e * f % p, g * h % p, f * g % p, e * h % p
    return x, y, z, t


def _doubled(point: tuple[Number, ...]) -> tuple[Number, Number, Number, Number]:
    """Twice a point in the coordinates of `_plus` (the same paper, section 3.3)."""
    p = P
    x, y, z, _ = point
    a, b = x * x % p, y * y % p
    e, g, h = (x + y) * (x + y) - a - b, b - a, -a - b
    f = g - 2 * z * z
    return e * f % p, g * h % p, f * g % p, e * h % p


class Edwards25519(Group):
    """The only group of its kind."""

    name = "Ed25519"
    q = ORDER
    g: Point = BASE
    identity: Point = IDENTITY
    worth_a_table: int = 1000

    @cached_property
    def generator(self) -> FixedBase:
        """Powers of g."""
        return GeneratorPowers()

    def table(self, base: Point) -> FixedBase:
        """Powers of `base` by tables that are made at once."""
        return WindowTable(base)

    def power(self, base: Point, exponent: int) -> Point:
        """base^exponent; the exponent is any integer. libsodium's time does not show it.

        Raises `Refused` ELEMENT_NOT_IN_GROUP for a base of another order, whatever the exponent.
        """
        scalar = exponent % ORDER
        try:
            if base == IDENTITY or (scalar == 0 and crypto_core_ed25519_is_valid_point(base)):
                return IDENTITY
            return crypto_scalarmult_ed25519_noclamp(scalar.to_bytes(32, "little"), base)
        except RuntimeError:
            raise Refused(Refusal.ELEMENT_NOT_IN_GROUP, place="base") from None

    secret_power = power

    def multiply(self, left: Point, right: Point) -> Point:
        """The sum of two points."""
        return crypto_core_ed25519_add(left, right)

    def product(self, bases: Sequence[Point], exponents: Sequence[int]) -> Point:
        """As `Group.product` says. Coordinates are taken apart once, and a sum costs a fifteenth of
        libsodium's, which takes them apart and puts them together each time."""
        entries = [_entry(*_decompressed(base)) for base in bases]
        result = _NOTHING
        for bit in reversed(range(max(map(int.bit_length, exponents), default=0))):
            result = _plus(
                _doubled(result),
                [entry for entry, exponent in zip(entries, exponents, strict=True) if exponent >> bit & 1],
            )
        return _compressed(result)

    def divide(self, left: Point, right: Point) -> Point:
        """The difference of two points."""
        return crypto_core_ed25519_sub(left, right)

    def serialise(self, element: Point) -> str:
        """64 hex digits, the most significant first."""
        text: str = element[::-1].hex()
        return text

    def element(self, text: str, place: str) -> Point:
        """The element that `text` writes; refuses as `Group.element` says."""
        point = self.candidate(text, place)
        if not crypto_core_ed25519_is_valid_point(point):
            raise Refused(Refusal.ELEMENT_NOT_IN_GROUP, place=place)
        return point

    def candidate(self, text: str, place: str) -> Point:
        """The bytes that `text` writes canonically, not the identity's; `power` finds out whether they are a
        point of order l."""
        if not _TEXT.match(text):
            raise Refused(Refusal.ELEMENT_NOT_CANONICAL, place=place)
        written = int(text, 16)
        if written & (_SIGN - 1) >= P or written in _MINUS_ZERO:
            raise Refused(Refusal.ELEMENT_NOT_CANONICAL, place=place)
        point = written.to_bytes(32, "little")
        if point == IDENTITY:
            raise Refused(Refusal.ELEMENT_IDENTITY, place=place)
        return point


ED25519 = Edwards25519()
