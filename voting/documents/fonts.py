"""The two Chinese faces of every printed document, embedded and cut down to the characters used.

The faces (Noto Sans SC, Noto Serif SC) come from a package as OpenType files with CFF outlines. ReportLab
embeds TrueType outlines only, so `EmbeddedFont` speaks ReportLab's protocol for dynamic fonts and writes what
ISO 32000-1 §9.7.4 asks of a CID-keyed font: a Type 0 font with Identity-H encoding, whose descendant carries
the outlines untouched (`CIDFontType0C`), its widths, and a ToUnicode map, so that text can be searched,
copied and read aloud. A document of 156 letters carries about 40 kB of fonts.

A character that a face lacks is never drawn: callers ask `missing` first and refuse by name.
"""

import hashlib
from collections.abc import Iterable
from functools import cached_property
from importlib.resources import files
from threading import Lock
from types import SimpleNamespace
from typing import Any
from weakref import WeakKeyDictionary

from fontTools import subset  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from reportlab import rl_config
from reportlab.pdfbase import pdfdoc, pdfmetrics

# Flate alone: the extra ASCII armour makes each page a quarter larger, for transports that no longer exist.
rl_config.useA85 = 0

SANS = "NotoSansSC"
SERIF = "NotoSerifSC"
CODE = "NotoSansSC-HalfWidth"  # each Latin letter and digit half an em wide: codes are read in columns

_FILES = {SANS: "NotoSansSC-Regular.otf", SERIF: "NotoSerifSC-Regular.otf", CODE: "NotoSansSC-Regular.otf"}
_SYMBOLIC = 1 << 2  # ISO 32000-1 table 123: the font's characters lie outside the standard Latin set
_lock = Lock()


class EmbeddedFont:
    """A face as ReportLab's canvas sees it: measured from its file, embedded as a subset at the end."""

    _dynamicFont = 1  # noqa: N815 - ReportLab asks under these names
    _multiByte = 1  # noqa: N815
    shapable = False

    def __init__(self, name: str, path: str, *, half_width: bool = False) -> None:
        self.fontName = name
        self._path = path
        self._half_width = half_width
        self._used: WeakKeyDictionary[Any, dict[int, int]] = (
            WeakKeyDictionary()
        )  # document -> CID -> code point
        with TTFont(path, lazy=True) as font:
            metrics = font["hmtx"].metrics
            head, horizontal = font["head"], font["hhea"]
            if head.unitsPerEm != 1000:
                raise RuntimeError(f"{path}: a CFF face with 1000 units to the em is expected")
            names: dict[int, str] = font.getBestCmap()
            if half_width:
                narrow = _half_width_forms(font)
                names = {code: narrow[glyph] for code, glyph in names.items() if glyph in narrow}
            self._cids = {code: int(glyph.removeprefix("cid")) for code, glyph in names.items()}
            self._widths: dict[int, int] = {
                int(glyph.removeprefix("cid")): metrics[glyph][0] for glyph in names.values()
            }
            self._box = (head.xMin, head.yMin, head.xMax, head.yMax)
            self._ascent, self._descent = horizontal.ascent, horizontal.descent
        self.face = SimpleNamespace(name=name, builtIn=False, ascent=self._ascent, descent=self._descent)

    @cached_property
    def codes(self) -> frozenset[int]:
        """The code points this face can draw."""
        return frozenset(self._cids)

    def stringWidth(self, text: str, size: float, encoding: str = "utf8") -> float:  # noqa: N802 - ReportLab's name
        """Width in points."""
        return sum(self._widths[self._cids[ord(c)]] for c in text) * size / 1000

    def splitString(self, text: str, doc: Any, encoding: str = "utf8") -> list[tuple[int, bytes]]:  # noqa: N802
        """The text as two-byte CIDs in one run; every CID is noted for the document's subset."""
        used = self._used.setdefault(doc, {})
        run = bytearray()
        for character in text:
            cid = self._cids[ord(character)]
            used.setdefault(cid, ord(character))
            run += cid.to_bytes(2, "big")
        return [(0, bytes(run))]

    def getSubsetInternalName(self, number: int, doc: Any) -> str:  # noqa: N802
        """The font's name in the page's resources; the first call books it for embedding."""
        if self.fontName not in doc.fontMapping:
            doc.fontMapping[self.fontName] = f"/F{len(doc.fontMapping) + 1}"
            doc.delayedFonts.append(self)
        return str(doc.fontMapping[self.fontName])

    def addObjects(self, doc: Any) -> None:  # noqa: N802
        """Write the subset that `doc` used."""
        used = self._used.pop(doc)
        tag = hashlib.sha256(repr(sorted(used)).encode()).digest()
        name = "".join(chr(ord("A") + byte % 26) for byte in tag[:6]) + "+" + self.fontName
        compress = [pdfdoc.PDFZCompress]

        outlines = pdfdoc.PDFStream(content=self._subset(used), filters=compress)
        outlines.dictionary["Subtype"] = pdfdoc.PDFName("CIDFontType0C")
        to_unicode = pdfdoc.PDFStream(content=_to_unicode(used), filters=compress)
        descriptor = {
            "Type": "/FontDescriptor",
            "FontName": pdfdoc.PDFName(name),
            "Flags": _SYMBOLIC,
            "FontBBox": pdfdoc.PDFArray(list(self._box)),
            "ItalicAngle": 0,
            "Ascent": self._ascent,
            "Descent": self._descent,
            "CapHeight": 733,  # both faces: the height of a Latin capital in the file's OS/2 table
            "StemV": 80,  # used only to choose a substitute, which an embedded font never needs
            "FontFile3": doc.Reference(outlines, "outlines:" + name),
        }
        widths: list[Any] = []
        for cid in sorted(used):
            widths += [cid, pdfdoc.PDFArray([self._widths[cid]])]
        descendant = {
            "Type": "/Font",
            "Subtype": "/CIDFontType0",
            "BaseFont": pdfdoc.PDFName(name),
            "CIDSystemInfo": pdfdoc.PDFDictionary(
                {
                    "Registry": pdfdoc.PDFString("Adobe"),
                    "Ordering": pdfdoc.PDFString("Identity"),
                    "Supplement": 0,
                }
            ),
            "FontDescriptor": doc.Reference(pdfdoc.PDFDictionary(descriptor), "descriptor:" + name),
            "DW": 1000,
            "W": pdfdoc.PDFArray(widths),
        }
        font = {
            "Type": "/Font",
            "Subtype": "/Type0",
            "BaseFont": pdfdoc.PDFName(name),
            "Encoding": "/Identity-H",
            "DescendantFonts": pdfdoc.PDFArray(
                [doc.Reference(pdfdoc.PDFDictionary(descendant), "cid:" + name)]
            ),
            "ToUnicode": doc.Reference(to_unicode, "unicode:" + name),
        }
        internal = self.getSubsetInternalName(0, doc)[1:]
        doc.idToObject["BasicFonts"].dict[internal] = doc.Reference(
            pdfdoc.PDFDictionary(font), "font:" + name
        )

    def _subset(self, cids: Iterable[int]) -> bytes:
        """The face's CFF table with these CIDs (and .notdef) only."""
        options = subset.Options(
            hinting=False,  # print and modern screens do not use it, and it doubles the size
            desubroutinize=True,
            layout_features=[],
            notdef_outline=True,
        )
        # No reader asks for the box of just these glyphs; to find it took a third of the time of a document.
        with TTFont(self._path, lazy=True, recalcBBoxes=False) as font:
            # Only the outlines are embedded. Left in, the other tables would be read and cut as well.
            for tag in set(font.keys()) - {"GlyphOrder", "CFF ", "head", "hhea", "hmtx", "maxp"}:
                del font[tag]
            cutter = subset.Subsetter(options)
            cutter.populate(glyphs=[f"cid{cid:05d}" for cid in cids])
            cutter.subset(font)
            compiled: bytes = font["CFF "].compile(font)
        return compiled


