"""The stand-in for Stripe as a process: ``python -m portal.demo.fake_stripe --port 8001 --webhook http://127.0.0.1:8000/stripe/webhook/ --file F``."""

import argparse
import signal
import sys
from pathlib import Path

from portal.demo.fake_stripe.server import running
from portal.demo.fake_stripe.store import Store
from portal.demo.fake_stripe.webhooks import keep_sending

KEY, SECRET = "sk_test_demo", "whsec_demo"  # a demonstration's: they open nothing but the stand-in


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--webhook", required=True, help="address of the portal's webhook")
    parser.add_argument("--file", type=Path, required=True, help="where to keep what happened")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    store = Store()
    if given.file.exists():
        store.remember(given.file.read_text())
    with running(store, port=given.port, key=KEY):
        keep_sending(store, given.webhook, SECRET, file=given.file)


if __name__ == "__main__":
    main()
