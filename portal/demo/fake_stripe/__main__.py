"""``python -m portal.demo.fake_stripe --port 8001 --webhook http://127.0.0.1:8000/stripe/webhook/``: the stand-in for Stripe as a process."""

import argparse
import signal
import sys
import threading

from portal.demo.fake_stripe.server import running
from portal.demo.fake_stripe.store import Store
from portal.demo.fake_stripe.webhooks import keep_sending

KEY, SECRET = "sk_test_demo", "whsec_demo"  # noqa: S105 - a demonstration's: they open nothing but the stand-in


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--webhook", required=True, help="address of the portal's webhook")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with running(store := Store(), port=given.port, key=KEY):
        threading.Thread(target=keep_sending, args=(store, given.webhook, SECRET), daemon=True).start()
        threading.Event().wait()


if __name__ == "__main__":
    main()
