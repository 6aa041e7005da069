"""What the stand-in for Stripe remembers: customers, Checkout sessions, payment intents, charges, refunds, disputes, events, idempotency keys.

Objects have the shape of Stripe's, as far as anybody here reads them. No network, no money: ``pay`` and its neighbours play the payer, the
bank and Stripe's dashboard.
"""

import hashlib
import json
import threading
import time
from collections.abc import Callable
from itertools import count
from typing import Any

Row = dict[str, Any]
DAY = 24 * 3600
API_VERSION = "2026-10-28.endive"
PREFIXES = {
    "customer": "cus",
    "checkout.session": "cs_test",
    "payment_intent": "pi",
    "charge": "ch",
    "refund": "re",
    "dispute": "du",
    "event": "evt",
}


class Refused(Exception):
    """An error as Stripe answers it."""

    def __init__(self, status: int, code: str, kind: str = "invalid_request_error"):
        super().__init__(code)
        self.status, self.code, self.kind = status, code, kind

    @property
    def body(self) -> Row:
        return {"error": {"type": self.kind, "code": self.code, "message": f"{self.code} (DEMO)"}}


class Store:
    """``clock`` gives Unix seconds; ``events`` are kept in the order they happened, to be sent by whoever sends them."""

    def __init__(self, *, clock: Callable[[], float] = time.time, live: bool = False, pages: str = "http://127.0.0.1/pay"):
        self.clock, self.live, self.pages = clock, live, pages
        self.rows: dict[str, Row] = {}
        self.events: list[Row] = []
        self.answers: dict[str, tuple[str, Row | Refused]] = {}  # idempotency key → (fingerprint of what was asked, what was answered)
        self.lock = threading.RLock()
        self._count = count(1)

    # what the API does

    def once(self, key: str, asked: Any, do: Callable[[], Row]) -> Row:
        """Do something once for an idempotency key; a repetition gets the first answer, another question under the same key an error."""
        with self.lock:
            if not key:
                return do()
            print_ = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
            if key in self.answers:
                known, answer = self.answers[key]
                if known != print_:
                    raise Refused(400, "idempotency_key_in_use", "idempotency_error")
            else:
                try:
                    answer = do()
                except Refused as refusal:
                    answer = refusal
                self.answers[key] = (print_, answer)
            if isinstance(answer, Refused):
                raise answer
            return answer

    def find(self, kind: str, id_: str) -> Row:
        row = self.rows.get(id_)
        if row is None or row["object"] != kind:
            raise Refused(404, "resource_missing")
        return row

    def all(self, kind: str, **where: Any) -> list[Row]:
        found = [
            row for row in self.rows.values() if row["object"] == kind and all(row.get(name) == value for name, value in where.items())
        ]
        return found[::-1]

    def create_customer(self, asked: Row) -> Row:
        return self._add("customer", name=asked.get("name"), email=asked.get("email"), metadata=asked.get("metadata", {}))

    def create_session(self, asked: Row) -> Row:
        item = asked["line_items"]["0"]
        price = item["price_data"]
        amount = int(price["unit_amount"]) * int(item["quantity"])
        methods = list(asked["payment_method_types"].values())
        expires = int(asked.get("expires_at", self.clock() + DAY))
        if not 0 < amount <= 99_999_999:
            raise Refused(400, "amount_too_large")
        if not self.clock() + 1800 <= expires <= self.clock() + DAY + 60:
            raise Refused(400, "expires_at_invalid")
        if "customer_balance" in methods and not asked.get("customer"):
            raise Refused(400, "customer_missing")
        session = self._add(
            "checkout.session",
            mode=asked["mode"],
            status="open",
            payment_status="unpaid",
            amount_total=amount,
            currency=price["currency"],
            client_reference_id=asked.get("client_reference_id"),
            customer=asked.get("customer"),
            customer_email=asked.get("customer_email"),
            payment_method_types=methods,
            payment_intent=None,
            expires_at=expires,
            locale=asked.get("locale", "auto"),
            success_url=asked["success_url"],
            cancel_url=asked.get("cancel_url"),
            metadata=asked.get("payment_intent_data", {}).get("metadata", {}),
            title=price["product_data"]["name"],
        )
        session["url"] = f"{self.pages}/{session['id']}"
        return session

    def expire(self, session_id: str) -> Row:
        session = self.find("checkout.session", session_id)
        if session["status"] != "open":
            raise Refused(400, "session_not_open")
        session.update(status="expired", url=None)
        self._tell("checkout.session.expired", session)
        return session

    def create_refund(self, asked: Row) -> Row:
        intent = self.find("payment_intent", asked["payment_intent"])
        charge = self.rows[intent["latest_charge"]] if intent["latest_charge"] else None
        if charge is None:
            raise Refused(400, "charge_missing")
        amount = int(asked.get("amount") or charge["amount"] - charge["amount_refunded"])
        if not 0 < amount <= charge["amount"] - charge["amount_refunded"]:
            raise Refused(400, "charge_already_refunded")
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        refund = self._add(
            "refund",
            amount=amount,
            currency=charge["currency"],
            charge=charge["id"],
            payment_intent=intent["id"],
            status="succeeded",
            metadata=asked.get("metadata", {}),
        )
        self._tell("refund.created", refund)
        self._tell("charge.refunded", charge)
        return refund

    # what the payer, the bank and the dashboard do

    def pay(self, session_id: str, *, method: str = "card", amount: int | None = None) -> Row:
        """Pay on the page: a card is taken at once, a transfer (``customer_balance``) is promised."""
        session = self.find("checkout.session", session_id)
        with self.lock:
            if session["status"] != "open":
                raise Refused(400, "session_not_open")
            now = method == "card"
            intent = self._add(
                "payment_intent",
                amount=session["amount_total"],
                amount_received=0,
                currency=session["currency"],
                status="succeeded" if now else "requires_action",
                latest_charge=None,
                metadata=session["metadata"],
            )
            session.update(status="complete", url=None, payment_intent=intent["id"], payment_status="paid" if now else "unpaid")
            if now:
                self._charge(intent, amount)
            self._tell("checkout.session.completed", session)
            return session

    def arrive(self, session_id: str) -> Row:
        """Let the promised transfer arrive."""
        session = self.find("checkout.session", session_id)
        intent = self.rows[session["payment_intent"]]
        intent["status"], session["payment_status"] = "succeeded", "paid"
        self._charge(intent, None)
        self._tell("checkout.session.async_payment_succeeded", session)
        return session

    def fail(self, session_id: str) -> Row:
        """Let the promised transfer fail."""
        session = self.find("checkout.session", session_id)
        self.rows[session["payment_intent"]]["status"] = "requires_payment_method"
        self._tell("checkout.session.async_payment_failed", session)
        return session

    def dispute(self, session_id: str, *, amount: int | None = None) -> Row:
        """Let the payer take the payment back at the bank."""
        session = self.find("checkout.session", session_id)
        charge = self.rows[self.rows[session["payment_intent"]]["latest_charge"]]
        made = self._add(
            "dispute",
            amount=amount or charge["amount"],
            currency=charge["currency"],
            charge=charge["id"],
            payment_intent=session["payment_intent"],
            status="needs_response",
            reason="fraudulent",
            evidence_details={"due_by": int(self.clock()) + 7 * DAY},
        )
        charge["disputed"] = True
        self._tell("charge.dispute.created", made)
        return made

    def decide(self, dispute_id: str, status: str) -> Row:
        """Close a dispute: ``won`` or ``lost``."""
        found = self.find("dispute", dispute_id)
        found["status"] = status
        self._tell("charge.dispute.closed", found)
        return found

    def refund_here(self, session_id: str, amount: int | None = None) -> Row:
        """Refund in the dashboard, past the portal."""
        session = self.find("checkout.session", session_id)
        return self.create_refund({"payment_intent": session["payment_intent"], "amount": amount})

    def refund_fails(self, refund_id: str) -> Row:
        """Let a refund come back, as from a closed account."""
        refund = self.find("refund", refund_id)
        refund["status"] = "failed"
        self.rows[refund["charge"]]["amount_refunded"] -= refund["amount"]
        self._tell("refund.failed", refund)
        return refund

    # what outlives the process

    def kept(self) -> str:
        """Return everything but the idempotency keys as JSON; whatever changes makes a row, so the number of rows tells whether it did."""
        with self.lock:
            return json.dumps(list(self.rows.values()))

    def remember(self, kept: str) -> None:
        """Take up what ``kept`` returned."""
        rows = json.loads(kept)
        self.rows = {row["id"]: row for row in rows}
        self.events = [row for row in rows if row["object"] == "event"]
        self._count = count(len(rows) + 1)

    # inside

    def _charge(self, intent: Row, amount: int | None) -> None:
        taken = intent["amount"] if amount is None else amount
        charge = self._add(
            "charge",
            amount=taken,
            amount_refunded=0,
            currency=intent["currency"],
            payment_intent=intent["id"],
            refunded=False,
            disputed=False,
        )
        intent.update(latest_charge=charge["id"], amount_received=taken)

    def _add(self, kind: str, **fields: Any) -> Row:
        id_ = f"{PREFIXES[kind]}_{next(self._count):06d}"
        row = {"id": id_, "object": kind, "created": int(self.clock()), "livemode": self.live, **fields}
        self.rows[id_] = row
        return row

    def _tell(self, kind: str, about: Row) -> None:
        told = json.loads(json.dumps(about))
        event = self._add("event", type=kind, api_version=API_VERSION, data={"object": told}, pending_webhooks=1)
        self.events.append(event)
