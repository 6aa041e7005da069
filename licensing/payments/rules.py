"""When an invoice is settled, and the reference a transfer names. Pure: no Django, no clock, no database."""

from datetime import timedelta

from i18n.formats import minor_digits

DUE = timedelta(days=30)
SHORT_PERCENT = 2
SHORT_UNITS = 50  # of the invoice's currency


class NotAllowed(Exception):
    """The money cannot be booked so; ``code`` is stable and translatable."""

    def __init__(self, code: str, **facts: object):
        super().__init__(code)
        self.code, self.facts = code, facts


def tolerance(total_minor: int, currency: str) -> int:
    """Return how much less than the total still settles it, as bank charges: 2 %, and never more than 50 units of the currency."""
    return min(total_minor * SHORT_PERCENT // 100, SHORT_UNITS * 10 ** minor_digits(currency))


def shortfall(total_minor: int, received_minor: int, currency: str) -> int | None:
    """Return what is booked as bank charges when this much has arrived; None while the invoice is not settled."""
    short = total_minor - received_minor
    return max(0, short) if short <= tolerance(total_minor, currency) else None


def excess(left_minor: int, amount_minor: int) -> int:
    """Return how much more a sum is than what is open; a slip of the finger is met here."""
    return max(0, amount_minor - left_minor)


def reference(number: str) -> str:
    """Return the creditor reference (ISO 11649) of an invoice number: banks check its digits, so a slip is found when it is typed.

    ``INV-2026-0001`` → ``RF16INV20260001``.
    """
    body = "".join(sign for sign in number.upper() if sign.isalnum())
    return f"RF{98 - _remainder(f'{body}RF00'):02d}{body}"


def reads(text: str) -> bool:
    """Say whether a creditor reference is whole: blanks and case do not matter."""
    signs = "".join(text.upper().split())
    return signs.startswith("RF") and signs.isalnum() and signs.isascii() and _remainder(signs[4:] + signs[:4]) == 1


def grouped(text: str) -> str:
    """Return a reference in groups of four, as people read it to a bank."""
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def _remainder(signs: str) -> int:
    return int("".join(str(int(sign, 36)) for sign in signs)) % 97
