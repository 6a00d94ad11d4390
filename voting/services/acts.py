"""What each act in an audit log says of itself: one entry an act, for whoever writes or checks a line.

An act, every key it has with its kind, and `;`. `key?:kind` may be left out; nothing else may be there.

- `text`; `number`, whole and from 0 to 10^15; `flag`, true or false; `scalar`, any of these or null;
- `time`, 2026-05-01T08:00:00Z, and `day`, 2026-05-01, of the years 2000 to 2999;
- `digest`, 64 hexadecimal digits; `digests`, an object of them by name;
- a name of `RECORDS`; behind any kind, `*` makes a list of it, and `?` lets it be null.

An act that is not declared here cannot be written. All tables but the first stand, the same, in
`web/static/js/verifier/acts.js` for verify.html; the sentence of each act stands in `web/chronicle.py`.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime

from voting.errors import Refusal, Refused
from voting.services.wire import iso

SITE_ACTS = """
account-created account:number role:text;
password-changed account:number;
sign-in-locked account:number;
estate-created estate:number name:text;
register-imported estate:number register:number units:number file_sha256:digest;
residents-imported estate:number register:number residents:number minors:number of_age_on:day
    file_sha256:digest;
representative-changed estate:number register:number home:text reason:text;
help-taken election:text number:number;
help-done election:text number:number outcome:text;
"""

ELECTION_ACTS = """
election-created title:text agenda_sha256:digest group:text secrecy:text assembly?:text;
election-edited title:text agenda_sha256:digest group:text secrecy:text;
election-deleted title:text;
material-added question:text kind:text material_sha256:digest;
material-removed question:text kind:text;
notice-given assembly:text notice:number opens_at:time closes_at:time;
letters-issued register:number voters:number area_dm2?:number roll_sha256:digest
    credential_file_sha256:digest materials_sha256?:digest;
letters-withdrawn voters:number reason:text;
letter-replaced voter:number reason:text;
letter-reprinted voter:number;
voter-locked voter:number reason:text;
voter-unlocked voter:number;
second-factor-reset voter:number reason:text;
voter-transferred voter:number reason:text stands:number;
second-factor-locked voter:number;
help-asked voter:number wanted:text;
volunteers-listed count:number;
circle-set-up trustees:text* threshold:number;
circle-dissolved trustees:text* round:text;
trustee-invited-anew trustee:number name:text begins_again:flag;
trustee-sent-certificate trustee:number;
trustee-sent-polynomial trustee:number;
trustee-sent-output trustee:number;
trustee-sent-share trustee:number;
trustee-share-refused trustee:number refusal:text;
election-opened owners_event:digest area_event:digest rules_sha256:digest trustees?:number
    threshold?:number assembly_head?:digest;
election-extended assembly:text was:time closes_at:time reason:text;
election-closed height:number owners_event:digest area_event:digest voters:number area_dm2?:number
    early?:text assembly_head?:digest;
election-counted outcome_sha256:digest deemed?:deemed deemed_sha256?:digest shares_refused?:text
    ballots_sha256?:digest;
key-destroyed;
election-published assembly?:text;
opening-requested opening:number tracker:text reason:text role:text attachment:text
    attachment_sha256:digest;
opening-approved opening:number role?:text trustee?:number;
opening-declined opening:number role?:text trustee?:number reason:text ends:flag;
ballot-opened opening:number tracker:text requested_by:text reason:text attachment_sha256:digest
    proof_sha256:digest;
record-exported files:digests auditors:flag assembly_head?:digest;
delivery-recorded entry:number sha256:digest photo_sha256?:digest way:text units:number voters?:number*;
delivery-withdrawn entry:number sha256:digest photo_sha256?:digest withdraws:number reason:text;
posting-recorded entry:number sha256:digest photo_sha256?:digest paper:text title:text election:text
    places:text* at:time by:text version:number paper_sha256:digest;
posting-withdrawn entry:number sha256:digest photo_sha256?:digest withdraws:number reason:text;
"""

ASSEMBLY_ACTS = """
assembly-planned title:text convener:text meeting:text place:text effect:text zone:text holidays:day*
    elects_committee:flag;
assembly-setting-changed setting:text value:scalar was:scalar reason:text;
assembly-elects-committee;
by-election-planned fills:text members:number vacant:number moved_up:number reason?:text;
assembly-publish-roll register:number version:number owners:number area_dm2:number roll_sha256:digest
    reason?:text;
assembly-publish-candidates candidates:contest* candidates_sha256:digest reason?:text;
candidate-nominated number:number nominator:text;
candidate-checked number:number met:number not_met:number;
candidate-decided number:number listed:flag reason?:text objection?:number;
candidate-withdrawn number:number reason:text;
candidates-arranged numbers:number*;
assembly-object about:text;
assembly-objection-answered number:number;
assembly-decide-objection number:number upheld:flag reason:text;
assembly-give-notice items:text* opens_at:time closes_at:time roll:roll elections:noticed* reason?:text;
assembly-open items:text*;
assembly-extend closes_at:time reason:text;
assembly-close;
assembly-publish-preliminary reason?:text;
assembly-publish-final;
assembly-file;
assembly-letters-issued letters:number elections:text* credential_file_sha256:digest;
assembly-letters-withdrawn letters:number reason:text;
assembly-letter-replaced letter:number reason:text;
assembly-letter-reprinted letter:number;
assembly-voter-locked letter:number reason:text;
assembly-voter-unlocked letter:number;
assembly-second-factor-reset letter:number reason:text;
assembly-voter-transferred letter:number reason:text stands:number;
assembly-second-factor-locked letter:number;
roll-correction version:number reason:text owners:number area_dm2:number roll_sha256:digest unit:text
    removed:flag objection?:number;
