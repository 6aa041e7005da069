"""How the stand-in for Stripe tells what happened: signed as Stripe signs, sent until it is taken."""

import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
from pathlib import Path

from portal.demo.fake_stripe.store import Row, Store

PAUSE = 0.5  # seconds between looks for news
TRIES = 20


def signed(event: Row, secret: str, *, at: float) -> tuple[bytes, str]:
    """Return the body and the Stripe-Signature header of an event, stamped ``at`` Unix seconds."""
    body = json.dumps(event).encode()
    stamp = str(int(at))
    made = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return body, f"t={stamp},v1={made}"


def send(event: Row, address: str, secret: str) -> bool:
    """Send an event; return whether it was taken."""
    body, signature = signed(event, secret, at=time.time())
    headers = {"Content-Type": "application/json", "Stripe-Signature": signature}
    try:
        with urllib.request.urlopen(urllib.request.Request(address, body, headers), timeout=10) as answer:  # noqa: S310
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def keep_sending(store: Store, address: str, secret: str, *, file: Path) -> None:
    """Send what happens, in order, for as long as the process lives; what is not taken after ``TRIES`` is dropped. ``file`` keeps the store.

    What a former process had not sent is not sent any more: the portal asks by itself.
    """
    sent, known = len(store.events), len(store.rows)
    while True:
        while sent < len(store.events):
            for _ in range(TRIES):
                if send(store.events[sent], address, secret):
                    break
                time.sleep(PAUSE)
            sent += 1
        if len(store.rows) != known:
            known = len(store.rows)
            part = file.with_suffix(".part")
            part.write_text(store.kept())
            part.replace(file)
        time.sleep(PAUSE)
