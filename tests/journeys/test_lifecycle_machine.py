"""S10: no step can be skipped. Random walks over the whole life cycle, each step compared with a model that knows no database."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from licensing import lifecycle
from licensing.agreements import actions as agreements
from licensing.agreements import render
from licensing.agreements.actions import Signing
from licensing.agreements.models import Agreement, Signature
from licensing.agreements.rules import NotAllowed as AgreementRefused
from licensing.applications import actions as applications
from licensing.applications.models import Application, ApplicationAnswer
from licensing.applications.rules import NotAllowed as ApplicationRefused
from licensing.applications.rules import Side
from licensing.entitlements import check, stopping
from licensing.entitlements.models import Entitlement, Licence, LicenceEnd, Suspension
from licensing.entitlements.rules import NotAllowed as LicenceRefused
from licensing.history.actions import Actor
from licensing.history.models import Event
from licensing.offerings.models import LicensedRight
from licensing.organisations import powers
from licensing.organisations.rules import Role
from licensing.payments.actions import NotAllowed as MoneyRefused
from licensing.payments.actions import left_minor
from licensing.payments.models import Invoice, PaymentReceipt, Settlement
from licensing.terms import actions as offers
from licensing.terms.actions import NotAllowed as TermsRefused
from licensing.terms.models import EvidenceTick, Quote, TermsOffer, Waiver
from portal.core.models import NumberSeries, OutboxMessage
from tests import build, money
from tests.clock import NOW
from tests.journeys.lifecycle_model import FORWARD, Model

STEPS = 2_000
REFUSED = (ApplicationRefused, TermsRefused, AgreementRefused, MoneyRefused, LicenceRefused)
TABLES = (
    ApplicationAnswer, TermsOffer, Quote, Waiver, EvidenceTick, Agreement, Signature, Invoice, PaymentReceipt, Settlement, Licence, Entitlement,
    Suspension, LicenceEnd, Event, OutboxMessage,
)  # fmt: skip
ACTORS = ("owner", "preparer", "stranger", "manager", "second", "legal", "finance")
WHO = {  # who tries it; where the door alone keeps others out (staff pages), only those whom it lets in
    **dict.fromkeys(("save", "submit", "withdraw"), ("owner", "preparer", "stranger", "manager")),
    **dict.fromkeys(("take", "approve", "decline"), ("owner", "preparer", "manager", "second")),
    **dict.fromkeys(("issue", "tick", "untick"), ("owner", "stranger", "manager")),
    **dict.fromkeys(("accept", "decline_terms"), ("owner", "stranger", "manager")),
    "request_waiver": ("owner", "stranger", "manager", "second"),
    **dict.fromkeys(("approve_waiver", "refuse_waiver"), ("owner", "stranger", "manager", "second")),
    "redraft": ("manager",),
    **dict.fromkeys(("approve_to_send", "send", "void"), ("legal",)),
    "sign": ACTORS,
    **dict.fromkeys(("pay_full", "pay_short", "pay_little"), ("finance",)),
    **dict.fromkeys(
        ("ask_to_suspend", "ask_to_end", "ask_to_give_notice", "ask_to_recall", "ask_to_revoke", "reinstate", "take_back"), ("manager",)
    ),
    "confirm": ("manager", "second"),
}
ATTEMPTS = [(command, actor) for command, actors in WHO.items() for actor in actors]


class Absent(Exception):
    """There is nothing yet that the command could be about."""


class World:
    """The people, made once; every walk begins with a fresh draft of theirs."""

    def __init__(self):
        self.society, self.other = build.society(), build.society("Other (DEMO)")
        self.owner, self.preparer = build.owner_of(self.society), build.person(self.society, Role.PREPARER)
        people = {"owner": (self.owner, self.society), "preparer": (self.preparer, self.society)}
        people["stranger"] = (build.owner_of(self.other), self.other)
        self.actors = {name: build.actor(user, organisation) for name, (user, organisation) in people.items()}
        groups = {"manager": "Licensing managers", "second": "Licensing managers", "legal": "Legal", "finance": "Finance"}
        self.actors |= {name: build.actor(build.staff(group)) for name, group in groups.items()}
        money.prices()
        build.offering()
        money.agreements_load.load(
            money.deal.CLAUSES, [{**money.deal.TEMPLATES[0], "code": build.offering().template_code}], key_terms=money.deal.KEY_TERMS,
            licensor=money.deal.LICENSOR, now=NOW,
        )  # fmt: skip
        powers.grant_power(
            self.society.pk, self.owner.pk, office="President", valid_from=date(2020, 1, 1), by=self.actors["owner"], now=NOW
        )
        self.draft = build.draft(self.society, by=self.owner, reading_language="en")
        self.right = LicensedRight.objects.get(offering=build.offering(), code="slides")


class Lifecycle(RuleBasedStateMachine):
    world: World
    steps = 0
    reached: set[str] = set()

    def __init__(self):
        super().__init__()
        self.point = transaction.savepoint()
        self.application = Application.objects.get(pk=self.world.draft.pk)
        self.model = Model(now=NOW)
        self.paid = 0

    def teardown(self):
        transaction.savepoint_rollback(self.point)

    @initialize(already=st.integers(0, len(FORWARD)))
    def begin_somewhere_on_the_way(self, already):
        for command, actor in FORWARD[:already]:
            self.attempt(command, actor)

    @rule(pairs=st.lists(st.sampled_from(ATTEMPTS), min_size=1, max_size=3))
    def anything(self, pairs):
        for pair in pairs:
            self.attempt(*pair)

    @rule(at=st.integers(0, 99))
    def something_that_is_open(self, at):
        open_ = [pair for pair in ATTEMPTS if self.model.allows(*pair)]
        if open_:
            self.attempt(*open_[at % len(open_)])

    @rule(days=st.integers(1, 35))
    def time_passes(self, days):
        if self.model.now < NOW + timedelta(days=300):
            self.model.now += timedelta(days=days)
            self.agrees()

    def attempt(self, command: str, actor: str) -> None:
        Lifecycle.steps += 1
        self.model.now += timedelta(minutes=1)
        self.model.catch_up()
        expected, before = self.model.allows(command, actor), rows()
        try:
            with transaction.atomic():
                getattr(self, command)(self.world.actors[actor], self.model.now)
        except (*REFUSED, Absent) as refusal:
            assert not expected, f"{command} by {actor} was refused: {refusal!r}"
            assert rows() == before, f"{command} by {actor} was refused and left something behind"
        else:
            assert expected, f"{command} by {actor} went through from {self.model}"
            self.model.do(command, actor)
        self.agrees()

    def agrees(self) -> None:
        """Compare every state with the model, and what the gate would say."""
        self.model.catch_up()
        model, terms = self.model, self.terms()
        agreement, licence = self.agreement(terms), self.licence()
        assert Application.objects.values_list("state", flat=True).get(pk=self.application.pk) == model.application
        assert (terms.state if terms else "") == model.terms
        assert (agreement.state if agreement else "") == model.agreement
        assert bool(licence) == model.licence
        if licence:
            wanted = {"": "suspended" if model.suspended else "active", "revoked": "revoked", "terminated": "ended"}[model.ended]
            assert licence.status(at=model.now) == wanted
            Lifecycle.reached.add(wanted)
        verdict = check.may(organisation_id=self.world.society.pk, right_id=self.world.right.pk, edition_id=None, at=model.now)
        assert verdict.granted == model.works

    def terms(self) -> TermsOffer | None:
        return self.application.terms.order_by("-pk").first()

    def the_terms(self) -> TermsOffer:
        return self.terms() or absent()

    def agreement(self, terms: TermsOffer | None) -> Agreement | None:
        return Agreement.objects.filter(terms=terms).order_by("-pk").first() if terms else None

    def the_agreement(self) -> Agreement:
        return self.agreement(self.terms()) or absent()

    def licence(self) -> Licence | None:
        there = Licence.objects.filter(organisation=self.world.society)
        return there.with_facts().first() if there.exists() else None

    def the_licence(self) -> Licence:
        return self.licence() or absent()

    # --- the doors' calls ---

    def move(self, command: str, by: Actor, now, **facts) -> None:
        sides = {
            self.world.actors["owner"]: Side.OWNER,
            self.world.actors["preparer"]: Side.APPLICANT,
            self.world.actors["stranger"]: Side.OWNER,
        }
        side = sides.get(by, Side.STAFF if command in ("take", "submit", "withdraw") else Side.DECIDER)
        lifecycle.advance(self.application.pk, command, side=side, by=by, now=now, **facts)

    def save(self, by, now):
        side = Side.OWNER if by.organisation_id else Side.STAFF
        step, given = next(iter(build.answers().items()))
        applications.save(self.application.pk, step, {**given, "short_name": f"S{now:%d%H%M}"}, side=side, by=by, now=now)

    def submit(self, by, now):
        self.move("submit", by, now)

    def withdraw(self, by, now):
        self.move("withdraw", by, now)

    def take(self, by, now):
        self.move("take", by, now)

    def approve(self, by, now):
        self.move("approve", by, now, reason="Meets all criteria")

    def decline(self, by, now):
        self.move("decline", by, now, reason="Does not meet them")

    def issue(self, by, now):
        lifecycle.issue_terms(self.the_terms().pk, by=by, now=now)

    def accept(self, by, now):
        lifecycle.accept_terms(self.the_terms().pk, by=by, now=now)

    def decline_terms(self, by, now):
        offers.decline(self.the_terms().pk, by=by, now=now, reason="Too dear")

    def redraft(self, by, now):
        lifecycle.redraft_terms(self.the_terms().pk, by=by, now=now)

    def request_waiver(self, by, now):
        offers.request_waiver(self.the_terms().pk, percent=100, reason="Public hospitals only", by=by, now=now)

    def approve_waiver(self, by, now):
        lifecycle.decide_waiver((self.the_terms().waivers.order_by("-pk").first() or absent()).pk, approve=True, by=by, now=now)

    def refuse_waiver(self, by, now):
        lifecycle.decide_waiver(
            (self.the_terms().waivers.order_by("-pk").first() or absent()).pk, approve=False, by=by, now=now, reason="No"
        )

    def tick(self, by, now):
        lifecycle.tick_evidence(self.the_terms().pk, self.application.offering.evidence.get().pk, by=by, now=now, note="Seen (DEMO)")

    def untick(self, by, now):
        offers.withdraw_evidence(
            self.the_terms().pk, self.application.offering.evidence.get().pk, by=by, now=now, reason="It was another paper"
        )

    def approve_to_send(self, by, now):
        agreements.approve_to_send(self.the_agreement().pk, by=by, now=now)

    def send(self, by, now):
        agreements.send(self.the_agreement().pk, by=by, now=now)

    def void(self, by, now):
        lifecycle.void_agreement(self.the_agreement().pk, by=by, now=now, reason="Wrong territory")

    def sign(self, by, now):
        agreement = self.the_agreement()
        lifecycle.sign(agreement.pk, Signing(by.person_id, by.label, agreement.document_sha256, True), by=by, now=now)

    def pay_full(self, by, now):
        self.pay(self.model.total, by, now)

    def pay_short(self, by, now):
        self.pay(self.model.total - 1_500, by, now)

    def pay_little(self, by, now):
        self.pay(50_000, by, now)

    def pay(self, amount, by, now):
        invoice = self.the_terms().invoices.filter(kind="invoice").first() or absent()
        self.paid += 1
        over = max(0, amount - left_minor(invoice))
        receipt = money.receipt(amount, reference=f"BANK-{self.paid}", over_minor=over)
        lifecycle.receive_payment(invoice.pk, receipt, by=by, now=now)

    def ask_to_suspend(self, by, now):
        stopping.ask(self.the_licence().pk, "suspend", reason="Report overdue", by=by, now=now)

    def ask_to_end(self, by, now):
        stopping.ask(self.the_licence().pk, "end", reason="Agreed", by=by, now=now)

    def ask_to_revoke(self, by, now):
        stopping.ask(self.the_licence().pk, "revoke", reason="Misuse", by=by, now=now)

    def ask_to_give_notice(self, by, now):
        stopping.ask(self.the_licence().pk, "end", reason="Agreed", by=by, now=now, last_day=self.model.last_day())

    def ask_to_recall(self, by, now):
        stopping.ask(self.the_licence().pk, "recall", reason="Sent by mistake", by=by, now=now)

    def take_back(self, by, now):
        stopping.take_back(self.the_licence().pk, by=by, now=now)

    def confirm(self, by, now):
        lifecycle.confirm_stop(self.the_licence().pk, by=by, now=now)

    def reinstate(self, by, now):
        stopping.reinstate(self.the_licence().pk, reason="Report is in", by=by, now=now)


def absent():
    raise Absent


COUNTS = "SELECT " + ", ".join(f"(SELECT COUNT(*) FROM {model._meta.db_table})" for model in TABLES)


def rows() -> tuple[object, ...]:
    """Return how much the database holds of everything that a move may write, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS)
        counts = cursor.fetchone()
    standing = Suspension.objects.filter(valid_to=None).count(), LicenceEnd.objects.filter(lifted_at=None).count()
    return (*counts, sorted(NumberSeries.objects.values_list("code", "last")), *standing)


