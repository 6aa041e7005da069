"""Who took what, when, under which licence; appended, never changed."""

from django.conf import settings
from django.db import models

from portal.core.guards import AppendOnly


class Bundle(models.Model):
    """An asking for a whole release as one archive, written before the first byte; ``verdict`` is "granted" or why nothing of it is open.

    What was granted is in its downloads, one for each file; ``listing`` is the text in the archive that says what is missing and why. Both
    stay as they are, so that a resumed archive meets the same bytes.
    """

    release = models.ForeignKey("media.KitRelease", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("licensing.Organisation", on_delete=models.PROTECT, null=True, related_name="+")
    verdict = models.CharField(max_length=20)
    method = models.CharField(max_length=4)
    ip_prefix = models.CharField(max_length=45, blank=True)
    listing = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [AppendOnly(name="bundle_append_only")]
        indexes = [models.Index("user", "release", "at", name="bundle_resume")]

    is_bundle = True

    def __str__(self) -> str:
        return f"{self.pk} {self.verdict}"


class Download(models.Model):
    """An asking of the gate by a signed-in person for an existing file, written before the first byte; ``verdict`` is "granted" or why not.

    ``person`` and ``licensee`` are the names the stamp carries, ``reference`` is printed in it, ``stamp_language`` is that of its words: a
    resumed download meets the same bytes, also where the stamp learned the file's language only since.
    ``ip_prefix`` is /24 or /48, never the whole address.
    """

    file = models.ForeignKey("media.KitFile", on_delete=models.PROTECT, related_name="downloads")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    bundle = models.ForeignKey(Bundle, on_delete=models.PROTECT, null=True, related_name="downloads")
    organisation = models.ForeignKey("licensing.Organisation", on_delete=models.PROTECT, null=True, related_name="+")
    licence = models.ForeignKey("licensing.Licence", on_delete=models.PROTECT, null=True, related_name="+")
    reference = models.CharField(max_length=14)
    person = models.CharField(max_length=150)
    licensee = models.CharField(max_length=200, blank=True)
    stamp_language = models.CharField(max_length=10, default="en")
    verdict = models.CharField(max_length=20)
    method = models.CharField(max_length=4)
    ip_prefix = models.CharField(max_length=45, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            AppendOnly(name="download_append_only"),
            models.UniqueConstraint(fields=["reference"], name="download_reference_once"),
        ]
        indexes = [
            models.Index("organisation", "at", name="download_by_organisation"),
            models.Index("user", "file", "at", name="download_resume"),
        ]

    is_bundle = False

    def __str__(self) -> str:
        return f"{self.reference} {self.verdict}"


class DownloadPart(models.Model):
    """What really left for one answer: the range asked for and the bytes sent; written when the answer ends.

    ``begun`` is written before the first byte of a download by link: on a bad line the first answer may never end, and the link goes on.
    """

    class Outcome(models.TextChoices):
        BEGUN = "begun", "begun"
        COMPLETE = "complete", "complete"
        BROKEN = "broken", "broken"
        HANDED_OVER = "handed_over", "handed over"

    download = models.ForeignKey(Download, on_delete=models.PROTECT, related_name="parts")
    first = models.PositiveBigIntegerField()
    last = models.PositiveBigIntegerField()
    sent = models.PositiveBigIntegerField()
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    at = models.DateTimeField()

    class Meta:
        constraints = [AppendOnly(name="download_part_append_only")]

    def __str__(self) -> str:
        return f"{self.download_id} {self.first}-{self.last}"
