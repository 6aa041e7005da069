"""The stand-in for Stripe as a server on loopback: the part of the API the portal uses, and a payment page marked DEMO."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from portal.demo.fake_stripe import pages
from portal.demo.fake_stripe.store import Refused, Row, Store

ROUTES: list[tuple[str, str, Callable[..., Row]]] = [
    ("POST", r"/v1/customers", lambda store, asked: store.create_customer(asked)),
    ("GET", r"/v1/customers/(\w+)", lambda store, asked, id_: store.find("customer", id_)),
    ("POST", r"/v1/checkout/sessions", lambda store, asked: store.create_session(asked)),
    ("GET", r"/v1/checkout/sessions", lambda store, asked: _list(store, "checkout.session", asked)),
    ("GET", r"/v1/checkout/sessions/(\w+)", lambda store, asked, id_: _expanded(store, store.find("checkout.session", id_), asked)),
    ("POST", r"/v1/checkout/sessions/(\w+)/expire", lambda store, asked, id_: store.expire(id_)),
    ("GET", r"/v1/payment_intents/(\w+)", lambda store, asked, id_: store.find("payment_intent", id_)),
    ("POST", r"/v1/refunds", lambda store, asked: store.create_refund(asked)),
    ("GET", r"/v1/refunds", lambda store, asked: _list(store, "refund", asked)),
    ("GET", r"/v1/refunds/(\w+)", lambda store, asked, id_: store.find("refund", id_)),
    ("GET", r"/v1/disputes", lambda store, asked: _list(store, "dispute", asked)),
    ("GET", r"/v1/events", lambda store, asked: _list(store, "event", {})),
    ("GET", r"/v1/events/(\w+)", lambda store, asked, id_: store.find("event", id_)),
]


def _list(store: Store, kind: str, asked: Row) -> Row:
    where = {"payment_intent": asked["payment_intent"]} if "payment_intent" in asked else {}
    return {"object": "list", "data": store.all(kind, **where), "has_more": False, "url": "/v1/"}


def _expanded(store: Store, row: Row, asked: Row) -> Row:
    wanted = asked.get("expand", {})
    return {**row, **({"payment_intent": store.rows.get(row["payment_intent"])} if "payment_intent" in wanted.values() else {})}


def nested(pairs: list[tuple[str, str]]) -> Row:
    """Turn ``a[b][0]=c`` into ``{"a": {"b": {"0": "c"}}}``."""
    found: Row = {}
    for name, value in pairs:
        *path, last = re.findall(r"[^\[\]]+", name)
        here = found
        for part in path:
            here = here.setdefault(part, {})
        here[last] = value
    return found


class FakeStripe(ThreadingHTTPServer):
    """``troubles``: what the next calls meet, in order: a status (nothing is done), ``"lost"`` (it is done, the answer is lost), ``"slow"``.

    ``calls`` keeps (method, path, idempotency key) of every call of the API.
    """

    daemon_threads = True

    def __init__(self, store: Store, *, port: int = 0, key: str = "sk_test_demo"):
        super().__init__(("127.0.0.1", port), Handler)
        self.store, self.key = store, key
        self.troubles: list[int | str] = []
        self.calls: list[tuple[str, str, str]] = []
        self.wake = threading.Event()  # ends a slow answer
        self.address = f"http://127.0.0.1:{self.server_address[1]}"
        store.pages = f"{self.address}/pay"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hangs up is no error of ours."""


class Handler(BaseHTTPRequestHandler):
    server: FakeStripe
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the portal has its own log."""

    def _answer(self) -> None:
        address = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        if not address.path.startswith("/v1/"):
            self._page(address.path, dict(parse_qsl(body)))
            return
        key = self.headers.get("Idempotency-Key", "")
        self.server.calls.append((self.command, address.path, key))
        trouble = self.server.troubles.pop(0) if self.server.troubles else None
        if isinstance(trouble, int):
            kind = "rate_limit_error" if trouble == 429 else "api_error"
            self._send(trouble, Refused(trouble, "lock_timeout", kind).body)
            return
        if trouble == "slow":
            self.server.wake.wait(30)
        try:
            status, answer = 200, self._do(address.path, nested(parse_qsl(address.query or body)), key)
        except Refused as refusal:
            status, answer = refusal.status, refusal.body
        if trouble == "lost":
            self.close_connection = True
            self.connection.close()
            return
        self._send(status, answer)

    def _do(self, path: str, asked: Row, key: str) -> Row:
        if self.headers.get("Authorization") != f"Bearer {self.server.key}":
            raise Refused(401, "invalid_api_key")
        do, arguments = self._route(path)
        store = self.server.store
        with store.lock:
            return store.once(key if self.command == "POST" else "", [path, asked], lambda: do(store, asked, *arguments))

    def _route(self, path: str) -> tuple[Callable[..., Row], tuple[str, ...]]:
        for method, pattern, do in ROUTES:
            match = re.fullmatch(pattern, path)
            if match and method == self.command:
                return do, match.groups()
        raise Refused(404, "url_unknown")

    def _send(self, status: int, answer: Row) -> None:
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Request-Id", "req_demo")
        self.end_headers()
        self.wfile.write(content)

    def _page(self, path: str, given: dict[str, str]) -> None:
        answer = pages.answer(self.server.store, self.command, path, given)
        content = answer.content.encode()
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def running(store: Store, *, port: int = 0, key: str = "sk_test_demo") -> Iterator[FakeStripe]:
    """Serve in a thread of this process until the block ends."""
    server = FakeStripe(store, port=port, key=key)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.wake.set()
        server.shutdown()
        server.server_close()
