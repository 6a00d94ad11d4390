"""The bundler: what it makes, and what it does not pretend to understand."""

from pathlib import Path

import pytest

from voting.documents.modules import NotBundled, bundled
from voting.web import assets


def written(folder: Path, **modules: str) -> Path:
    for name, text in modules.items():
        (folder / f"{name}.js").write_text(text)
    return folder


def test_modules_in_the_order_of_their_need(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        entry='// to readers\nimport { a as b } from "./one.js";\nimport * as two from "./two.js";\nb();\n',
        one='import { c } from "./two.js";\n\nexport function a() {\n  return c;\n}\n',
        two='export const c = 1; // stays\nclass D {}\nexport { D as E };\nexport { a } from "./three.js";\n',
        three="export async function a() {}\n",
    )
    text = bundled(folder, "entry.js")
    assert bundled(folder, "entry.js") == text
    order = [text.index(f'modules["{name}.js"] =') for name in ("three", "two", "one", "entry")]
    assert order == sorted(order)
    assert 'const { a: b } = modules["one.js"];' in text
    assert 'const two = modules["two.js"];' in text
    assert 'return { E: D, a: modules["three.js"].a, c };' in text
    assert "to readers" not in text


@pytest.mark.parametrize(
    "text",
    [
        "export default 1;\n",
        "export let a = 1;\n",
        'import "./one.js";\n',
        'import a from "./one.js";\n',
        'import { a } from "elsewhere";\n',
        'const a = import("./one.js");\n',
        "const a = import.meta.url;\n",
        'import { a } from "./entry.js";\n',
    ],
)
def test_what_is_not_understood(tmp_path: Path, text: str) -> None:
    written(tmp_path, entry=text, one="export const a = 1;\n")
    with pytest.raises(NotBundled):
        bundled(tmp_path, "entry.js")


def test_every_script_of_ours() -> None:
    for path in (assets.STATIC / "js").glob("*.js"):
        assert bundled(assets.STATIC, f"js/{path.name}").startswith("(() => {")
