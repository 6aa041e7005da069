import django.db.models.deletion
import portal.core.guards
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("licensing", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Kit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=150, verbose_name="name")),
                ("name_en", models.CharField(max_length=150, null=True, verbose_name="name")),
                ("name_es", models.CharField(max_length=150, null=True, verbose_name="name")),
                ("name_pt_br", models.CharField(max_length=150, null=True, verbose_name="name")),
                ("name_fr", models.CharField(max_length=150, null=True, verbose_name="name")),
                ("name_ar", models.CharField(max_length=150, null=True, verbose_name="name")),
                (
                    "offering",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="kits",
                        to="licensing.licenceoffering",
                        verbose_name="license offering",
                    ),
                ),
            ],
            options={
                "ordering": ["slug"],
                "permissions": [("edit_kits", "May prepare course kits"), ("release_kit", "May release and withdraw course kits")],
            },
        ),
        migrations.CreateModel(
            name="KitRelease",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=20, verbose_name="number")),
                ("major", models.PositiveSmallIntegerField()),
                ("minor", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("released", "Released"), ("withdrawn", "Withdrawn")], default="draft", max_length=10
                    ),
                ),
                ("notes", models.TextField(blank=True, verbose_name="what changed")),
                ("notes_en", models.TextField(blank=True, null=True, verbose_name="what changed")),
                ("notes_es", models.TextField(blank=True, null=True, verbose_name="what changed")),
                ("notes_pt_br", models.TextField(blank=True, null=True, verbose_name="what changed")),
                ("notes_fr", models.TextField(blank=True, null=True, verbose_name="what changed")),
                ("notes_ar", models.TextField(blank=True, null=True, verbose_name="what changed")),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_reason", models.CharField(blank=True, max_length=250)),
                (
                    "edition",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.offeringedition"
                    ),
                ),
                ("kit", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="releases", to="media.kit")),
                (
                    "released_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["kit", "-major", "-minor"],
                "constraints": [
                    models.UniqueConstraint(fields=("kit", "number"), name="release_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "released", "withdrawn"])), name="release_state_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "draft"), ("released_at__isnull", False), _connector="OR"),
                        name="release_released_has_instant",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "withdrawn"), _negated=True),
                            models.Q(("withdrawn_at__isnull", False), models.Q(("withdrawn_reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="release_withdrawn_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Bundle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("verdict", models.CharField(max_length=20)),
                ("method", models.CharField(max_length=4)),
                ("ip_prefix", models.CharField(blank=True, max_length=45)),
                ("listing", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.organisation"
                    ),
                ),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("release", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="media.kitrelease")),
            ],
            options={
                "indexes": [models.Index(models.F("user"), models.F("release"), models.F("at"), name="bundle_resume")],
                "constraints": [portal.core.guards.AppendOnly(closes=(), name="bundle_append_only")],
            },
        ),
        migrations.CreateModel(
            name="KitItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=60)),
                ("name", models.CharField(max_length=150, verbose_name="name")),
                ("name_en", models.CharField(max_length=150, null=True, verbose_name="name")),
                ("name_es", models.CharField(max_length=150, null=True, verbose_name="name")),
                ("name_pt_br", models.CharField(max_length=150, null=True, verbose_name="name")),
                ("name_fr", models.CharField(max_length=150, null=True, verbose_name="name")),
                ("name_ar", models.CharField(max_length=150, null=True, verbose_name="name")),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("faculty", "Faculty"),
                            ("participant", "Participants"),
                            ("organiser", "Organizer"),
                            ("designer", "Designer"),
                        ],
                        max_length=12,
                        verbose_name="for",
                    ),
                ),
                ("embargo_until", models.DateTimeField(blank=True, null=True, verbose_name="embargo until")),
                ("stamped", models.BooleanField(default=True, verbose_name="carries the licensee's name")),
                (
                    "modify",
                    models.CharField(
                        choices=[("no", "Not to be changed"), ("append", "Own slides may be added at the end"), ("yes", "May be adapted")],
                        default="no",
                        max_length=6,
                        verbose_name="may be changed",
                    ),
                ),
                ("attendees_keep", models.BooleanField(default=False, verbose_name="attendees keep their copy")),
                (
                    "artwork",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Not artwork of the logo"),
                            ("working", "For drafts, marked PROOF"),
                            ("production", "For production: opens with an approved piece"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="artwork of the logo",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "right",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="licensing.licensedright",
                        verbose_name="needs the right",
                    ),
                ),
                ("release", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="items", to="media.kitrelease")),
            ],
            options={
                "ordering": ["position", "slug"],
                "constraints": [models.UniqueConstraint(fields=("release", "slug"), name="item_once_per_release")],
            },
        ),
        migrations.CreateModel(
            name="KitFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(max_length=10)),
                ("name", models.CharField(max_length=120)),
                ("content_type", models.CharField(max_length=100)),
                ("size", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("crc32", models.PositiveBigIntegerField()),
                ("vault_key", models.CharField(max_length=160)),
                ("stamp_slots", models.JSONField(blank=True, null=True)),
                ("uploaded_name", models.CharField(max_length=250)),
                ("uploaded_sha256", models.CharField(max_length=64)),
                ("uploaded_at", models.DateTimeField()),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("item", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="files", to="media.kititem")),
            ],
            options={
                "ordering": ["item", "language"],
                "constraints": [models.UniqueConstraint(fields=("item", "language", "name"), name="file_once_per_language")],
            },
        ),
        migrations.CreateModel(
            name="Download",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=14)),
                ("person", models.CharField(max_length=150)),
                ("licensee", models.CharField(blank=True, max_length=200)),
                ("stamp_language", models.CharField(default="en", max_length=10)),
                ("verdict", models.CharField(max_length=20)),
                ("method", models.CharField(max_length=4)),
                ("ip_prefix", models.CharField(blank=True, max_length=45)),
                ("at", models.DateTimeField()),
                (
                    "bundle",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="downloads", to="media.bundle"),
                ),
                (
                    "licence",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.licence"),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.organisation"
                    ),
                ),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("file", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="downloads", to="media.kitfile")),
            ],
            options={
                "indexes": [
                    models.Index(models.F("organisation"), models.F("at"), name="download_by_organisation"),
                    models.Index(models.F("user"), models.F("file"), models.F("at"), name="download_resume"),
                ],
                "constraints": [
                    portal.core.guards.AppendOnly(closes=(), name="download_append_only"),
                    models.UniqueConstraint(fields=("reference",), name="download_reference_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="DownloadPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first", models.PositiveBigIntegerField()),
                ("last", models.PositiveBigIntegerField()),
                ("sent", models.PositiveBigIntegerField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[("begun", "begun"), ("complete", "complete"), ("broken", "broken"), ("handed_over", "handed over")],
                        max_length=12,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("download", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="media.download")),
            ],
            options={
                "constraints": [portal.core.guards.AppendOnly(closes=(), name="download_part_append_only")],
            },
        ),
    ]
