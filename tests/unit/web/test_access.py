"""For every route: who gets in and who does not; and what every answer carries."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from tests.assembly import Assembly
from tests.circles import hold, set_up
from tests.conftest import Clock
from tests.unit.web.conftest import Visitor
from voting.services import circles
from voting.services.site import Site
from voting.web import public
from voting.web.app import create_app

IN, SIGN_IN, NO = "in", "sent to sign in", "refused"
# What a stranger, a resident of this election, a trustee of this election, a trustee of another one, an
# organiser and an auditor meet.
ANYONE = (IN, IN, IN, IN, IN, IN)
ORGANISERS = (SIGN_IN, SIGN_IN, SIGN_IN, SIGN_IN, IN, NO)
RECORD = (SIGN_IN, SIGN_IN, SIGN_IN, SIGN_IN, IN, IN)
AUDITORS = (SIGN_IN, SIGN_IN, SIGN_IN, SIGN_IN, NO, IN)
RESIDENTS = (NO, IN, NO, NO, NO, NO)
TRUSTEES = (NO, NO, IN, NO, NO, NO)

TABLE = {
    ("public.home", "GET"): ANYONE,
    ("public.election", "GET"): ANYONE,
    ("public.board", "GET"): ANYONE,
    ("public.icon", "GET"): ANYONE,
    ("public.verifier", "GET"): ANYONE,
    ("assets.asset", "GET"): ANYONE,
    ("materials.question", "GET"): ANYONE,
    ("materials.file", "GET"): ANYONE,
    ("check.check", "GET"): ANYONE,
    ("check.checkpoint", "GET"): ANYONE,
    ("check.events", "GET"): ANYONE,
    ("check.challenged", "GET"): ANYONE,
    ("sign_in.sign_in", "GET"): ANYONE,
    ("sign_in.sign_in", "POST"): ANYONE,
    ("sign_in.sign_out", "POST"): RECORD,
    ("resident.booth", "GET"): ANYONE,
    ("resident.challenge", "POST"): ANYONE,
    ("resident.enter", "POST"): ANYONE,
    ("resident.ballot", "POST"): RESIDENTS,
    ("resident.challenged", "POST"): RESIDENTS,
    ("resident.leave", "POST"): ANYONE,
    ("resident_help.page", "GET"): ANYONE,
    ("resident_help.ask", "POST"): ANYONE,
    ("resident_help.ask_by_letter", "POST"): ANYONE,
    ("helper.begin", "POST"): ANYONE,
    ("helper.end", "POST"): ANYONE,
    ("organiser_help.requests", "GET"): ORGANISERS,
    ("organiser_help.change", "POST"): ORGANISERS,
    ("organiser_help.volunteers", "POST"): ORGANISERS,
    ("trustee.circle", "GET"): ANYONE,
    ("trustee.enter", "POST"): ANYONE,
    ("trustee.state", "GET"): TRUSTEES,
    ("trustee.certificate", "POST"): TRUSTEES,
    ("trustee.polynomial", "POST"): TRUSTEES,
    ("trustee.output", "POST"): TRUSTEES,
    ("trustee.owners", "GET"): TRUSTEES,
    ("trustee.area", "GET"): TRUSTEES,
    ("trustee.share", "POST"): TRUSTEES,
    ("trustee_openings.requests", "GET"): TRUSTEES,
    ("trustee_openings.approve", "POST"): TRUSTEES,
    ("trustee_openings.decline", "POST"): TRUSTEES,
    ("trustee_openings.document", "GET"): TRUSTEES,
    ("organiser.home", "GET"): ORGANISERS,
    ("organiser.create_estate", "POST"): ORGANISERS,
    ("organiser_register.register", "GET"): ORGANISERS,
    ("organiser_register.preview", "POST"): ORGANISERS,
    ("organiser_register.store", "POST"): ORGANISERS,
    ("organiser_by_election.plan", "GET"): ORGANISERS,
    ("organiser_by_election.plan", "POST"): ORGANISERS,
    ("organiser_residents.register", "GET"): ORGANISERS,
    ("organiser_residents.preview", "POST"): ORGANISERS,
    ("organiser_residents.store", "POST"): ORGANISERS,
    ("organiser_residents.represent", "POST"): ORGANISERS,
    ("assemblies.assembly", "GET"): ANYONE,
    ("assemblies.roll", "GET"): ANYONE,
    ("assemblies.calendar", "GET"): ANYONE,
    ("organiser_assemblies.new", "GET"): ORGANISERS,
    ("organiser_assemblies.new", "POST"): ORGANISERS,
    ("organiser_assemblies.assembly", "GET"): ORGANISERS,
    ("organiser_assemblies.rules", "GET"): ORGANISERS,
    ("organiser_assemblies.rule", "GET"): ORGANISERS,
    ("organiser_assemblies.rule", "POST"): ORGANISERS,
    ("organiser_assemblies.calendar", "GET"): ORGANISERS,
    ("organiser_assemblies.log", "GET"): RECORD,
    ("organiser_assembly_steps.step", "GET"): ORGANISERS,
    ("organiser_assembly_steps.step", "POST"): ORGANISERS,
    ("organiser_assembly_roll.roll", "GET"): ORGANISERS,
    ("organiser_assembly_roll.correct", "POST"): ORGANISERS,
    ("organiser_assembly_roll.decide_proposal", "POST"): ORGANISERS,
    ("organiser_assembly_roll.objections", "GET"): ORGANISERS,
    ("organiser_assembly_roll.objections", "POST"): ORGANISERS,
    ("organiser_assembly_roll.answer", "POST"): ORGANISERS,
    ("organiser_assembly_roll.decide", "POST"): ORGANISERS,
    ("organiser_election.new", "GET"): ORGANISERS,
    ("organiser_election.new", "POST"): ORGANISERS,
    ("organiser_election.edit", "GET"): ORGANISERS,
    ("organiser_election.edit", "POST"): ORGANISERS,
    ("organiser_election.election", "GET"): ORGANISERS,
    ("organiser_letters.issue", "GET"): ORGANISERS,
    ("organiser_letters.issue", "POST"): ORGANISERS,
    ("organiser_trustees.trustees", "GET"): ORGANISERS,
    ("organiser_trustees.set_up", "POST"): ORGANISERS,
    ("organiser_trustees.invite", "GET"): ORGANISERS,
    ("organiser_trustees.invite", "POST"): ORGANISERS,
    ("organiser_trustees.dissolve", "GET"): ORGANISERS,
    ("organiser_trustees.dissolve", "POST"): ORGANISERS,
    ("organiser_roll.roll", "GET"): ORGANISERS,
    ("organiser_roll.voter", "GET"): ORGANISERS,
    ("organiser_roll.voter", "POST"): ORGANISERS,
    ("organiser_conduct.open_", "GET"): ORGANISERS,
    ("organiser_conduct.open_", "POST"): ORGANISERS,
    ("organiser_conduct.close", "GET"): ORGANISERS,
    ("organiser_conduct.close", "POST"): ORGANISERS,
    ("organiser_conduct.count", "GET"): ORGANISERS,
    ("organiser_conduct.count", "POST"): ORGANISERS,
    ("organiser_conduct.publish", "GET"): ORGANISERS,
    ("organiser_conduct.publish", "POST"): ORGANISERS,
    ("organiser_conduct.withdraw", "GET"): ORGANISERS,
    ("organiser_conduct.withdraw", "POST"): ORGANISERS,
    ("organiser_conduct.delete", "GET"): ORGANISERS,
    ("organiser_conduct.delete", "POST"): ORGANISERS,
    ("organiser_meeting_letters.letters", "GET"): ORGANISERS,
    ("organiser_meeting_letters.letters", "POST"): ORGANISERS,
    ("organiser_meeting_letters.withdraw", "GET"): ORGANISERS,
    ("organiser_meeting_letters.withdraw", "POST"): ORGANISERS,
    ("organiser_nominations.nominations", "GET"): ORGANISERS,
    ("organiser_nominations.nominate", "POST"): ORGANISERS,
    ("organiser_nominations.check", "POST"): ORGANISERS,
    ("organiser_nominations.decide", "POST"): ORGANISERS,
    ("organiser_nominations.withdraw", "POST"): ORGANISERS,
    ("organiser_nominations.up", "POST"): ORGANISERS,
    ("organiser_materials.questions", "GET"): ORGANISERS,
    ("organiser_materials.statement", "POST"): ORGANISERS,
    ("organiser_materials.photo", "POST"): ORGANISERS,
    ("organiser_materials.attachment", "POST"): ORGANISERS,
    ("organiser_materials.remove", "POST"): ORGANISERS,
    ("organiser_documents.papers", "GET"): ORGANISERS,
    ("organiser_documents.paper", "GET"): ORGANISERS,
    ("organiser_documents.filing", "GET"): ORGANISERS,
    ("organiser_documents.postings", "GET"): ORGANISERS,
    ("organiser_documents.postings", "POST"): ORGANISERS,
    ("ledgers.delivery", "GET"): RECORD,
    ("ledgers.record", "POST"): ORGANISERS,
    ("ledgers.spreadsheet", "GET"): ORGANISERS,
    ("ledgers.photo", "GET"): RECORD,
    ("ledgers.withdraw", "GET"): ORGANISERS,
    ("ledgers.withdraw", "POST"): ORGANISERS,
    ("auditor.elections", "GET"): RECORD,
    ("auditor.dossier", "GET"): RECORD,
    ("auditor.export", "POST"): RECORD,
    ("openings.requests", "GET"): RECORD,
    ("openings.ask", "POST"): RECORD,
    ("openings.approve", "POST"): RECORD,
    ("openings.decline", "POST"): RECORD,
    ("openings.document", "GET"): RECORD,
    ("openings.ballots", "GET"): AUDITORS,
    ("openings.export", "POST"): AUDITORS,
    ("own_objection.page", "GET"): ANYONE,
    ("own_objection.challenge", "POST"): ANYONE,
    ("own_objection.file", "POST"): ANYONE,
    ("own_objection.page_by_letter", "GET"): ANYONE,
    ("own_objection.challenge_by_letter", "POST"): ANYONE,
    ("own_objection.file_by_letter", "POST"): ANYONE,
    ("meeting.door", "GET"): ANYONE,
    ("meeting.challenge", "POST"): ANYONE,
    ("meeting.enter", "POST"): ANYONE,
    ("meeting.leave", "POST"): ANYONE,
    ("own_opening.page", "GET"): ANYONE,
    ("own_opening.challenge", "POST"): ANYONE,
    ("own_opening.opened", "POST"): ANYONE,
}


def routes(app: Flask) -> set[tuple[str, str]]:
    return {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}
        if rule.endpoint != "static"
    }


def test_every_route_has_a_line_in_the_table(app: Flask) -> None:
    assert routes(app) == set(TABLE)


def met(visitor: Visitor, method: str, address: str) -> str:
    response = visitor.get(address) if method == "GET" else visitor.post(address)
    if response.status_code == 302 and response.headers["Location"].startswith("/sign-in"):
        return SIGN_IN
    # 401 also answers a wrong password; who is let in never sees these two refusals of the guard.
    if response.status_code == 403:
        return NO
    return IN


def test_every_route_for_everyone(
    app: Flask,
    assembly: Assembly,
    clock: Clock,
    visitor: Callable[[], Visitor],
    organiser: Visitor,
    auditor: Visitor,
    resident: Callable[[str, int], Visitor],
    trustee: Callable[..., Visitor],
) -> None:
    members = hold(set_up(assembly.draft(), 1, ("丁一",)))
    assembly.issue_and_open()
    clock.now = assembly.voting
    trustee_elsewhere = trustee(members[0], "AnotherElection")
    values = {"uuid": assembly.uuid, "estate_id": assembly.estate_id, "voter": 1, "number": 1}
    values |= {"digest": "0", "name": "style.css", "tracker": "0", "act": "file", "setting": "notice-days"}
    values |= {"key": "nothing", "form": "pdf", "question": "q1"}
    adapter = app.url_map.bind("localhost")
    found = {}
    # Signing out comes last: it ends the visit.
    for endpoint, method in sorted(TABLE, key=lambda route: route[0] == "sign_in.sign_out"):
        rule = next(rule for rule in app.url_map.iter_rules(endpoint) if method in (rule.methods or ()))
        address = adapter.build(endpoint, {name: values[name] for name in rule.arguments}, method)
        visitors = (
            visitor(),
            resident(assembly.uuid, 1),
            trustee(members[0]),
            trustee_elsewhere,
            organiser,
            auditor,
        )
        found[endpoint, method] = tuple(met(one, method, address) for one in visitors)
    assert found == TABLE


def test_a_resident_of_one_election_is_a_stranger_in_another(
    assembly: Assembly, resident: Callable[[str, int], Visitor]
) -> None:
    assembly.open()
    other = resident("AnotherElection", 1)
    assert other.post(f"/v/{assembly.uuid}/ballot").status_code == 403


def test_a_trustee_who_was_replaced_is_a_stranger(
    assembly: Assembly, trustee: Callable[..., Visitor]
) -> None:
    member = set_up(assembly.draft())[0]
    visitor = trustee(member)
    assert visitor.get(f"/t/{assembly.uuid}/state").status_code == 200
    circles.invite_anew(assembly.site, assembly.uuid, 1, assembly.actor, assembly.now)
    answer = visitor.get(f"/t/{assembly.uuid}/state", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["refusal"]) == (403, "trustee-not-entered")


def test_a_route_without_a_rule_keeps_the_app_from_starting(
    site: Site, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(public.board, "access_rule")
    with pytest.raises(RuntimeError, match=r"public\.board"):
        create_app(site, clock=clock)


def test_wrong_role_reads_a_sentence(auditor: Visitor) -> None:
    page = auditor.get("/organise")
    assert page.status_code == 403
    assert "您的账号看不了这一页" in page.text


def test_a_stranger_comes_back_after_signing_in(stranger: Visitor) -> None:
    assert stranger.get("/audit?x=1").headers["Location"] == "/sign-in?next=/audit?x%3D1"


def test_scripts_get_refusals_as_json(stranger: Visitor) -> None:
    response = stranger.get("/organise", headers={"Accept": "application/json"})
    assert response.status_code == 401
    assert response.json["refusal"] == "sign-in-needed"
    assert response.json["sentence"]


def test_headers_on_every_kind_of_answer(stranger: Visitor) -> None:
    for address, status in (("/", 200), ("/nowhere", 404), ("/organise", 302), ("/static/style.css", 200)):
        response = stranger.client.get(address)
        assert response.status_code == status
        headers = response.headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "Strict-Transport-Security" not in headers
        response.close()
    assert stranger.get("/").headers["Cache-Control"] == "no-store"


def test_https_is_remembered_and_its_cookies_are_secure(site: Site, clock: Clock) -> None:
    client = create_app(site, clock=clock, secure_cookies=True).test_client()
    response = client.get("/", base_url="https://vote.example")
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"
    cookie = response.headers["Set-Cookie"]
    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_post_without_its_token_changes_nothing(organiser: Visitor) -> None:
    page = organiser.client.post("/organise/estates", data={"name": "某小区"})
    assert page.status_code == 400
    assert "什么也没有改动" in page.text
    assert "某小区" not in organiser.get("/organise").text


def test_a_post_over_https_with_its_token_needs_no_referrer(site: Site, clock: Clock) -> None:
    visitor = Visitor(create_app(site, clock=clock, secure_cookies=True).test_client())
    visitor.get("/sign-in", base_url="https://vote.example")
    page = visitor.post("/sign-in", {"name": "x", "password": "y"}, base_url="https://vote.example")
    assert page.status_code == 401
    assert "登录名或密码不对" in page.text


def test_too_large_a_body_is_refused_in_words(stranger: Visitor) -> None:
    page = stranger.post("/sign-in", {"name": "x" * 300_000})
    assert page.status_code == 413
    assert "太大" in page.text


def test_too_many_requests_are_refused_in_words(site: Site, clock: Clock) -> None:
    visitor = Visitor(create_app(site, clock=clock).test_client())
    visitor.get("/sign-in")
    answers = [visitor.post("/sign-in", {"name": "", "password": ""}) for _ in range(31)]
    assert [answer.status_code for answer in answers] == [401] * 30 + [429]
    assert "请等一分钟" in answers[-1].text


def test_an_unknown_page_is_a_sentence(stranger: Visitor) -> None:
    page = stranger.get("/nowhere")
    assert page.status_code == 404
    assert "没有找到" in page.text


def test_a_failure_says_nothing_of_itself(
    app: Flask, stranger: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_site: Site) -> list[object]:
        raise KeyError("secret detail")

    monkeypatch.setattr(public.elections, "announced_elections", broken)
    page = stranger.client.get("/", headers={"Accept": "application/json"})
    assert page.status_code == 500
    assert page.json["refusal"] == "server-failed"
    assert "secret" not in page.text


def test_no_page_carries_script_or_style_inline(
    assembly: Assembly, clock: Clock, organiser: Visitor, auditor: Visitor, stranger: Visitor
) -> None:
    hold(set_up(assembly.draft(), 1, ("丁一",)))
    assembly.issue_and_open()
    assembly.cast(1)
    clock.now = assembly.voting
    pages = [
        stranger.get(f"/e/{assembly.uuid}"),
        stranger.get(f"/e/{assembly.uuid}/board"),
        stranger.get("/sign-in"),
        stranger.get(f"/v/{assembly.uuid}"),
        organiser.get("/organise"),
        organiser.get(f"/organise/elections/{assembly.uuid}"),
        organiser.get(f"/organise/elections/{assembly.uuid}/roll/2"),
        organiser.get(f"/organise/elections/{assembly.uuid}/trustees"),
        stranger.get(f"/t/{assembly.uuid}"),
        organiser.get(f"/organise/estates/{assembly.estate_id}/elections/new"),
        auditor.get(f"/audit/{assembly.uuid}"),
    ]
    for page in pages:
        assert page.status_code == 200
        for script in re.findall(r"<script([^>]*)>", page.text):
            assert "src=" in script or 'type="application/json"' in script
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page.text)


def test_the_language_is_kept_and_every_page_offers_the_other(stranger: Visitor) -> None:
    assert 'lang="zh-Hans"' in stranger.get("/").text
    assert '<html lang="en"' in stranger.get("/?lang=en").text
    page = stranger.get("/sign-in").text
    assert '<html lang="en"' in page
    assert "lang=zh_Hans" in page
    assert '<html lang="zh-Hans"' in stranger.get("/?lang=zh_Hans").text
    assert '<html lang="zh-Hans"' in stranger.get("/?lang=xx").text


def test_large_text_is_kept(stranger: Visitor) -> None:
    assert 'class="senior"' in stranger.get("/?senior=1").text
    assert 'class="senior"' in stranger.get("/sign-in").text
    assert 'class="senior"' not in stranger.get("/?senior=0").text


def test_a_session_ends_by_itself(organiser: Visitor, app: Flask) -> None:
    assert app.permanent_session_lifetime == timedelta(hours=12)