@pytest.mark.check("S10")
@pytest.mark.django_db
@pytest.mark.usefixtures("vault")
def test_s10_no_step_can_be_skipped(monkeypatch):
    monkeypatch.setattr(render, "render_agreement", lambda text, *, at: f"%PDF {text.number} {text.context_sha256}".encode())
    monkeypatch.setattr(lifecycle, "render_invoice", lambda text, *, at: f"%PDF {text.number}".encode())
    Lifecycle.world, Lifecycle.steps, Lifecycle.reached = World(), 0, set()
    notice = ("ask_to_give_notice", "confirm")
    for asked in (  # the straight ways first: no luck is needed to have been everywhere
        ("ask_to_suspend", "confirm"), ("ask_to_end", "confirm"), ("ask_to_revoke", "confirm"), (*notice, "ask_to_recall", "confirm"),
        (*notice, "ask_to_revoke", "confirm"), (*notice, "ask_to_suspend", "confirm", "reinstate"),
            ("ask_to_suspend", "ask_to_revoke", "confirm"), ("ask_to_give_notice", "ask_to_revoke", "confirm"),
            (*notice, "ask_to_recall", "ask_to_revoke", "confirm"), ("ask_to_revoke", "take_back", "ask_to_end", "confirm"),
    ):  # fmt: skip
        walk = Lifecycle()
        for command, actor in [*FORWARD, *((command, "second" if command == "confirm" else "manager") for command in asked)]:
            walk.attempt(command, actor)
        walk.time_passes(days=35)
        walk.teardown()
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        Lifecycle,
        settings=settings(
            max_examples=64, stateful_step_count=40, deadline=None, derandomize=True, database=None, suppress_health_check=slow
        ),
    )
    assert Lifecycle.steps >= STEPS, Lifecycle.steps
    assert Lifecycle.reached == {"active", "suspended", "revoked", "ended"}
