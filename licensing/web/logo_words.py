"""How pieces and their rules are said: states, rules, hints and refusals."""

from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import get_language, gettext_lazy, pgettext_lazy

from i18n import formats
from i18n.interface import own, sentence
from licensing.logos import kinds
from licensing.logos.rules import Face
from licensing.web.timeline import SENTENCES
from licensing.web.verdict_words import Shown

FACES: dict[Face, Shown] = {
    Face.DRAFT: Shown(pgettext_lazy("piece", "Draft"), "none", "todo"),
    Face.SUBMITTED: Shown(pgettext_lazy("piece", "Sent in"), "info", "begun"),
    Face.IN_REVIEW: Shown(pgettext_lazy("piece", "In review"), "info", "begun"),
    Face.CHANGES_REQUESTED: Shown(pgettext_lazy("piece", "Changes requested"), "turn", "turn"),
    Face.REJECTED: Shown(pgettext_lazy("piece", "Not approved"), "ended", "withdrawn"),
    Face.WITHDRAWN: Shown(pgettext_lazy("piece", "Withdrawn"), "ended", "withdrawn"),
    Face.CONDITIONS: Shown(pgettext_lazy("piece", "Approved with conditions: not yet cleared"), "turn", "turn"),
    Face.APPROVED: Shown(pgettext_lazy("piece", "Approved"), "good", "valid"),
    Face.OVER: Shown(pgettext_lazy("piece", "Approval over"), "ended", "expired"),
    Face.RIGHT_OVER: Shown(pgettext_lazy("piece", "The right to the logo does not hold"), "stop", "suspended"),
}


class Rule(NamedTuple):
    code: str
    title: Any
    text: Any


RULES: tuple[Rule, ...] = (
    Rule(
        "LR1",
        gettext_lazy("The artwork stays as it is"),
        gettext_lazy("Use only the artwork of the licensed pack, unchanged: no new color, stretching, outline, animation or shadow."),
    ),
    Rule(
        "LR2",
        gettext_lazy("Clear space and smallest size"),
        gettext_lazy(
            "Leave the height of the logo’s capital letter free on all sides. At least 22 mm wide in print, 120 pixels on a screen."
        ),
    ),
    Rule(
        "LR3",
        gettext_lazy("Three variants"),
        gettext_lazy("Full color on white, one color, or reversed on a dark ground with enough contrast."),
    ),
    Rule(
        "LR4",
        gettext_lazy("Your own logo is at least as large"),
        gettext_lazy("Your own logo appears, at least as large. The licensed logo never stands first, alone in the middle, or at the top."),
    ),
    Rule(
        "LR5",
        gettext_lazy("The required line"),
        gettext_lazy(
            "Under or near the logo, in the language of the piece: “[Event] is licensed by [licensor]. "
            "It is organized by [licensee], which is solely responsible for it.”"
        ),
    ),
    Rule(
        "LR6",
        gettext_lazy("Never beside a product"),
        gettext_lazy("Never with a product, a company’s logo in the same block, or a price."),
    ),
    Rule(
        "LR7",
        gettext_lazy("Never a seal of approval"),
        gettext_lazy(
            "Never as a seal, on certificates beyond the template, on clothing or gifts, in an e-mail signature, or in the name of a website or account."
        ),
    ),
    Rule(
        "LR8",
        gettext_lazy("Every piece needs a proof"),
        gettext_lazy("Send in each piece with its final text and size. A changed piece is a new piece; another language is a new piece."),
    ),
    Rule(
        "LR9",
        gettext_lazy("Use stops on the day of the right"),
        gettext_lazy("When the right ends, use ends. Existing print may be used up only if the right says so."),
    ),
    Rule(
        "LR10",
        gettext_lazy("Supporters stand apart"),
        gettext_lazy("Supporters’ logos go on a separate page or panel."),
    ),
    Rule(
        "LR11",
        gettext_lazy("Names and signs as given"),
        gettext_lazy("® and ™ stay as given. Names are not translated. A local title of an event needs an approval of its own."),
    ),
    Rule("LR12", gettext_lazy("Two samples"), gettext_lazy("Keep two samples of each piece and show them on request.")),
)
BY_CODE = {rule.code: rule for rule in RULES}

