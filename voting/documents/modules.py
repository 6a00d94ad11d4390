"""Many small JavaScript modules as one script: a phone on a slow network asks once instead of twenty times.

What our own modules use is understood, and anything else raises: imports and exports that begin a line, names
bound once (no `export let`, no default), no circles. Each module becomes a function that returns its exports;
comments that have a line to themselves and the indentation before code stay behind. The same modules always
make the same bytes, so that anyone with the source can compare what a server sends.
"""

import re
from pathlib import Path, PurePosixPath

_IMPORT = re.compile(r'^import (?:\* as (\w+)|\{([^}]*)\}) from "([^"]+)";\n', re.MULTILINE)
_EXPORTED = re.compile(r"^export ((?:async )?function\*?|class|const) (\w+)", re.MULTILINE)
_LISTED = re.compile(r'^export \{([^}]*)\}(?: from "([^"]+)")?;\n', re.MULTILINE)
_LEFT_OVER = re.compile(r"^(?:import\b|export\b).*", re.MULTILINE)
_COMMENT = re.compile(r"^\s*//.*\n", re.MULTILINE)
_INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


class NotBundled(Exception):  # noqa: N818 - says what happened
    """A module uses what this bundler does not understand."""


def bundled(folder: Path, entry: str) -> str:
    """One classic script, strict, from the module `entry` (a path inside `folder`) and all it imports."""
    order: dict[str, str] = {}
    _visit(folder, entry, order, ())
    modules = "".join(order.values())
    return f'(() => {{\n"use strict";\nconst modules = {{}};\n{modules}}})();\n'


def _visit(folder: Path, name: str, order: dict[str, str], above: tuple[str, ...]) -> None:
    if name in order:
        return
    if name in above:
        raise NotBundled(f"{name} imports itself by way of {', '.join(above)}")
    text = (folder / name).read_text(encoding="utf-8")
    needed = [found[3] for found in _IMPORT.finditer(text)]
    needed += [found[2] for found in _LISTED.finditer(text) if found[2]]
    for each in needed:
        _visit(folder, _resolved(name, each), order, (*above, name))
    order[name] = _as_function(name, text)


def _resolved(importer: str, relative: str) -> str:
    if not relative.startswith(("./", "../")):
        raise NotBundled(f"{importer} imports {relative}")
    parts: list[str] = list(PurePosixPath(importer).parent.parts)
    for part in PurePosixPath(relative).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def _as_function(name: str, text: str) -> str:
    exports: list[str] = []

    def imported(found: re.Match[str]) -> str:
        source = f'modules["{_resolved(name, found[3])}"]'
        if found[1]:
            return f"const {found[1]} = {source};\n"
        return f"const {{ {', '.join(_pairs(found[2], ': '))} }} = {source};\n"

    def listed(found: re.Match[str]) -> str:
        if not found[2]:
            exports.extend(
                f"{new}: {old}" for old, new in (_names(each) for each in found[1].split(",") if each.strip())
            )
            return ""
        source = f'modules["{_resolved(name, found[2])}"]'
        exports.extend(
            f"{new}: {source}.{old}"
            for old, new in (_names(each) for each in found[1].split(",") if each.strip())
        )
        return ""

    def exported(found: re.Match[str]) -> str:
        exports.append(found[2])
        return f"{found[1]} {found[2]}"

    body = _EXPORTED.sub(exported, _LISTED.sub(listed, _IMPORT.sub(imported, text)))
    left = _LEFT_OVER.search(body)
    if left or "import.meta" in body or re.search(r"\bimport\(", body):
        raise NotBundled(f"{name}: {left[0] if left else 'import'}")
    body = _INDENTATION.sub("", _COMMENT.sub("", body))
    return f'modules["{name}"] = (() => {{\n{body}return {{ {", ".join(exports)} }};\n}})();\n'


def _pairs(names: str, between: str) -> list[str]:
    pairs = [_names(each) for each in names.split(",") if each.strip()]
    return [old if old == new else f"{old}{between}{new}" for old, new in pairs]


def _names(written: str) -> tuple[str, str]:
    old, _, new = written.strip().partition(" as ")
    return old, new or old
