"""A second, independent telling of what may happen between an application and its licence, for the machine to be compared with.

It knows no database and imports nothing of the product: a few words for the states, and who may do what when. Sums in cents.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

GROSS = 280_000
OFFER, WINDOW, NOTICE = timedelta(days=60), timedelta(days=30), timedelta(days=20)
THERE = ZoneInfo("Europe/Madrid")  # where the licence holds
STAFF, APPLICANTS = {"manager", "second"}, {"owner", "preparer"}
FORWARD = [  # the straight way, for runs that shall get somewhere: command and who does it
    ("save", "owner"), ("submit", "owner"), ("take", "manager"), ("approve", "second"), ("issue", "manager"), ("accept", "owner"),
    ("approve_to_send", "legal"), ("send", "legal"), ("sign", "owner"), ("sign", "legal"), ("pay_full", "finance"), ("tick", "manager"),
]  # fmt: skip


@dataclass
class Model:
    now: datetime
    application: str = "draft"
    terms: str = ""
    valid_until: datetime | None = None
    issued_by: str = ""
    waiver: str = ""
    waiver_by: str = ""
    waived: int = 0
    ticked: bool = False
    agreement: str = ""
    window_ends: datetime | None = None
    signed: list[str] = field(default_factory=list)
    invoice: str = ""
    total: int = 0
    received: int = 0
    licence: bool = False
    suspended: bool = False
    ended: str = ""
    notice: datetime | None = None  # until when it still holds
    asked_by: str = ""
    asked_for: str = ""
    asked_until: datetime | None = None

    def catch_up(self) -> None:
        """Let what was to come by itself have come."""
        if self.notice is not None and self.now >= self.notice:
            self.ended, self.notice = "terminated", None

    def last_day(self) -> date:
        """Return the last day that a notice given now has."""
        return (self.now + NOTICE).astimezone(THERE).date()

    # --- may it happen? ---

    def allows(self, command: str, actor: str) -> bool:
        return bool(getattr(self, f"_may_{command}")(actor))

    def _may_save(self, actor):
        return self.application == "draft" and actor in APPLICANTS

    _may_submit = _may_save

    def _may_take(self, actor):
        return self.application == "submitted" and actor in STAFF

    def _may_approve(self, actor):
        return self.application == "in_review" and actor in STAFF

    _may_decline = _may_approve

    def _may_withdraw(self, actor):
        return self.application in ("draft", "submitted", "in_review") and actor == "owner"

    def _may_issue(self, actor):
        return self.terms == "draft" and self.waiver != "requested" and actor in STAFF

    def _may_accept(self, actor):
        return self.terms == "issued" and self.waiver != "requested" and self.now < self.valid_until and actor == "owner"

    def _may_decline_terms(self, actor):
        return self.terms == "issued" and actor == "owner"

    def _may_redraft(self, actor):
        return self.terms in ("issued", "declined", "superseded") and actor in STAFF

    def _may_request_waiver(self, actor):
        over = self.valid_until is not None and self.now >= self.valid_until
        return self.terms in ("draft", "issued") and not over and self.waiver in ("", "refused") and actor in STAFF | {"owner"}

    def _may_approve_waiver(self, actor):
        made_the_offer = {self.issued_by} if self.terms == "issued" else set()
        return self.terms in ("draft", "issued") and self.waiver == "requested" and actor in STAFF - {self.waiver_by} - made_the_offer

    _may_refuse_waiver = _may_approve_waiver

    def _may_tick(self, actor):
        return self.terms in ("draft", "issued", "accepted") and not self.ticked and actor in STAFF

    def _may_untick(self, actor):
        return self.terms in ("draft", "issued", "accepted") and self.ticked and actor in STAFF

    def _may_approve_to_send(self, actor):
        return self.agreement == "drafting"

    def _may_send(self, actor):
        return self.agreement == "approved_to_send"

    def _may_void(self, actor):
        return self.agreement in ("drafting", "approved_to_send", "out_for_signature")

    def _may_sign(self, actor):
        turn = ["owner", "legal"][len(self.signed)] if len(self.signed) < 2 else None
        return self.agreement == "out_for_signature" and actor == turn and self.now < self.window_ends

    def _may_pay_full(self, actor):
        return self.invoice == "open"

    _may_pay_short = _may_pay_little = _may_pay_full

    def _nobody_asks(self):
        return self.licence and not self.ended and not self.asked_by

    def _may_ask_to_suspend(self, actor):
        return self._nobody_asks() and not self.suspended

    def _may_reinstate(self, actor):
        return self.licence and not self.ended and self.suspended

    def _may_ask_to_revoke(self, actor):
        return self.licence and not self.ended and not (self.asked_by and self.asked_for == "revoked")

    def _may_ask_to_end(self, actor):
        return self._nobody_asks() and self.notice is None

    _may_ask_to_give_notice = _may_ask_to_end

    def _may_ask_to_recall(self, actor):
        return self._nobody_asks() and self.notice is not None

    def _may_confirm(self, actor):
        return self.licence and not self.ended and self.asked_by and actor != self.asked_by

    def _may_take_back(self, actor):
        return self.licence and self.asked_by  # also once a notice has ended it meanwhile

    # --- what it does ---

    def do(self, command: str, actor: str) -> None:
        getattr(self, f"_do_{command}", lambda actor: None)(actor)

    def _do_submit(self, actor):
        self.application = "submitted"

    def _do_take(self, actor):
        self.application = "in_review"

    def _do_approve(self, actor):
        self.application, self.terms = "approved", "draft"

    def _do_decline(self, actor):
        self.application = "declined"

    def _do_withdraw(self, actor):
        self.application = "withdrawn"

    def _do_issue(self, actor):
        self.issued_by = actor
        self.terms, self.valid_until = "issued", self.now + OFFER

    def _do_accept(self, actor):
        self.terms, self.agreement, self.signed = "accepted", "drafting", []
        self.total, self.received = GROSS - self.waived, 0
        self.invoice = "open" if self.total else "settled"
        self._complete()

    def _do_decline_terms(self, actor):
        self.terms = "declined"

    def _do_redraft(self, actor):
        self.terms, self.valid_until, self.waiver, self.waived, self.ticked = "draft", None, "", 0, False
        self.agreement = self.invoice = ""

    def _do_request_waiver(self, actor):
        self.waiver, self.waiver_by = "requested", actor

    def _do_approve_waiver(self, actor):
        self.waiver, self.waived = "approved", GROSS

    def _do_refuse_waiver(self, actor):
        self.waiver = "refused"

    def _do_tick(self, actor):
        self.ticked = True
        self._complete()

    def _do_untick(self, actor):
        self.ticked = False

    def _do_approve_to_send(self, actor):
        self.agreement = "approved_to_send"

    def _do_send(self, actor):
        self.agreement, self.window_ends = "out_for_signature", self.now + WINDOW

    def _do_void(self, actor):
        self.agreement, self.invoice, self.terms = "voided", "", "superseded"

    def _do_sign(self, actor):
        self.signed.append(actor)
        if len(self.signed) == 2:
            self.agreement = "executed"
            self._complete()

    def _do_pay_full(self, actor):
        self._receive(self.total)

    def _do_pay_short(self, actor):
        self._receive(self.total - 1_500)

    def _do_pay_little(self, actor):
        self._receive(50_000)

    def _receive(self, amount):
        self.received += amount
        if self.total - self.received <= min(self.total * 2 // 100, 5_000):
            self.invoice = "settled"
            self._complete()

    def _complete(self):
        if self.agreement == "executed" and self.invoice == "settled" and self.ticked and self.terms == "accepted":
            self.licence = True

    def _do_ask_to_suspend(self, actor):
        self.asked_by, self.asked_for = actor, "suspended"

    def _do_reinstate(self, actor):
        self.suspended = False

    def _do_ask_to_end(self, actor):
        self.asked_by, self.asked_for = actor, "terminated"

    def _do_ask_to_revoke(self, actor):
        self.asked_by, self.asked_for = actor, "revoked"

    def _do_ask_to_give_notice(self, actor):
        self.asked_by, self.asked_for = actor, "notice"
        day = self.last_day() + timedelta(days=1)
        self.asked_until = datetime(day.year, day.month, day.day, tzinfo=THERE)

    def _do_ask_to_recall(self, actor):
        self.asked_by, self.asked_for = actor, "recalled"

    def _do_take_back(self, actor):
        self.asked_by = ""

    def _do_confirm(self, actor):
        self.asked_by = ""
        if self.asked_for == "suspended":
            self.suspended = True
        elif self.asked_for == "recalled":
            self.notice = None
        elif self.asked_for == "notice":
            self.notice = max(self.asked_until, self.now)
            self.catch_up()
        else:
            self.ended, self.notice = self.asked_for, None

    @property
    def works(self) -> bool:
        """Whether the kit may be had now."""
        return self.licence and not self.suspended and not self.ended
