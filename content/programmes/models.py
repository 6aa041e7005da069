from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Programme(models.Model):
    """What the licensor owns and others use: one row for each format with availability of its own (``QTP6`` and ``QTP1`` are two).

    ``name`` and ``short_name`` carry marks and are never translated; the texts are. The longer story is an editors' ``ProgrammePage``.
    """

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
    cost = models.TextField(_("what it costs"), blank=True)
    how_to_get_it = models.TextField(_("how to get it"), blank=True)
    source = models.CharField(_("source"), max_length=250, blank=True)

    class Meta:
        ordering = ["position", "code"]
        constraints = [models.CheckConstraint(name="programme_has_a_name", condition=~Q(name=""))]

    def __str__(self) -> str:
        return self.short_name or self.name
