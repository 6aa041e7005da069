"""What people write to the licensor."""

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from content.inquiries.actions import Said, Wanted
from content.inquiries.models import ReuseRequest, Topic
from content.programmes.models import Programme
from i18n.places.queries import places

NOT_BY_PERMISSION = {
    "material": _("Course material: slides, manual, workbook"),
    "logo": _("A logo or mark"),
}  # what only a licence opens


def _places() -> list[tuple[int | str, str]]:
    return [("", str(_("Choose")))] + [(place.id, place.name) for place in places(get_language() or "en", to_live_in=True)]


class _WritingForm(forms.Form):
    """Who writes and from where. ``website`` is bait: it is hidden from people, and whoever fills it in is looked at before it is answered."""

    place = forms.TypedChoiceField(label=_("Country or territory"), choices=_places, coerce=int, empty_value=None)
    name = forms.CharField(label=_("Your name"), max_length=150, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    organisation = forms.CharField(
        label=_("Organization"), max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "organization"})
    )
    email = forms.EmailField(
        label=_("Email address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("We answer there, in the language of this page."),
    )  # fmt: skip
    website = forms.CharField(
        required=False, max_length=200, label=_("Leave this empty"), widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def said(self, **more: Any) -> Said:
        """Return what was written, in the language of the page; only after ``is_valid``."""
        given = self.cleaned_data
        about = {name: given[name] for name in ("name", "organisation", "email")}
        return Said(place_id=given["place"], language=get_language() or "en", suspect=bool(given["website"]), **about, **more)

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields people see."""
        return [field for field in self.visible_fields() if field.name != "website"]


class _TopicChoice(forms.ModelChoiceField):
    def label_from_instance(self, topic: Any) -> str:
        return gettext("%(topic)s (%(hint)s)") % {"topic": topic, "hint": topic.hint} if topic.hint else str(topic)


class ContactForm(_WritingForm):
    topic = _TopicChoice(label=_("What is it about?"), queryset=Topic.objects.none(), widget=forms.RadioSelect, empty_label=None)
    text = forms.CharField(
        label=_("What do you want to know or tell?"), max_length=5000, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("No data of patients, please. Files cannot be sent here."),
    )  # fmt: skip
    field_order = ["topic", "place", "text", "name", "organisation", "email", "website"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        topics = Topic.objects.filter(open=True, permission=False)
        self.fields["topic"].queryset = topics  # type: ignore[attr-defined]
        if not topics.exists():
            del self.fields["topic"]

    def said(self, **more: Any) -> Said:
        topic = self.cleaned_data.get("topic")
        return super().said(topic_id=topic.pk if topic else None, text=self.cleaned_data["text"])


class PermissionForm(_WritingForm):
    """What, where, how many copies, in which language, commercial or not."""

    kind = forms.ChoiceField(
        label=_("What do you want to reuse?"), choices=[*ReuseRequest.Kind.choices, *NOT_BY_PERMISSION.items()], widget=forms.RadioSelect
    )
    programme: Any = forms.ModelChoiceField(
        label=_("Which program is it about?"), queryset=Programme.objects.all(), required=False, empty_label=_("Choose")
    )
    what = forms.CharField(
        label=_("Which one exactly?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("Title, page or number, and where it was published.")
    )  # fmt: skip
    where = forms.CharField(
        label=_("Where will it appear?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Title of the book, article, course or page; publisher; date.")
    )  # fmt: skip
    copies = forms.IntegerField(
        label=_("How many copies?"), min_value=1, max_value=99_999_999, required=False,
        help_text=_("Printed, or the downloads you expect. Leave it empty if nobody knows.")
    )  # fmt: skip
    work_language = forms.CharField(label=_("In which language will it appear?"), max_length=60)
    commercial = forms.TypedChoiceField(
        label=_("Will it be sold or serve to sell something?"), choices=[("no", _("No")), ("yes", _("Yes"))], coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )  # fmt: skip
    field_order = [
        "kind",
        "programme",
        "what",
        "where",
        "copies",
        "work_language",
        "commercial",
        "place",
        "name",
        "organisation",
        "email",
        "website",
    ]

    @property
    def needs_a_licence(self) -> bool:
        """Whether what is wanted is opened by a licence and never by a permission."""
        return self.cleaned_data.get("kind") in NOT_BY_PERMISSION

    def said(self, **more: Any) -> Said:
        given = self.cleaned_data
        topic = Topic.objects.filter(permission=True, open=True).first()
        wanted = Wanted(**{name: given[name] for name in Wanted.__slots__})
        return super().said(topic_id=topic.pk if topic else None, text=given["what"], wanted=wanted)
