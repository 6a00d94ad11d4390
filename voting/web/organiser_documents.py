"""The papers that an assembly needs: when, in which version, where they hang; and all as one package."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting import language
from voting.documents.notices import kinds
from voting.errors import Refusal, Refused
from voting.rules.paper_dates import WHY_WORDS
from voting.rules.posting import LONGEST_NAME, Posting
from voting.rules.terms import Terms
from voting.services import documents, elections
from voting.services import postings as services
from voting.services.pictures import LARGEST
from voting.services.site import Site
from voting.services.views import ElectionView
from voting.web import access, display
from voting.web.access import allow
from voting.web.ledgers import PHOTO_BODY, read_time
from voting.web.public import base_url
from voting.web.streaming import Download, attachment

blueprint = Blueprint("organiser_documents", __name__, url_prefix="/organise/elections/<uuid>/documents")


def _address(view: ElectionView) -> str:
    """Where the QR code of every paper leads: an assembly's page is public before an election's is."""
    if view.assembly is not None:
        return base_url() + url_for("assemblies.assembly", uuid=view.assembly.uuid)
    return base_url() + url_for("public.election", uuid=view.uuid)


@blueprint.get("")
@allow("organiser")
def papers(uuid: str) -> ResponseReturnValue:
    """Every paper: until when it is needed and why, which version was made, where it hangs."""
    site = access.site()
    view = elections.election(site, uuid)
    listed = documents.papers(site, uuid, _address(view), access.now())
    return render_template(
        "organiser/documents.html",
        election=view,
        papers=listed,
        why_words={why.value: _(words) for why, words in WHY_WORDS.items()},
        zone=display.page_zone(),
    )


@blueprint.get("/<key>.<form>")
@allow("organiser")
def paper(uuid: str, key: str, form: str) -> ResponseReturnValue:
    """One paper as PDF or `.docx`."""
    site = access.site()
    view = elections.election(site, uuid)
    name, media_type, body = documents.made_paper(
        site, uuid, _address(view), key, form, access.actor(), access.now()
    )
    return attachment(Download(name, media_type, body, ""))


@blueprint.route("/<key>/postings", methods=["GET", "POST"])
@allow("organiser", body=PHOTO_BODY)
def postings(uuid: str, key: str) -> ResponseReturnValue:
    """Enter where a paper hangs; and every entry so far."""
    site, now = access.site(), access.now()
    view = elections.election(site, uuid)
    kind = kinds(view.agenda.terms or Terms()).get(key)
    if kind is None or not kind.posted:
        raise Refused(Refusal.PAPER_UNKNOWN)
    sentence, status = None, 200
    if request.method == "POST":
        uploaded = request.files.get("photo")
        try:
            posting = _posting(view, key)
            photo = uploaded.read() if uploaded else b""
            number = services.record_posting(site, posting, photo, access.actor(), now)
            flash(_("已登记（第 %(number)s 条）。", number=number))
            return redirect(url_for("organiser_documents.postings", uuid=uuid, key=key))
        except Refused as refused:
            sentence, status = language.sentence(refused, display.locale()), 400
    zone = display.page_zone()
    page = render_template(
        "organiser/postings.html",
        election=view,
        kind=kind,
        dates=services.paper_dates(site, uuid, now)[key],
        ledger=view.assembly.uuid if view.assembly is not None else uuid,
        boards=_boards(site, view),
        form=request.form,
        ticked=set(request.form.getlist("place")),
        at=request.form.get("at") or now.astimezone(zone).strftime("%Y-%m-%dT%H:%M"),
        zone=zone,
        why_words={why.value: _(words) for why, words in WHY_WORDS.items()},
        sentence=sentence,
        largest=LARGEST // 1024**2,
        longest=LONGEST_NAME,
    )
    return page, status


def _posting(view: ElectionView, key: str) -> Posting:
    """What was typed and ticked. Refuses TIME_UNREADABLE and NUMBER_UNREADABLE."""
    form = request.form
    version = form.get("version", "0")
    if not version.isdecimal() or len(version) > 6:
        raise Refused(Refusal.NUMBER_UNREADABLE, field="version")
    places = (*form.getlist("place"), *form.get("others", "").splitlines())
    at = read_time("at", display.page_zone().key)
    return Posting(key, view.uuid, places, at, form.get("by", ""), int(version), "")


def _boards(site: Site, view: ElectionView) -> list[str]:
    """The boards where papers usually hang: the estate's, and one a stairwell."""
    boards = ["小区公告栏"]
    for building, stairwell in documents.stairwells(site, view.uuid):
        # Written as people here call them, in whatever language the page is: the entry is a record.
        place = f"{building}栋" if building.isdecimal() else building
        boards.append(place + (f"{stairwell}单元" if stairwell.isdecimal() else stairwell))
    return boards


@blueprint.get("/package")
@allow("organiser")
def filing(uuid: str) -> ResponseReturnValue:
    """Everything of the meeting that can be made by now, as one ZIP."""
    view = elections.election(access.site(), uuid)
    body = documents.filing_package(access.site(), uuid, _address(view))
    title = view.assembly.title if view.assembly is not None else view.title
    return attachment(Download(f"{title}-备案资料.zip", "application/zip", body, ""))
