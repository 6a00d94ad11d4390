"""verify.html as auditors use it: one file, opened from a disk without a network, and what it says."""

import io
import json
import random
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from tests.records import corpus, good, record
from voting.documents.verdicts import meeting_rows
from voting.documents.verifier import verify_html
from voting.errors import Refusal, Refused
from voting.language import LOCALES, moment, sentence, translations
from voting.services.verification import verify_path
from voting.services.wire import shown as local

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page on a disk."""
    path = tmp_path_factory.mktemp("stick") / "verify.html"
    path.write_bytes(verify_html())
    return path


@pytest.fixture
def faults() -> list[str]:
    """What the page complained of, or asked a network for."""
    return []


@pytest.fixture
def opened(browser: Browser, page_file: Path, faults: list[str]) -> Iterator[Any]:
    """Opens the page without a network, in a language."""
    contexts: list[BrowserContext] = []

    def opens(locale: str = "zh-CN", viewport: dict[str, int] = DESK) -> Page:
        context = browser.new_context(locale=locale, viewport=viewport, offline=True)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "request",
            lambda request: request.url.startswith(("file:", "blob:")) or faults.append(request.url),
        )
        page.goto(page_file.as_uri())
        return page

    yield opens
    for context in contexts:
        context.close()
    assert faults == []


def zipped(files: Files, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as export:
        for name, body in files.items():
            export.writestr(name, body)
    return target.getvalue()


def given(page: Page, body: bytes, name: str = "EXPORT.zip") -> str:
    """Puts a file into the page, and returns all that it then says."""
    page.set_input_files("#files", {"name": name, "mimeType": "application/octet-stream", "buffer": body})
    return answer(page)


def answer(page: Page) -> str:
    page.wait_for_selector("#working", state="hidden")
    page.wait_for_selector("#report .notice")
    return page.inner_text("#report")


def test_the_page_is_the_same_whenever_it_is_made() -> None:
    first = verify_html()
    verify_html.cache_clear()
    assert verify_html() == first


def test_the_page_allows_no_connection_and_no_other_script() -> None:
    page = verify_html().decode()
    policy = page.partition('Content-Security-Policy" content="')[2].partition('"')[0]
    script = page.rpartition("<script>")[2].partition("</script>")[0]
    style = page.partition("<style>")[2].partition("</style>")[0]
    digests = [b64encode(sha256(text.encode()).digest()).decode() for text in (script, style)]
    assert policy == (
        f"default-src 'none'; script-src 'sha256-{digests[0]}'; style-src 'sha256-{digests[1]}'; "
        "worker-src blob:; connect-src 'none'; base-uri 'none'; form-action 'none'"
    )
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in page


def test_a_good_record_and_both_languages(opened: Any) -> None:
    page = opened("zh-CN")
    said = given(page, zipped(good()["good"]))
    assert page.locator("#report .notice.done").count() == 1
    assert "这份记录经得起核对" in said
    assert "没有和更早的摘要比对" in said
    assert page.locator("#report figure.bar").count() == 2 + 2 * (3 + 2)
    outcome = json.loads(good()["good"]["outcome.json"])
    assert f"{outcome['participation']['owners']} / {outcome['electorate']['owners']} 户" in said
    for counts in outcome["questions"]["q1"]["counts"].values():
        assert f"{counts['owners']} 户" in said
    page.click("#language")
    assert "This record stands up to verification" in page.inner_text("#report")
    assert page.title() == "Verify the record of a vote"
    assert page.get_attribute("html", "lang") == "en"
    assert "校验" not in page.inner_text("#report")


@pytest.mark.parametrize("refusal", ["ballot-second", "result-mismatch", "rules-not-bound", "log-disagrees"])
def test_each_fault_is_said_with_its_name_and_place(opened: Any, refusal: str) -> None:
    case = next(case for case in corpus() if refusal in [found["refusal"] for found in case["findings"]])
    page = opened("en-US")
    said = " ".join(given(page, zipped(record(case).files)).split())
    assert page.locator("#report .notice.fault").count() == 1
    for finding in case["findings"]:
        refused = Refused(Refusal(finding["refusal"]), **finding["place"])
        assert " ".join(sentence(refused, "en", in_record=True).split()) in said
        assert finding["refusal"] in said


def test_every_sentence_is_said_as_python_says_it(static_page: Page) -> None:
    found = {json.dumps(each, sort_keys=True): each for case in corpus() for each in case["findings"]}
    words = verify_html().decode().partition('id="words">')[2].partition("</script>")[0]
    for locale in LOCALES:
        told = static_page.evaluate(
            """async ([words, findings]) => {
              const { sentence } = await import("/js/verifier/words.js");
              return findings.map((each) => sentence(words, each));
            }""",
            [json.loads(words)[locale], list(found.values())],
        )
        assert told == [
            sentence(Refused(Refusal(each["refusal"]), **each["place"]), locale, in_record=True)
            for each in found.values()
        ]


@pytest.mark.parametrize("locale", LOCALES)
def test_the_meeting_is_told_as_the_command_tells_it(static_page: Page, locale: str) -> None:
    told: dict[str, Any] = {
        "title": "金苹果小区首次业主大会会议",
        "convener": "筹备组",
        "meeting": "first",
        "place": "杭州",
        "zone": "Asia/Urumqi",
        "notice": "2026-05-10T01:00:00Z",
        "announced_opening": "2026-05-28T00:00:00Z",
        "announced_closing": "2026-06-12T12:00:00Z",
        "closing": "2026-06-20T12:00:00Z",
    }
    words = json.loads(verify_html().decode().partition('id="words">')[2].partition("</script>")[0])[locale]
    gettext = translations(locale).gettext

    def shown(iso: str) -> str:
        return moment(local(datetime.fromisoformat(iso), told["zone"]), gettext)

    for more in ({"changes": 0, "extensions": 0}, {"changes": 2, "extensions": 1}):
        rows = static_page.evaluate(
            """async ([words, told]) => {
              const { meeting } = await import("/js/verifier/report-view.js");
              const [, list] = meeting(words, told);
              const texts = [...list.children].map((each) => each.textContent);
              return texts.flatMap((text, at) => (at % 2 ? [] : [[text, texts[at + 1]]]));
            }""",
            [words, told | more],
        )
        assert [tuple(row) for row in rows] == meeting_rows(gettext, told | more, shown)
    alone = "async () => (await import('/js/verifier/report-view.js')).meeting({}, undefined).length"
    assert static_page.evaluate(alone) == 0


def test_an_earlier_checkpoint(opened: Any) -> None:
    case = next(case for case in corpus() if case.get("since") and not case["findings"])
    page = opened("en-US")
    files = record(case)
    page.click("summary")
    page.set_input_files(
        "#earlier", {"name": "checkpoint.txt", "mimeType": "text/plain", "buffer": files.since.encode()}
    )
    said = given(page, zipped(files.files))
    assert "The record continues" in said
    assert "Not compared with an earlier digest" not in said


def test_one_archive_and_a_folder(opened: Any, tmp_path: Path) -> None:
    files = good()["Ed25519"]
    page = opened("en-US")
    name = next(name for name in files if name.startswith("area/"))
    assert "By itself it does not show the outcome" in given(page, files[name], "area.bel")
    folder = tmp_path / "unzipped"
    for name, body in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(body)
    page.set_input_files("#folder", folder)
    assert "This record stands up to verification" in answer(page)


def damaged(files: Files) -> dict[str, bytes]:
    """Zips that the reader must not take for a record."""
    whole = zipped(files)
    stored = bytearray(zipped(files, zipfile.ZIP_STORED))
    stored[stored.index(files["rules.json"])] ^= 1
    twice = io.BytesIO(whole)
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(twice, "a") as export:
        export.writestr("rules.json", files["rules.json"])
    packed = bytearray(whole)
    packed[len(whole) // 3] ^= 0x10
    return {
        "nothing": b"",
        "no zip": b"PK" + bytes(100),
        "cut": whole[:-30],
        "a checksum that is wrong": bytes(stored),
        "a name twice": twice.getvalue(),
        "a stream that is damaged": bytes(packed),
        "another method": zipped(files, zipfile.ZIP_BZIP2),
    }


def test_damaged_zips_are_refused_alike(opened: Any, tmp_path: Path) -> None:
    page = opened("en-US")
    for name, body in damaged(good()["Ed25519"]).items():
        path = tmp_path / "EXPORT.zip"
        path.write_bytes(body)
        with pytest.raises(Refused) as caught:
            verify_path(path)
        assert caught.value.refusal is Refusal.EXPORT_UNREADABLE, name
        assert "export-unreadable" in given(page, body), name
    assert "This record stands up" in given(page, zipped(good()["Ed25519"], zipfile.ZIP_STORED))


def test_a_byte_that_changes_is_found(opened: Any, tmp_path: Path) -> None:
    """A sample: the corpus has the changes that were repaired, Python's tests every kind of byte."""
    chosen = random.Random(2)  # the same bytes in every run
    files = good()["Ed25519"]
    page = opened("en-US")
    for name, body in files.items():
        at = chosen.randrange(len(body))
        changed = body[:at] + bytes([body[at] ^ 1 << chosen.randrange(8)]) + body[at + 1 :]
        altered = zipped(files | {name: changed})
        said = given(page, altered)
        path = tmp_path / "EXPORT.zip"
        path.write_bytes(altered)
        found = verify_path(path)
        assert not found.valid, name
        for refused in found.findings:
            assert f"{refused.refusal.value}" in said, (name, at, said)


@pytest.mark.parametrize("viewport", [PHONE, DESK])
def test_it_fits_and_can_be_used_by_everyone(opened: Any, viewport: dict[str, int]) -> None:
    page = opened("zh-CN", viewport)
    given(page, zipped(good()["Ed25519"]))
    assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]
    found = Axe().run(page).response["violations"]
    assert found == [], [(each["id"], each["nodes"][0]["html"]) for each in found]
