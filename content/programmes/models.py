from collections.abc import Collection, Mapping
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from content.programmes.rules import is_outdated, language_codes, made_from, says_free

SUFFIXES = tuple(code.replace("-", "_") for code, _name in settings.LANGUAGES)  # English first


def check_cost(text: str) -> None:
    if word := says_free(text):
        raise ValidationError(_("Do not call it “%(word)s”: say what is not charged and what the practice bears."), params={"word": word})


def check_codes(text: str) -> None:
    try:
        language_codes(text)
    except ValueError as error:
        raise ValidationError(_("Enter codes of languages, such as en, pt-br.")) from error


class Translated(models.Model):
    """Something with texts of several languages: ``made_from`` keeps the fingerprint of the English each translation was made from."""

    TEXTS: ClassVar[tuple[str, ...]] = ()
    made_from = models.JSONField(default=dict, editable=False)

    class Meta:
        abstract = True

    def texts(self) -> dict[str, str]:
        """Return every column of its texts."""
        return {f"{name}_{suffix}": getattr(self, f"{name}_{suffix}") or "" for name in self.TEXTS for suffix in SUFFIXES}

    def renew(self, before: Mapping[str, str], *, confirmed: Collection[str] = ()) -> None:
        """Take down what its translations are made from, now that they differ from ``before``."""
        self.made_from = made_from(
            self.made_from, before=before, after=self.texts(), fields=self.TEXTS, languages=SUFFIXES[1:], confirmed=confirmed
        )

    def outdated(self, suffix: str) -> list[str]:
        """Return the texts whose translation into a language was made from an earlier English text."""
        return [name for name in self.TEXTS if self._is_outdated(name, suffix)]

    def _is_outdated(self, name: str, suffix: str) -> bool:
        column = f"{name}_{suffix}"
        return bool(getattr(self, column)) and is_outdated(self.made_from, column, getattr(self, f"{name}_en") or "")


class Programme(Translated):
    """What the licensor owns and others use: one row for each format with availability of its own (``QTP6`` and ``QTP1`` are two).

    ``name`` and ``short_name`` carry marks and are never translated; the texts are. The longer story is an editors' ``ProgrammePage``.
    """

    TEXTS = ("format", "summary", "eligibility", "cost", "requirements", "how_to_get_it")

    class Kind(models.TextChoices):
        PARTICIPATION = "participation", _("Participation")
        CERTIFICATION = "certification", _("Certification")
        TRAINING = "training", _("Training")
        MEETING = "meeting", _("Licensed meeting")

    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=150)
    short_name = models.CharField(_("short name"), max_length=60)
    family = models.CharField(max_length=20, blank=True, help_text=_("The same for formats of one program."))
    kind = models.CharField(max_length=20, choices=Kind.choices)
    position = models.PositiveSmallIntegerField(default=0)
    format = models.CharField(_("format"), max_length=60, blank=True)
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    eligibility = models.TextField(_("who may take part"), blank=True)
    cost = models.TextField(_("what it costs"), blank=True, validators=[check_cost])
    requirements = models.TextField(_("what else is required"), blank=True)
    how_to_get_it = models.TextField(_("how to get it"), blank=True)
    tool_languages = models.CharField(
        _("languages of the tool"), max_length=60, blank=True, validators=[check_codes], help_text=_("Codes, such as en, pt-br.")
    )
    source = models.CharField(_("source"), max_length=250, blank=True)

    class Meta:
        ordering = ["position", "code"]
        constraints = [models.CheckConstraint(name="programme_has_a_name", condition=~Q(name=""))]

    def __str__(self) -> str:
        return self.short_name or self.name


class LocalRules(Translated):
    """How taking part differs in one country or territory. What is empty here is as everywhere; a territory without a row follows its state."""

    TEXTS = ("eligibility", "cost", "requirements", "how_to_get_it")

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="local_rules", verbose_name=_("program"))
    place = models.ForeignKey("i18n.Place", on_delete=models.PROTECT, related_name="+", verbose_name=_("country or territory"))
    eligibility = models.TextField(_("who may take part"), blank=True)
    cost = models.TextField(_("what it costs"), blank=True, validators=[check_cost])
    requirements = models.TextField(_("what else is required"), blank=True)
    how_to_get_it = models.TextField(_("how to get it"), blank=True)
    tool_languages = models.CharField(
        _("languages of the tool"), max_length=60, blank=True, validators=[check_codes], help_text=_("Codes, such as en, pt-br.")
    )
    source = models.CharField(_("source"), max_length=250, blank=True)

    class Meta:
        ordering = ["programme__position", "place__code"]
        verbose_name = _("local rules")
        verbose_name_plural = _("local rules")
        constraints = [
            models.UniqueConstraint(
                name="local_rules_once",
                fields=["programme", "place"],
                violation_error_message=_("There are local rules for this program and place already: edit those."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.programme.code}: {self.place}"
