"""A paper on the boards: where it hangs, since when, who put it there, and a photograph of it."""

from dataclasses import dataclass
from datetime import datetime

from voting.errors import Refusal, Refused

MOST_PLACES = 200
LONGEST_PLACE = 40  # characters
LONGEST_NAME = 20


@dataclass(frozen=True)
class Posting:
    """One paper of one election at one or more places; `version` and `digest` say which print of it.

    `photo` is the digest of a picture.
    """

    paper: str
    election: str
    places: tuple[str, ...]
    at: datetime
    by: str
    version: int
    digest: str
    photo: str | None = None


def check_posting(posting: Posting) -> None:
    """Refused POSTING_PLACE(most, longest), POSTING_NAME(longest) and POSTING_PHOTO_MISSING."""
    places = posting.places
    sound = all(0 < len(place) <= LONGEST_PLACE and place.isprintable() for place in places)
    if not sound or not 0 < len(places) <= MOST_PLACES:
        raise Refused(Refusal.POSTING_PLACE, most=MOST_PLACES, longest=LONGEST_PLACE)
    name = posting.by
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable() or any(map(str.isdecimal, name)):
        raise Refused(Refusal.POSTING_NAME, longest=LONGEST_NAME)
    if posting.photo is None:
        raise Refused(Refusal.POSTING_PHOTO_MISSING)
