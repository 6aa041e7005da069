import django.db.models.deletion
import portal.core.guards
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Area",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=20, unique=True)),
                (
                    "kind",
                    models.CharField(choices=[("place", "Country or territory"), ("region", "Region")], default="place", max_length=10),
                ),
                ("iso2", models.CharField(blank=True, max_length=2, null=True, unique=True)),
                ("numeric", models.CharField(blank=True, max_length=3)),
                ("continent", models.CharField(blank=True, max_length=3)),
                ("zone", models.CharField(default="UTC", max_length=60)),
                ("inhabited", models.BooleanField(default=True)),
                ("name", models.CharField(blank=True, max_length=150, verbose_name="name")),
                ("name_en", models.CharField(blank=True, max_length=150, null=True, verbose_name="name")),
                ("name_es", models.CharField(blank=True, max_length=150, null=True, verbose_name="name")),
                ("name_pt_br", models.CharField(blank=True, max_length=150, null=True, verbose_name="name")),
                ("name_fr", models.CharField(blank=True, max_length=150, null=True, verbose_name="name")),
                ("name_ar", models.CharField(blank=True, max_length=150, null=True, verbose_name="name")),
                ("staff_name", models.CharField(blank=True, max_length=150, verbose_name="name set by staff")),
                ("staff_name_en", models.CharField(blank=True, max_length=150, null=True, verbose_name="name set by staff")),
                ("staff_name_es", models.CharField(blank=True, max_length=150, null=True, verbose_name="name set by staff")),
                ("staff_name_pt_br", models.CharField(blank=True, max_length=150, null=True, verbose_name="name set by staff")),
                ("staff_name_fr", models.CharField(blank=True, max_length=150, null=True, verbose_name="name set by staff")),
                ("staff_name_ar", models.CharField(blank=True, max_length=150, null=True, verbose_name="name set by staff")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="i18n.area"
                    ),
                ),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("kind__in", ["place", "region"])), name="area_kind_known")],
            },
        ),
        migrations.CreateModel(
            name="Place",
            fields=[],
            options={
                "verbose_name": "country or territory",
                "verbose_name_plural": "countries and territories",
                "proxy": True,
            },
            bases=("i18n.area",),
        ),
        migrations.CreateModel(
            name="Region",
            fields=[],
            options={
                "verbose_name": "region",
                "verbose_name_plural": "regions",
                "proxy": True,
            },
            bases=("i18n.area",),
        ),
        migrations.CreateModel(
            name="PlaceTier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tier",
                    models.CharField(
                        choices=[
                            ("H", "High income"),
                            ("UM", "Upper-middle income"),
                            ("LM", "Lower-middle income"),
                            ("L", "Low income"),
                            ("NC", "Not classified"),
                        ],
                        max_length=2,
                    ),
                ),
                ("list_date", models.DateField()),
                ("place", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="tiers", to="i18n.area")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("place", "list_date"), name="one_tier_per_list")],
            },
        ),
        migrations.CreateModel(
            name="RegionMembership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField(null=True)),
                ("recorded_at", models.DateTimeField()),
                ("superseded_at", models.DateTimeField(null=True)),
                ("source", models.CharField(blank=True, max_length=250)),
                ("area", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="members", to="i18n.area")),
                ("place", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="memberships", to="i18n.area")),
            ],
            options={
                "constraints": [
                    portal.core.guards.NoOverlap(
                        name="one_membership",
                        periods=(("valid_from", "valid_to"), ("recorded_at", "superseded_at")),
                        same=("area", "place"),
                        unless_shared=None,
                    ),
                    portal.core.guards.AppendOnly(closes=("superseded_at",), name="membership_append_only"),
                    models.CheckConstraint(
                        condition=models.Q(("superseded_at", None), ("superseded_at__gt", models.F("recorded_at")), _connector="OR"),
                        name="membership_record",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"),
                        name="membership_period",
                    ),
                ],
            },
        ),
    ]
