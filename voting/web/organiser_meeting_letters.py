"""The letters of an assembly: made and withdrawn for all its elections at once, and found by name."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting import language
from voting.errors import Refusal, Refused
from voting.rules.wording import check_wording
from voting.services import assembly_letters, credentials, secrecy_meter
from voting.services.assembly_view import AssemblyView
from voting.services.assembly_view import assembly as assembly_view
from voting.services.site import Progress
from voting.web import access, display
from voting.web.access import allow
from voting.web.organiser_assembly_steps import Asked
from voting.web.organiser_letters import asked_at_issue, packed
from voting.web.public import base_url
from voting.web.streaming import Download, Ending, answer

blueprint = Blueprint("organiser_meeting_letters", __name__, url_prefix="/organise/assemblies/<uuid>/letters")


@blueprint.route("", methods=["GET", "POST"])
@allow("organiser", rate="20 per minute")
def letters(uuid: str) -> ResponseReturnValue:
    """Make every letter; once they are out, everybody who has one, to be found by name, unit or number."""
    site, actor, now = access.site(), access.actor(), access.now()
    view = assembly_view(site, uuid, now)
    if request.method == "GET":
        return _list(view) if _are_out(view) else _form(view)
    passphrase, help_text = asked_at_issue()
    address, to = base_url(), url_for("organiser_meeting_letters.letters", uuid=uuid)

    def act(progress: Progress | None) -> Ending:
        issued = assembly_letters.issue_letters(
            site, uuid, passphrase, address, actor, now, progress, help_text
        )
        return Download(f"{view.title}-选票信.zip", "application/zip", packed(issued), to)

    return answer(act)


@blueprint.route("/withdraw", methods=["GET", "POST"])
@allow("organiser")
def withdraw(uuid: str) -> ResponseReturnValue:
    """Make every letter void in all elections, so that their agendas can be edited again."""
    site, actor, now = access.site(), access.actor(), access.now()
    view = assembly_view(site, uuid, now)
    if not _are_out(view) or view.state.opened_at is not None:
        raise Refused(Refusal.ACT_NOT_NOW)
    sentence, status = None, 200
    if request.method == "POST":
        try:
            reason = request.form.get("reason", "")
            assembly_letters.withdraw_letters(site, uuid, reason, actor, now)
        except Refused as error:
            sentence, status = language.sentence(error, display.locale()), 400
        else:
            flash(_("选票信已全部撤回作废。"))
            return redirect(url_for("organiser_assemblies.assembly", uuid=uuid))
    consequences = (
        _("会议各项表决的选票信全部作废，要收回或通知各户。"),
        _("撤回后可以修改表决事项；改了就要重新发公告，再重新制作全部选票信。"),
    )
    page = render_template(
        "organiser/assembly_step.html",
        assembly=view,
        asked=Asked(_("撤回全部选票信"), consequences, asks_reason=True),
        missing=(),
        sentence=sentence,
        form=request.form,
    )
    return page, status


def _are_out(view: AssemblyView) -> bool:
    return any(election.issued_at is not None for election in view.elections)


def _form(view: AssemblyView) -> ResponseReturnValue:
    if view.state.notice is None or view.outdated or not view.elections:
        raise Refused(Refusal.ACT_NOT_NOW)
    asked = (question for election in view.elections for question in election.agenda.questions)
    return render_template(
        "organiser/issue.html",
        title=view.title,
        back=url_for("organiser_assemblies.assembly", uuid=view.uuid),
        assembly=view,
        elections=view.elections,
        help_text=credentials.DEFAULT_HELP,
        doubts=[doubt for question in asked for doubt in check_wording(question)],
        forecasts=[secrecy_meter.prospect(access.site(), each.uuid) for each in view.elections],
    )


def _list(view: AssemblyView) -> ResponseReturnValue:
    made = assembly_letters.assembly_letters(access.site(), view.uuid)
    sought = request.args.get("q", "").strip()
    found = [
        letter
        for letter in made
        if not sought or any(sought in text for text in (letter.name, *letter.units, str(letter.number)))
    ]
    return render_template(
        "organiser/assembly_letters.html", assembly=view, letters=found, total=len(made), sought=sought
    )
