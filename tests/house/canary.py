"""A word of its own in every text an organisation has written or that was written about it, so that it is known wherever it turns up."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection, models

from content.availability import kept
from content.pages import frame
from licensing.applications.models import Application
from licensing.organisations.models import Organisation
from portal.accounts.models import User
from tests.demo_world import Loaded

# How the rows of each model are found that belong to an organisation. A model of licensing that is in neither table fails the test.
BELONGS = {
    "organisation": "pk",
    "organisationname": "organisation",
    "membership": "organisation",
    "invitation": "organisation",
    "signingpower": "organisation",
    "awaitedpower": "organisation",
    "application": "organisation",
    "applicationanswer": "application__organisation",
    "applicationrevision": "application__organisation",
    "applicationfile": "application__organisation",
    "applicationnote": "application__organisation",
    "clarification": "application__organisation",
    "clarificationdraft": "clarification__application__organisation",
    "clarificationreply": "clarification__application__organisation",
    "termsoffer": "application__organisation",
    "quote": "terms__application__organisation",
    "waiver": "terms__application__organisation",
    "evidencetick": "terms__application__organisation",
    "agreement": "organisation",
    "signaturerequest": "agreement__organisation",
    "signature": "request__agreement__organisation",
    "invoice": "organisation",
    "paymentreceipt": "invoice__organisation",
    "settlement": "invoice__organisation",
    "licence": "organisation",
    "licenceplace": "licence__organisation",
    "entitlement": "licence__organisation",
    "suspension": "licence__organisation",
    "licenceend": "licence__organisation",
    "termreminder": "licence__organisation",
    "payer": "organisation",
    "paymentattempt": "invoice__organisation",
    "paymentcase": "invoice__organisation",
    "arrears": "invoice__organisation",
    "dispute": "attempt__invoice__organisation",
    "refund": "attempt__invoice__organisation",
    "artworkpiece": "organisation",
    "proof": "piece__organisation",
    "proofround": "piece__organisation",
    "proofnote": "round__piece__organisation",
    "pieceapproval": "piece__organisation",
    "event": "organisation",
}
OF_NOBODY = {
    "licenceoffering", "licensedright", "evidencerequirement", "offeringedition", "feeschedule", "feeline", "agreementtemplate", "clauseversion",
    "billingdetails", "providerevent", "refusedcall",
}  # fmt: skip
# Codes, numbers and keys: programs read them, a word inside would break what nobody reads.
CODES = {
    "language", "currency", "zone", "state", "number", "code", "key", "command", "from_state", "to_state", "subject_kind", "search_key", "tier",
    "reading_language", "intent_language",
    "content_type", "customer_id", "event_id", "findings", "intent_id", "medium", "methods", "page", "pages", "provider_id", "rule", "session_id",
    "tier_place", "tier_override", "schedule", "last_condition", "factor", "roles", "rights", "email", "invoice_email", "token_sha256", "kind", "side", "role",
}  # fmt: skip
PUBLIC = {
    "organisation.register_name",
    "organisation.public_name",
    "organisationname.name",
    "organisation.town",
}  # what the register and verification may show
WORD = re.compile(r"zq\w+?qz")


@dataclass
class Canaries:
    """``words``: planted word → where (``key model.field``); ``known``: numbers and addresses that tell of an organisation as they are."""

    words: dict[str, str] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)

    def found_in(self, text: str, *, public: bool = False) -> list[str]:
        """Return where the words come from that stand in ``text``; ``public`` overlooks what the register may show."""
        places = [self.words[word] for word in dict.fromkeys(WORD.findall(text)) if word in self.words]
        planted = [place for place in places if not (public and place.split()[-1] in PUBLIC)]
        return planted + [place for word, place in self.known.items() if word in text]


def plant(organisations: Iterable[Organisation]) -> Canaries:
    """Plant a word in every text of these organisations and of their people. The guards of append-only tables are lifted for it."""
    canaries = Canaries()
    _lift_guards()
    for organisation in organisations:
        for name, path in BELONGS.items():
            _plant_in(canaries, organisation, apps.get_model("licensing", name), {path: organisation.pk})
        members = organisation.memberships.values("user")
        _plant_in(canaries, organisation, User, {"pk__in": members})
        _know(canaries, organisation)
    return canaries


def internal(organisations: Iterable[Organisation]) -> Canaries:
    """Plant a word in what only staff may read of these organisations, who read their own pages; a note stands with each application."""
    canaries = Canaries()
    _lift_guards()
    event = apps.get_model("licensing", "event")
    for organisation in organisations:
        for bare in organisation.applications.filter(notes=None):
            bare.notes.create(text="A note (DEMO)", written_by=bare.created_by, written_at=bare.created_at)
        for number, row in enumerate(event.objects.filter(organisation=organisation, visibility="internal")):
            word = f"zqi{organisation.pk:02}e{number:02}qz"
            canaries.words[word] = f"{organisation.short_name} event.reason"
            event.objects.filter(pk=row.pk).update(reason=word, actor_label=f"{word} (DEMO)")
        for number, note in enumerate(
            apps.get_model("licensing", "applicationnote").objects.filter(application__organisation=organisation)
        ):
            word = f"zqi{organisation.pk:02}n{number:02}qz"
            canaries.words[word] = f"{organisation.short_name} applicationnote.text"
            type(note).objects.filter(pk=note.pk).update(text=word)
    return canaries


def applications(person: User) -> list[str]:
    """Return the pages of the applications somebody may see, whether or not they are led there."""
    numbers = Application.objects.visible_to(person).values_list("number", flat=True)
    return [f"/en/desk/applications/{number}/{page}" for number in numbers for page in ("", "answers/", "questions/", "withdraw/")]


def _plant_in(canaries: Canaries, organisation: Organisation, model: type[models.Model], rows: dict[str, Any]) -> None:
    for number, column in enumerate(_texts(model)):
        word = f"zq{organisation.pk:02}{model._meta.model_name[:9]}{number:02}qz"
        canaries.words[word] = f"{organisation} {model._meta.model_name}.{column.name}"
        for row in model._base_manager.filter(**rows):
            value = getattr(row, column.attname)
            planted = _grown(value, word) if isinstance(column, models.JSONField) else f"{word} {value}"[: column.max_length]
            model._base_manager.filter(pk=row.pk).update(**{column.attname: planted})


def _texts(model: type[models.Model]) -> Iterator[models.Field]:
    for column in model._meta.concrete_fields:
        is_text = isinstance(column, models.CharField | models.TextField | models.JSONField)
        if (
            is_text
            and not column.choices
            and column.name not in CODES
            and not column.name.endswith(("_key", "sha256", "password", "timezone"))
        ):
            yield column


def _grown(value: Any, word: str) -> Any:
    if isinstance(value, dict):
        return {key: _grown(inner, word) for key, inner in value.items()} or {"planted": word}
    if isinstance(value, list):
        return [_grown(inner, word) for inner in value] or [word]
    return f"{word} {value}" if isinstance(value, str) else value


def _know(canaries: Canaries, organisation: Organisation) -> None:
    for name, columns in (("application", ["number"]), ("agreement", ["number"]), ("invoice", ["number", "reference"])):
        for row in apps.get_model("licensing", name).objects.filter(organisation=organisation).values_list(*columns):
            canaries.known |= {text: f"{organisation} {name} {text}" for text in row if text}
    for email in organisation.memberships.values_list("user__email", flat=True):
        canaries.known[email] = f"{organisation} user.email"


def _lift_guards() -> None:
    Loaded.version = None  # what is planted raises no version: pages kept from before do not know it, and none may be kept with it
    kept.forget()
    frame.forget()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'licensing_%'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks to come cannot be altered
            for model in apps.get_app_config("licensing").get_models():
                cursor.execute(f'ALTER TABLE "{model._meta.db_table}" DISABLE TRIGGER USER')
