"""The forms of the kits in the CMS."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from content.staff.queues import QueueForm
from licensing.offerings.models import LicenceOffering, LicensedRight, OfferingEdition
from licensing.organisations.models import Organisation
from media.kits.actions import ItemFacts
from media.kits.models import Kit, KitItem, KitRelease
from media.ledger import queries as ledger
from media.staff import words
from portal.accounts.stepup import PasswordConfirmation

MOMENT = "%Y-%m-%dT%H:%M"


class ByLanguage(forms.Form):
    """A form with one field a language for each name in ``texts``; only the English one is required."""

    texts: dict[str, Any] = {}
    long = False
    english = True

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, label in self.texts.items():
            for language, called in settings.LANGUAGES:
                self.fields[f"{name}_{language}"] = forms.CharField(
                    label=f"{label}: {called}",
                    required=self.english and language == "en",
                    max_length=2000 if self.long else 150,
                    widget=forms.Textarea(attrs={"rows": 3, "lang": language}) if self.long else forms.TextInput(attrs={"lang": language}),
                )

    def by_language(self, name: str) -> dict[str, str]:
        """Return what was written, by language; only after ``is_valid``."""
        return {language: self.cleaned_data[f"{name}_{language}"] for language, _called in settings.LANGUAGES}


class KitForm(ByLanguage):
    """A new kit."""

    texts = {"name": _("Name")}
    offering: Any = forms.ModelChoiceField(label=_("License offering"), queryset=LicenceOffering.objects.all())
    slug = forms.SlugField(
        label=_("Address"), max_length=40, help_text=_("As in /kits/qtp1/. Lower case letters, digits and hyphens; it never changes.")
    )

    def clean_slug(self) -> str:
        return self.cleaned_data["slug"].lower()


class ReleaseForm(ByLanguage):
    """A new draft release of a kit."""

    texts = {"notes": _("What changed")}
    long, english = True, False
    number = forms.CharField(label=_("Number"), max_length=7, help_text=_("As in 2.1."))
    edition = forms.ModelChoiceField(
        label=_("Edition"),
        queryset=OfferingEdition.objects.none(),
        required=False,
        help_text=_("Licenses of another edition do not open the release."),
    )
    like: Any = forms.ModelChoiceField(
        label=_("Begin with the items and files of"),
        queryset=KitRelease.objects.none(),
        required=False,
        empty_label=_("Nothing: an empty draft"),
    )

    def __init__(self, *args: Any, kit: Kit, **kwargs: Any):
        super().__init__(*args, **kwargs)
        releases = kit.releases.exclude(state=KitRelease.State.DRAFT)
        editions = OfferingEdition.objects.filter(offering=kit.offering_id)
        self.fields["like"].queryset, self.fields["edition"].queryset = releases, editions  # type: ignore[attr-defined]
        self.fields["like"].initial = releases.first()
        self.fields["edition"].required = kit.offering.term_years is None
        if not editions:
            del self.fields["edition"]


class ItemForm(ByLanguage):
    """An item of a draft."""

    texts = {"name": _("Name")}
    right: Any = forms.ModelChoiceField(label=_("Needs the right"), queryset=LicensedRight.objects.none())
    audience = forms.ChoiceField(label=_("For whom"), choices=KitItem.Audience.choices)
    embargo_until = forms.DateTimeField(
        label=_("Embargo until, UTC"), required=False, help_text=_("It is listed before, and opens by itself at that moment. Leave empty to open it at once."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT), input_formats=[MOMENT, "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
    )  # fmt: skip
    stamped = forms.BooleanField(
        label=_("Each copy carries the licensee’s name"),
        required=False,
        initial=True,
        help_text=_("PDF and PowerPoint only. Leave it out for logos."),
    )
    modify = forms.ChoiceField(label=_("May be changed"), choices=KitItem.Modify.choices)
    attendees_keep = forms.BooleanField(label=_("Attendees keep their copy"), required=False)
    artwork = forms.ChoiceField(label=_("Artwork of the logo"), choices=KitItem.Artwork.choices, required=False)
    position = forms.IntegerField(
        label=_("Place in the list"), min_value=0, max_value=999, required=False, help_text=_("Leave empty to put it last.")
    )

    def __init__(self, *args: Any, release: KitRelease, item: KitItem | None = None, **kwargs: Any):
        super().__init__(*args, initial=_initial(item) if item else None, **kwargs)
        self.fields["right"].queryset = release.kit.offering.rights.all()  # type: ignore[attr-defined]
        self.fields["right"].label_from_instance = str  # type: ignore[attr-defined]
        self.order_fields([f"name_{language}" for language, _called in settings.LANGUAGES])

    def facts(self) -> ItemFacts:
        """Return what was written; only after ``is_valid``."""
        given = self.cleaned_data
        return ItemFacts(
            names=self.by_language("name"),
            right_id=given["right"].pk,
            audience=given["audience"],
            embargo_until=given["embargo_until"],
            stamped=given["stamped"],
            modify=given["modify"],
            attendees_keep=given["attendees_keep"],
            artwork=given["artwork"],
            position=given["position"],
        )


def _initial(item: KitItem) -> dict[str, Any]:
    plain = {
        name: getattr(item, name) for name in ("audience", "embargo_until", "stamped", "modify", "attendees_keep", "artwork", "position")
    }
    names = {f"name_{language}": getattr(item, f"name_{language.replace('-', '_')}") or "" for language, _called in settings.LANGUAGES}
    return plain | names | {"right": item.right_id}


class UploadForm(forms.Form):
    """One file in one language."""

    language = forms.ChoiceField(label=_("Language of the file"), choices=settings.LANGUAGES)
    file = forms.FileField(
        label=_("File"), allow_empty_file=True, max_length=250,
        help_text=_("PDF, PowerPoint (.pptx), SVG or PNG, at most 500 MB. The type is told by what is in it. A file of the same name and language is replaced."),
    )  # fmt: skip


class ReleaseNow(PasswordConfirmation):
    """Releasing for good asks once more who is there."""


class WithdrawForm(PasswordConfirmation):
    """Taking a release back."""

    reason = forms.CharField(label=_("Why it is withdrawn; licensees read this"), max_length=250, widget=forms.Textarea(attrs={"rows": 2}))


class LogForm(QueueForm):
    """What to look for in the download log."""

    field_order = ["q", "programme", "kit", "place", "organisation", "verdict", "days"]

    q = forms.CharField(label=_("Person, license or reference"), required=False, max_length=200)
    kit: Any = forms.ModelChoiceField(label=_("Kit"), queryset=Kit.objects.all(), required=False, empty_label=_("All kits"))
    organisation = forms.TypedChoiceField(label=_("Organization"), coerce=int, empty_value=None, required=False)
    verdict = forms.ChoiceField(label=_("Verdict"), required=False)
    days = forms.TypedChoiceField(
        label=_("Since"), coerce=int, empty_value=None, required=False,
        choices=[("", pgettext_lazy("filter", "All times")), (7, _("The last 7 days")), (30, _("The last 30 days"))],
    )  # fmt: skip

    def __init__(self, data: Any):
        super().__init__(data, occurring=Organisation.objects.order_by().values("place"))
        occurring = [(code, words.verdict(code)) for code in ledger.verdicts()]
        choices: dict[str, Any] = {
            "organisation": [("", _("All organizations")), *ledger.organisations()],
            "verdict": [("", _("All")), ("refused", _("Every refusal")), *occurring],
        }
        for name, options in choices.items():
            self.fields[name].choices = options  # type: ignore[attr-defined]
        self.full_clean()

    def search(self, *, at: datetime) -> ledger.Search:
        """Return what to look for at ``at``; a value that cannot be read looks for everything."""
        kit, days = self.given("kit"), self.given("days")
        return ledger.Search(
            kit_id=kit.pk if kit else None,
            organisation_id=self.given("organisation") or None,
            verdict=self.given("verdict") or None,
            programme=self.given("programme"),
            place=self.given("place"),
            text=self.given("q"),
            since=at - timedelta(days=days) if days else None,
        )
