"""The life of a piece of artwork that shows a licensed mark, as a table; its media, and the rules a note may cite. Pure.

An approval is of one file in one medium, size and language: anything else is a new piece. Time alone moves nothing: silence approves nothing.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from licensing.entitlements.rules import LicenceStatus
from portal.core.working_days import Calendar

WORKING_DAYS = 5  # within which the licensor answers
ROUNDS_BEFORE_A_CALL = 3
NOTES_LIMIT = 40
RIGHT = "logo"  # the code of the licensed right every offering with a mark has


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Side(StrEnum):
    """In which capacity somebody acts on a piece."""

    LICENSEE = "licensee"  # designer, coordinator or owner of the licensee
    BRAND = "brand"  # brand reviewer of the licensor


class Turn(StrEnum):
    LICENSEE = "licensee"
    STAFF = "staff"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Move:
    sources: frozenset[State]
    target: State | None  # None = the state stays
    side: Side


def _move(sources: str, target: State | None, side: Side) -> Move:
    return Move(frozenset(map(State, sources.split())), target, side)


MOVES: dict[str, Move] = {
    "edit": _move("draft", None, Side.LICENSEE),
    # approved: only while its conditions are open, with the final file
    "upload": _move("draft changes_requested approved", None, Side.LICENSEE),
    "submit": _move("draft changes_requested approved", State.SUBMITTED, Side.LICENSEE),
    "withdraw": _move("draft submitted in_review changes_requested", State.WITHDRAWN, Side.LICENSEE),
    "take": _move("submitted", State.IN_REVIEW, Side.BRAND),
    "request_changes": _move("in_review", State.CHANGES_REQUESTED, Side.BRAND),
    "approve": _move("in_review", State.APPROVED, Side.BRAND),
    "clear": _move("approved", None, Side.BRAND),  # the conditions are met by the approved file itself
    "reject": _move("in_review", State.REJECTED, Side.BRAND),
}
TURN: dict[State, Turn] = {
    State.DRAFT: Turn.LICENSEE,
    State.SUBMITTED: Turn.STAFF,
    State.IN_REVIEW: Turn.STAFF,
    State.CHANGES_REQUESTED: Turn.LICENSEE,
    State.APPROVED: Turn.NOBODY,
    State.REJECTED: Turn.NOBODY,
    State.WITHDRAWN: Turn.NOBODY,
}


class NotAllowed(Exception):
    """The move is not open from this state, to this side or with these facts; ``code`` is stable, its words are in ``logo_words``."""

    def __init__(self, code: str, **facts: object):
        super().__init__(code)
        self.code, self.facts = code, facts


def next_state(state: State, command: str, *, side: Side, conditions_open: bool = False) -> State:
    """Return the state that ``command`` leads to. ``conditions_open``: the piece is approved, but not cleared.

    :raises NotAllowed: ``wrong_side`` before ``wrong_state``; ``new_piece``: what is approved stays as it is, so a change is a new piece.
    """
    move = MOVES[command]
    if side is not move.side:
        raise NotAllowed("wrong_side", command=command)
    if state not in move.sources:
        raise NotAllowed("wrong_state", command=command, state=state.value)
    if state is State.APPROVED and not conditions_open:
        raise NotAllowed("new_piece" if side is Side.LICENSEE else "wrong_state", command=command, state=state.value)
    return move.target or state


class Medium(StrEnum):
    """Where a piece is shown; the first ones are printed."""

    POSTER = "poster"
    FLYER = "flyer"
    BROCHURE = "brochure"
    PROGRAM = "program"
    ROLL_UP = "roll_up"
    ADVERTISEMENT = "advertisement"
    CERTIFICATE = "certificate"
    WEB_PAGE = "web_page"
    WEB_BANNER = "web_banner"
    SOCIAL = "social"
    NEWSLETTER = "newsletter"
    SLIDE = "slide"


PRINTED = frozenset(
    {Medium.POSTER, Medium.FLYER, Medium.BROCHURE, Medium.PROGRAM, Medium.ROLL_UP, Medium.ADVERTISEMENT, Medium.CERTIFICATE}
)
RULES = tuple(f"LR{number}" for number in range(1, 13))


class Face(StrEnum):
    """How a piece stands at an instant: its state, and of an approved one what the approval is worth."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    CONDITIONS = "conditions"  # approved with conditions that nobody has cleared yet
    APPROVED = "approved"
    OVER = "over"  # approved, until a day that has passed
    RIGHT_OVER = "right_over"  # approved, but the right to the logo does not hold now


def face(state: State, *, cleared: bool, valid_until: datetime | None, right: LicenceStatus, at: datetime) -> Face:
    """Return how a piece stands at ``at``. ``valid_until`` is the exclusive end of the approval; ``right`` the state of the logo right then."""
    if state is not State.APPROVED:
        return Face(state.value)
    if not cleared:
        return Face.CONDITIONS
    if right is not LicenceStatus.ACTIVE:
        return Face.RIGHT_OVER
    return Face.OVER if valid_until is not None and at >= valid_until else Face.APPROVED


def due(submitted: date, calendar: Calendar) -> date:
    """Return the day an answer is promised by: ``WORKING_DAYS`` of the licensor's calendar after the day of submission."""
    return calendar.after(submitted, WORKING_DAYS)


@dataclass(frozen=True, slots=True)
class Note:
    """What has to change: the rule it rests on, and, where it is about a place, the page and the point in hundredths from its top left."""

    rule: str
    text: str
    page: int | None = None
    x: int | None = None
    y: int | None = None


def check_notes(notes: tuple[Note, ...], *, pages: int) -> None:
    """Refuse changes asked for without saying which.

    :raises NotAllowed: ``no_notes``, ``too_many_notes``, ``unknown_rule``, ``empty_note``, ``no_such_page``, ``off_the_page``.
    """
    if not notes:
        raise NotAllowed("no_notes")
    if len(notes) > NOTES_LIMIT:
        raise NotAllowed("too_many_notes", limit=NOTES_LIMIT)
    for note in notes:
        if note.rule not in RULES:
            raise NotAllowed("unknown_rule", rule=note.rule)
        if not note.text.strip():
            raise NotAllowed("empty_note", rule=note.rule)
        if note.page is not None and not 1 <= note.page <= pages:
            raise NotAllowed("no_such_page", page=note.page, pages=pages)
        if (note.x is None) is not (note.y is None) or (note.x is not None and note.page is None):
            raise NotAllowed("off_the_page")
        if any(part is not None and not 0 <= part <= 100 for part in (note.x, note.y)):
            raise NotAllowed("off_the_page")