def _half_width_forms(font: TTFont) -> dict[str, str]:
    """Proportional glyph -> its half-width form, from the face's OpenType feature `hwid`."""
    table = font["GSUB"].table
    forms: dict[str, str] = {}
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == "hwid":
            for index in record.Feature.LookupListIndex:
                for part in table.LookupList.Lookup[index].SubTable:
                    forms.update(getattr(part, "ExtSubTable", part).mapping)
    return forms


def _to_unicode(used: dict[int, int]) -> bytes:
    """The CMap from two-byte CIDs to UTF-16 (ISO 32000-1 §9.10.3), in blocks of at most 100."""
    lines = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        "1 begincodespacerange <0000> <FFFF> endcodespacerange",
    ]
    pairs = [
        f"<{cid:04X}> <{chr(code).encode('utf-16-be').hex().upper()}>" for cid, code in sorted(used.items())
    ]
    for start in range(0, len(pairs), 100):
        block = pairs[start : start + 100]
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    lines.append("endcmap CMapName currentdict /CMap defineresource pop end end")
    return "\n".join(lines).encode()


def face(name: str) -> EmbeddedFont:
    """The face of that name, read from its package and made known to ReportLab at the first call (0.1 s)."""
    with _lock:
        known = _faces.get(name)
        if known is None:
            path = files("pylopdf_fonts_zh_cn").joinpath(_FILES[name])
            known = _faces[name] = EmbeddedFont(name, str(path), half_width=name == CODE)
            pdfmetrics.registerFont(known)
        return known


_faces: dict[str, EmbeddedFont] = {}


def missing(text: str, *names: str) -> list[str]:
    """The characters of `text` that one of the named faces cannot draw, as `U+4DAE`, each once."""
    lacking = {c for c in text for name in names if ord(c) not in face(name).codes}
    return [f"U+{ord(c):04X}" for c in sorted(lacking)]