roll-decision version:number reason:text owners:number area_dm2:number roll_sha256:digest units:text*
    accepted:flag split:flag;
delivery-recorded entry:number sha256:digest photo_sha256?:digest way:text units:number voters?:number*;
delivery-withdrawn entry:number sha256:digest photo_sha256?:digest withdraws:number reason:text;
posting-recorded entry:number sha256:digest photo_sha256?:digest paper:text title:text election:text
    places:text* at:time by:text version:number paper_sha256:digest;
posting-withdrawn entry:number sha256:digest photo_sha256?:digest withdraws:number reason:text;
"""

# What stands inside others.
RECORDS = """
deemed heads:number area_dm2:number;
contest election:text question:text candidates:text* order?:text;
roll version:number owners:number area_dm2:number roll_sha256:digest;
noticed uuid:text title:text scope:scope questions:named* owners:number area_dm2:number
    roll_sha256:digest materials?:readable*;
readable question:text sha256:digest*;
named id:text text:text sha256:digest materials_sha256?:digest;
scope buildings:text*? exclude_uses:text* stairwells?:text** units?:text*;
"""

_DIGEST = re.compile(r"[0-9a-f]{64}")
_TIME = re.compile(r"2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_DAY = re.compile(r"2[0-9]{3}-[0-9]{2}-[0-9]{2}")
MOST = 10**15  # of any number: every program reads it exactly

Shape = dict[str, str]
"""The kind of each key; a key that may be left out ends in `?`."""


class Undeclared(Exception):  # noqa: N818 - says what happened
    """An act was to be written that is not declared here, or with other details: our own mistake."""


def _declared(table: str) -> dict[str, Shape]:
    entries = [entry.split() for entry in table.split(";")[:-1]]
    return {act: dict(word.split(":") for word in words) for act, *words in entries}


SITE, ELECTION, ASSEMBLY = (_declared(table) for table in (SITE_ACTS, ELECTION_ACTS, ASSEMBLY_ACTS))
_EVERY = SITE | ELECTION | ASSEMBLY
_RECORDS = _declared(RECORDS)


def check_act(acts: Mapping[str, Shape], act: str, details: object, line: int) -> None:
    """Refused LOG_ACT_UNKNOWN(line, act), LOG_DETAILS_MALFORMED(line, place) with the first key that is not
    as declared."""
    if act not in acts:
        raise Refused(Refusal.LOG_ACT_UNKNOWN, line=line, act=act[:50])
    place = _fault(acts[act], details, "")
    if place is not None:
        raise Refused(Refusal.LOG_DETAILS_MALFORMED, line=line, place=place)


def declared(act: str, details: Mapping[str, object]) -> None:
    """Raises `Undeclared` for an act, or details of one, that no verifier would take."""
    try:
        check_act(_EVERY, act, details, 0)
    except Refused as refused:
        raise Undeclared(f"{act}: {refused}; declare it in voting/services/acts.py") from refused


def is_time(value: object) -> bool:
    """A time as it is written here."""
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        return False
    try:
        return iso(datetime.fromisoformat(value)) == value
    except ValueError:
        return False


def _is_day(value: object) -> bool:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None


_KINDS: dict[str, Callable[[object], bool]] = {
    "text": lambda value: isinstance(value, str),
    "number": _is_number,
    "flag": lambda value: isinstance(value, bool),
    "scalar": lambda value: value is None or isinstance(value, str | bool) or _is_number(value),
    "time": is_time,
    "day": _is_day,
    "digest": _is_digest,
    "digests": lambda value: isinstance(value, Mapping) and all(map(_is_digest, value.values())),
}


def _fault(shape: Shape, value: object, place: str) -> str | None:
    """The place of the first key that is not as declared, in the order of the declaration."""
    if not isinstance(value, Mapping):
        return place
    known = set()
    for written, kind in shape.items():
        key = written.removesuffix("?")
        known.add(key)
        here = f"{place}.{key}" if place else key
        if key in value:
            found = _of_kind(kind, value[key], here)
            if found is not None:
                return found
        elif key == written:
            return here
    for key in sorted(value.keys() - known):
        return f"{place}.{key[:50]}" if place else key[:50]
    return None


def _of_kind(kind: str, value: object, place: str) -> str | None:
    if kind.endswith("?"):
        return None if value is None else _of_kind(kind[:-1], value, place)
    if kind.endswith("*"):
        if not isinstance(value, list | tuple):
            return place
        faults = (_of_kind(kind[:-1], each, f"{place}[{i}]") for i, each in enumerate(value, 1))
        return next((fault for fault in faults if fault is not None), None)
    if kind in _RECORDS:
        return _fault(_RECORDS[kind], value, place)
    return None if _KINDS[kind](value) else place
