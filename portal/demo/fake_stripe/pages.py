"""The payment page of the stand-in: it looks like one, takes no card number, and says that it is a demonstration."""

from dataclasses import dataclass, field
from html import escape

from i18n import formats
from licensing.payments.cards.rules import from_provider
from portal.demo.fake_stripe.store import Refused, Row, Store

STYLE = """
:root{color-scheme:light dark}
body{margin:0;font:1.0625rem/1.5 system-ui,sans-serif;background:light-dark(#f5f3ef,#16181b);color:light-dark(#1c1e21,#eceae6)}
main{max-inline-size:26rem;margin-inline:auto;padding:2rem 1.25rem}
.demo{margin:0;background:#8a4b00;color:#fff;text-align:center;padding:.4rem 1rem;font-weight:600}
.sum{font-size:2.25rem;font-weight:600;margin:.25rem 0 1.5rem}
form{display:grid;gap:.75rem}
button{font:inherit;min-block-size:2.75rem;border-radius:.375rem;border:1px solid light-dark(#1c4e80,#8cb8e6);
  background:transparent;color:inherit;cursor:pointer;padding:.5rem 1rem}
button.main{background:#1c4e80;border-color:#1c4e80;color:#fff}
:focus-visible{outline:3px solid #d9822b;outline-offset:2px}
p.note{border-inline-start:.25rem solid #8a4b00;padding-inline-start:.75rem}
"""
WORDS = {
    "en": {
        "demo": "DEMONSTRATION: no card is asked for, no money moves",
        "what": "To pay",
        "pay": "Pay by card",
        "transfer": "Pay by bank transfer",
        "decline": "Try a card that is declined",
        "back": "Go back without paying",
        "declined": "The card was declined. Try again, or go back and pay by bank transfer.",
        "closed": "This page is closed: it was paid, given up, or is too old. Go back to the portal.",
    },
    "es": {
        "demo": "DEMOSTRACIÓN: no se pide ninguna tarjeta ni se mueve dinero",
        "what": "Importe a pagar",
        "pay": "Pagar con tarjeta",
        "transfer": "Pagar por transferencia bancaria",
        "decline": "Probar una tarjeta rechazada",
        "back": "Volver sin pagar",
        "declined": "La tarjeta ha sido rechazada. Inténtelo de nuevo o vuelva y pague por transferencia bancaria.",
        "closed": "Esta página está cerrada: ya se ha pagado, se ha abandonado o es demasiado antigua. Vuelva al portal.",
    },
}
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action *; frame-ancestors 'none'; base-uri 'none'",
}


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    content: str = ""
    headers: dict[str, str] = field(default_factory=lambda: dict(HEADERS))


def answer(store: Store, method: str, path: str, given: dict[str, str]) -> Answer:
    """Return what the page of a session answers; a choice on it is done at once and leads on."""
    if path == "/style.css":
        return Answer(200, STYLE, {"Content-Type": "text/css"})
    try:
        session = store.find("checkout.session", path.removeprefix("/pay/"))
    except Refused:
        return Answer(404, _page("en", f"<p>{WORDS['en']['closed']}</p>"))
    words = WORDS.get(session["locale"], WORDS["en"])
    choice = given.get("choice", "") if method == "POST" else ""
    if choice == "back":
        return _to(session["cancel_url"])
    if session["status"] != "open":
        return Answer(410, _page(session["locale"], f"<p>{words['closed']}</p>{_form(['back'], words)}"))
    if choice in session["payment_method_types"]:
        store.pay(session["id"], method=choice)
        if choice != "card":
            store.arrive(session["id"])
        return _to(session["success_url"])
    return Answer(200, _page(session["locale"], _asked(session, words, declined=choice == "decline")))


def _to(address: str) -> Answer:
    return Answer(303, "", {"Location": address})


def _asked(session: Row, words: dict[str, str], *, declined: bool) -> str:
    currency = session["currency"].upper()
    total = formats.money(from_provider(session["amount_total"], currency) or 0, currency, session["locale"])
    choices = [*session["payment_method_types"], "decline", "back"]
    note = f'<p class="note" role="alert">{words["declined"]}</p>' if declined else ""
    return f'<h1>{escape(session["title"])}</h1>{note}<p>{words["what"]}</p><p class="sum">{escape(total)}</p>{_form(choices, words)}'


def _form(choices: list[str], words: dict[str, str]) -> str:
    labels = {"card": words["pay"], "customer_balance": words["transfer"], **words}
    buttons = [
        f'<button name="choice" value="{name}"{" class=main" if number == 0 and name != "back" else ""}>{labels[name]}</button>'
        for number, name in enumerate(choices)
    ]
    return f'<form method="post">{"".join(buttons)}</form>'


def _page(language: str, content: str) -> str:
    known = language if language in WORDS else "en"
    return (
        f'<!doctype html><html lang="{known}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<title>{WORDS[known]["demo"]}</title><link rel="stylesheet" href="/style.css">'
        f'<p class="demo">{WORDS[known]["demo"]}</p><main>{content}</main></html>'
    )
