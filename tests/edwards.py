"""The curve edwards25519 in the plainest integers (RFC 8032, section 5.1): what Ed25519 is held against.

Affine formulas, one inverse for each sum: slow, and too short to be wrong in the same way.
"""

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
ORDER = 2**252 + 27742317777372353535851937790883648493

Point = tuple[int, int]
IDENTITY: Point = (0, 1)


def plus(left: Point, right: Point) -> Point:
    (a, b), (c, d) = left, right
    product = D * a * b * c * d
    return (a * d + b * c) * pow(1 + product, -1, P) % P, (b * d + a * c) * pow(1 - product, -1, P) % P


def times(exponent: int, point: Point) -> Point:
    result = IDENTITY
    for bit in f"{exponent:b}":
        result = plus(result, result)
        if bit == "1":
            result = plus(result, point)
    return result


def point_of(y: int, odd: bool) -> Point | None:
    """The point with this y and this parity of x, if there is one."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    if x * x % P != square or (x == 0 and odd):
        return None
    return (x, y) if x % 2 == odd else (P - x, y)


def written(point: Point) -> str:
    """64 hex digits of y + 2^255 (x mod 2)."""
    return f"{point[1] + (point[0] % 2 << 255):064x}"


def read(text: str) -> Point:
    """The point that `written` wrote."""
    number = int(text, 16)
    point = point_of(number % 2**255, bool(number >> 255))
    assert point is not None
    return point


def in_group(number: int) -> bool:
    """Whether a number of 256 bits writes an element of prime order, canonically, other than the identity."""
    y = number % 2**255
    point = point_of(y, bool(number >> 255)) if y < P else None
    return point is not None and point != IDENTITY and times(ORDER, point) == IDENTITY


def small_order() -> tuple[Point, ...]:
    """The eight points whose order divides 8, the identity first."""
    for y in range(2, 100):
        found = point_of(y, odd=False)
        generator = times(ORDER, found) if found else IDENTITY
        if times(4, generator) != IDENTITY:
            return tuple(times(exponent, generator) for exponent in range(8))
    raise AssertionError("no point of order 8")


BASE = point_of(4 * pow(5, -1, P) % P, odd=False)
