"""Numbers the public reads about a programme: data with a day and a source, since counts typed into a text drift."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.models import DraftStateMixin, RevisionMixin

from content.figures.rules import QUALIFIERS, UNITS, Count, counted
from content.programmes.models import Programme

UNIT_WORDS = [
    ("practice", _("practices")),
    ("certified_practice", _("certified practices")),
    ("physician", _("physicians")),
    ("team", _("teams")),
    ("measure", _("quality measures")),
    ("project", _("projects")),
    ("workshop", _("workshops")),
    ("participant", _("participants")),
    ("country", _("countries")),
]
QUALIFIER_WORDS = [
    ("exactly", pgettext_lazy("before a number", "exactly")),
    ("more_than", pgettext_lazy("before a number", "more than")),
    ("at_least", pgettext_lazy("before a number", "at least")),
    ("about", pgettext_lazy("before a number", "about")),
]


class Figure(DraftStateMixin, RevisionMixin, models.Model):
    """One figure. A newer one of the same thing is another row: the former stays readable as what was published then.

    ``area`` null: about the programme as a whole. ``first_day`` and ``last_day`` (included) null: up to ``as_of``. ``whom``: the second
    figure of a sentence, of those the first come from.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="figures", verbose_name=_("program"))
    area = models.ForeignKey(
        "i18n.Area",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"kind": "place"},
        verbose_name=_("country or territory"),
        help_text=_("Where the figure is about one country or territory: it is shown on its page, too."),
    )
    qualifier = models.CharField(_("qualifier"), max_length=12, choices=QUALIFIER_WORDS, default="exactly")
    value = models.PositiveIntegerField(_("value"))
    unit = models.CharField(_("unit"), max_length=20, choices=UNIT_WORDS)
    whom = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("from"),
        help_text=_("A second figure of the same sentence: 557 physicians “from” 21 practices."),
    )
    scope = models.CharField(
        _("of whom or where"), max_length=120, blank=True, help_text=_("Stands after the unit, such as “outside the United States”.")
    )
    first_day = models.DateField(_("first day of the period"), null=True, blank=True)
    last_day = models.DateField(_("last day of the period"), null=True, blank=True, help_text=_("Without a period: up to the day below."))
    as_of = models.DateField(_("as of"), null=True, help_text=_("The day the source gives the figure for."))
    source = models.CharField(_("source"), max_length=250, help_text=_("The document it rests on, cited in English: title, date, address."))

    class Meta:
        ordering = ["programme", "-as_of", "pk"]
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        constraints = [
            models.CheckConstraint(
                name="figure_with_day_and_source",
                condition=Q(live=False) | (Q(as_of__isnull=False) & ~Q(source="")),
                violation_error_message=_("A figure without its day and its source cannot be published."),
            ),
            models.CheckConstraint(
                name="figure_period",
                condition=Q(first_day=None, last_day=None) | Q(last_day__gte=F("first_day")),
                violation_error_message=_("Give both days of the period, the first before the last, or none."),
            ),
            models.CheckConstraint(name="figure_unit", condition=Q(unit__in=list(UNITS))),
            models.CheckConstraint(name="figure_qualifier", condition=Q(qualifier__in=list(QUALIFIERS))),
            models.CheckConstraint(
                name="figure_not_from_itself",
                condition=Q(whom=None) | ~Q(whom=F("id")),
                violation_error_message=_("A figure does not come from itself."),
            ),
        ]

    def __str__(self) -> str:
        words = counted(Count(self.value, self.unit, self.qualifier), get_language() or "en") if self.unit else str(self.value)
        return f"{self.programme.code}: {words}"
