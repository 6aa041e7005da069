"""How the public reads the right to a logo and an approved piece."""

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _

from i18n import formats
from i18n.interface import own, sentence
from licensing.entitlements.rules import Public
from licensing.piece_verification import PiecesTold, PieceTold
from licensing.web.verdict_words import Shown

PIECE_VERDICTS: dict[Public, Shown] = {
    Public.VALID: Shown(pgettext_lazy("piece", "Approved"), "good", "valid"),
    Public.SCHEDULED: Shown(pgettext_lazy("piece", "Not yet valid"), "info", "scheduled"),
    Public.EXPIRED: Shown(pgettext_lazy("piece", "Not valid any more"), "ended", "expired"),
    Public.SUSPENDED: Shown(pgettext_lazy("piece", "Suspended"), "stop", "suspended"),
    Public.REVOKED: Shown(pgettext_lazy("piece", "Revoked"), "stop", "revoked"),
}


def piece_sentence(one: PieceTold, language_name: str, *, zone: str) -> str:
    """Say for what a piece is approved and until when, or since when it is not."""
    language, approval = get_language() or "en", one.approval
    facts = {
        "medium": approval.piece.get_medium_display(),
        "size": approval.size,
        "language": language_name,
        "until": own(formats.until_day(one.until, zone, language), language),
        "begins": own(formats.instant(approval.valid_from, zone, language), language),
        "since": own(formats.until_day(one.since, zone, language), language) if one.since else "",
    }
    if one.verdict is Public.VALID:
        return sentence(_("Approved as: %(medium)s, %(size)s. Language: %(language)s. Valid until %(until)s."), **facts)
    if one.verdict is Public.SCHEDULED and one.never_begins:
        return _("This piece may not be shown and will not be: its license was ended before the right to the logo begins.")
    if one.verdict is Public.SCHEDULED:
        return sentence(_("This piece may not be shown yet. It may be from %(begins)s on."), **facts)
    return sentence(_("Not valid since %(since)s. This piece must no longer be shown."), **facts)


def logo_sentence(told: PiecesTold) -> str:
    """Say what the right to the logo is worth now."""
    language, zone, right = get_language() or "en", told.licence.zone, told.right
    if told.verdict is Public.VALID:
        until = own(formats.until_day(right.valid_to, zone, language), language)
        return sentence(_("The licensee may show the logo until %(until)s, on the pieces listed here and on no others."), until=until)
    if told.verdict is Public.SCHEDULED and right.never_begins:
        return _(
            "The right to show the logo does not hold and will not: the license was ended before that right begins. Nothing may be shown."
        )
    if told.verdict is Public.SCHEDULED:
        begins = own(formats.instant(right.valid_from, zone, language), language)
        return sentence(_("The right to show the logo begins on %(begins)s. Nothing may be shown before."), begins=begins)
    assert right.since is not None
    return sentence(
        _("The right to show the logo is not valid since %(since)s."), since=own(formats.until_day(right.since, zone, language), language)
    )
