"""What each kind of payment case means, and what finance does about it."""

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _


class CaseWords(NamedTuple):
    title: Any
    what_to_do: Any


CASES: dict[str, CaseWords] = {
    "wrong_mode": CaseWords(
        _("A payment of the other mode"),
        _("Stripe told of a test payment where real money moves, or the other way round. Check which keys are set; nothing was booked."),
    ),
    "other_account": CaseWords(
        _("A notice of another account"), _("It names an account that is not ours. Check the webhook at Stripe; nothing was booked.")
    ),
    "unknown_payment": CaseWords(
        _("Stripe does not know this payment"),
        _("It was named in a notice, but our key does not find it. Look for it at Stripe; nothing was booked."),
    ),
    "unknown_reference": CaseWords(
        _("A payment that belongs to no invoice"),
        _("Find out at Stripe who paid and for what. Return it there, or leave it if it is none of ours; nothing was booked."),
    ),
    "unpaid": CaseWords(
        _("Said to be complete, but not paid"),
        _("Look at the payment at Stripe. It is booked by itself as soon as Stripe says it is paid."),
    ),
    "wrong_amount": CaseWords(
        _("Another sum than was asked for"),
        _("Return it at Stripe and ask for the right sum, or find out what changed it; nothing was booked."),
    ),
    "wrong_currency": CaseWords(
        _("Another currency than the invoice’s"),
        _("Return it at Stripe and ask for a payment in the invoice’s currency; nothing was booked."),
    ),
    "paid_twice": CaseWords(
        _("More has arrived than was due"), _("Return what is too much: by refund if it came by card, else by transfer.")
    ),
    "paid_cancelled": CaseWords(_("Paid, but the invoice is cancelled"), _("Return the money by refund.")),
    "refund_elsewhere": CaseWords(
        _("Money was returned past the portal"),
        _("Somebody made a refund at Stripe. It is booked; decide whether the license is suspended until the invoice is covered again."),
    ),
    "refund_failed": CaseWords(
        _("A refund failed"),
        _("The money is still with us. Ask for other bank details and return it by transfer, or ask for the refund again."),
    ),
    "dispute": CaseWords(
        _("The payer disputes a payment"),
        _("Answer at Stripe with agreement and invoice before the day it names. You may suspend the license; nothing else has happened."),
    ),
    "no_page": CaseWords(
        _("Stripe opened no payment page"), _("The licensee was asked to pay by transfer. Check key, currency and ways to pay at Stripe.")
    ),
}
