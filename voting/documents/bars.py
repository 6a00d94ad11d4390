"""Bars against the law's lines, as inline SVG: it prints where a background colour would not.

Every choice has the same ink; the line is black between two white edges, so that it is seen on the bar and
beside it, also on a bad printer.
"""

from markupsafe import Markup

from voting.documents.wording import Line, share


def labelled_bar(label: str, amount: str, part: int, whole: int, line: Line | None) -> Markup:
    """One choice's bar with its words above; the same ink for every choice."""
    return Markup('<div class="bar"><p><span>{}</span><span>{}　{}</span></p>{}</div>').format(
        label, amount, share(part, whole), bar(part, whole, line)
    )


def bar(part: int, whole: int, line: Line | None) -> Markup:
    """The bar alone, a thousand units wide; the words beside it say the same, so a screen reader skips it."""
    length = part * 1000 // whole if whole else 0
    mark = Markup("")
    if line is not None:
        at = line.threshold.numerator * 1000 // line.threshold.denominator
        mark = Markup(
            '<path d="M{0} 0V24" stroke="#fff" stroke-width="6" {1}/>'
            '<path d="M{0} 0V24" stroke="#000" stroke-width="2.5" {1}/>'
        ).format(at, Markup('vector-effect="non-scaling-stroke"'))
    return Markup(
        '<svg viewBox="0 0 1000 24" preserveAspectRatio="none" aria-hidden="true">'
        '<path d="M0 4H1000V20H0Z" fill="#e7e1d3"/><path d="M0 4H{}V20H0Z" fill="#4a5560"/>{}</svg>'
    ).format(length, mark)