# A finding's sentence, and whether it is good news.
FINDINGS: dict[str, tuple[Any, bool]] = {
    "old_artwork": (gettext_lazy("This file is artwork of an older pack (%(release)s). Take the logo from the latest one."), False),
    "is_artwork": (gettext_lazy("This file is the logo itself (pack %(release)s), not a piece that shows it."), False),
    "rgb_for_print": (gettext_lazy("Colors for screens (RGB) in a printed piece: the printer will change them. Export in CMYK."), False),
    "cmyk_for_screen": (
        gettext_lazy("Colors for print (CMYK) in a piece for screens: browsers show them differently. Export in RGB."),
        False,
    ),
    "print_colours": (gettext_lazy("Colors are fit for print."), True),
    "screen_colours": (gettext_lazy("Colors are fit for screens."), True),
    "fonts_missing": (gettext_lazy("Fonts are not embedded, so another one may be printed: %(fonts)s."), False),
    "fonts_embedded": (gettext_lazy("Fonts are embedded."), True),
    "vector": (gettext_lazy("A drawing in vectors: sharp at any size."), True),
    "pixels": (gettext_lazy("%(width)s × %(height)s pixels."), True),
    "few_pixels": (gettext_lazy("Only %(width)s × %(height)s pixels: it will look blurred on most screens."), False),
    "pixels_for_print": (
        gettext_lazy("%(width)s × %(height)s pixels: at %(dpi)s dpi that prints %(millimetres)s mm wide. A PDF prints sharper."),
        False,
    ),
}
REFUSALS: dict[str, Any] = {
    "wrong_side": gettext_lazy("Your role does not allow this. Nothing was done."),
    "wrong_state": gettext_lazy("This is not possible any more: the piece has moved on. The page shows where it stands now."),
    "stale": gettext_lazy("Somebody else acted while you were reading. Look at it again; nothing was done."),
    "new_piece": gettext_lazy("What is approved stays as it is. A changed file, another language or another medium is a new piece."),
    "no_right": gettext_lazy("License %(licence)s gives no right to show the logo now. Nothing was done."),
    "outside_territory": gettext_lazy("Choose where the piece is shown: one or more places of the license."),
    "period": gettext_lazy("The last day lies before the first."),
    "after_the_right": gettext_lazy("The right to the logo ends on %(valid_to)s. Choose an earlier last day."),
    "same_file": gettext_lazy("This is the file that is there already, byte for byte. Nothing was changed."),
    "unchanged": gettext_lazy("Upload the changed file first: the last one has been looked at already."),
    "own_organisation": gettext_lazy("You belong to %(organisation)s, so somebody else has to do this."),
    "own_upload": gettext_lazy("You uploaded this piece, so somebody else has to do this."),
    "not_reviewer": gettext_lazy("%(reviewer)s reviews this piece. One reviewer answers for each round; nothing was done."),
    "other_file": gettext_lazy("The file is not the one you were shown. Look at it again; nothing was approved."),
    "until_over": gettext_lazy("This last day is over already, or the right begins after it. Nothing was approved."),
    "no_reason": gettext_lazy("Write the reason: the licensee reads it."),
    "no_notes": gettext_lazy("Write at least one note, with the rule it rests on."),
    "too_many_notes": gettext_lazy("At most %(limit)s notes fit one round."),
    "unknown_rule": gettext_lazy("Choose the rule that each note rests on."),
    "empty_note": gettext_lazy("The note on rule %(rule)s says nothing yet."),
    "no_such_page": gettext_lazy("The piece has %(pages)s pages; page %(page)s is not one of them."),
    "off_the_page": gettext_lazy("A point needs its page, and both numbers between 0 and 100."),
}
FILES: dict[str, Any] = {
    "empty": gettext_lazy("The file is empty. Nothing was kept."),
    "too_large": gettext_lazy("The file is too large. A piece may have 50 MB, a drawing in SVG 2 MB."),
    "too_many_pixels": gettext_lazy("The picture has %(width)s × %(height)s pixels, more than we can show. Send a smaller one, or a PDF."),
    "too_many_pages": gettext_lazy("The document has %(pages)s pages; a piece may have %(limit)s. Send the pages that show the logo."),
    "unknown_type": gettext_lazy("This is not a PDF, PNG, JPEG or SVG inside, whatever its name says. Export it as PDF and send that."),
    "link": gettext_lazy("This is a link, not the piece. Download the file and upload it here, so that everybody looks at the same one."),
    "active_content": gettext_lazy(
        "The file holds something that acts: a script, an attachment, or a part fetched from elsewhere. Export it again without."
    ),
    "encrypted": gettext_lazy("The document is locked with a password. Send it without protection."),
    "unreadable": gettext_lazy("The file is damaged or too heavy to be drawn here. Export it again, as a plain PDF if you can."),
}
assert set(FILES) == set(kinds.REFUSALS)


def file_refusal(refused: kinds.NotAccepted) -> str:
    """Return the sentence for a file that was not taken."""
    return str(FILES[refused.code]) % refused.facts


def refusal_words(refusal: Any) -> str:
    """Return the sentence for a ``NotAllowed`` or ``Stale`` of a piece."""
    language, facts = get_language() or "en", dict(getattr(refusal, "facts", {}))
    if isinstance(at := facts.get("valid_to"), datetime):
        facts["valid_to"] = own(formats.until_day(at, facts["zone"], language), language)
    return sentence(str(REFUSALS[refusal.code]), **facts)


class Hint(NamedTuple):
    sentence: str
    good: bool


def hints(findings: list[list[Any]]) -> list[Hint]:
    """Return what a look at a file found, as sentences: what to mend first."""
    said = []
    for code, facts in findings:
        words, good = FINDINGS[code]
        shown = {name: ", ".join(value) if isinstance(value, list) else value for name, value in facts.items()}
        said.append(Hint(str(words) % shown, good))
    return sorted(said, key=lambda hint: hint.good)


SENTENCES.update(
    {
        ("artworkpiece", "begin"): (gettext_lazy("%(who)s began the piece"), "none", "todo"),
        ("artworkpiece", "edit"): (gettext_lazy("%(who)s changed what the piece is"), "none", "todo"),
        ("artworkpiece", "upload"): (gettext_lazy("%(who)s uploaded another file"), "none", "done"),
        ("artworkpiece", "submit"): (gettext_lazy("%(who)s sent it in for approval"), "info", "done"),
        ("artworkpiece", "take"): (gettext_lazy("%(who)s took it for review"), "info", "begun"),
        ("artworkpiece", "request_changes"): (gettext_lazy("%(who)s asked for changes"), "turn", "turn"),
        ("artworkpiece", "approve"): (gettext_lazy("%(who)s approved it"), "good", "done"),
        ("artworkpiece", "clear"): (gettext_lazy("%(who)s found the conditions met; it may be shown"), "good", "valid"),
        ("artworkpiece", "reject"): (gettext_lazy("%(who)s did not approve it"), "ended", "withdrawn"),
        ("artworkpiece", "withdraw"): (gettext_lazy("%(who)s withdrew it"), "ended", "withdrawn"),
    }
)
