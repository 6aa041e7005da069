import django.db.models.deletion
import django.db.models.expressions
import licensing.agreements.rules
import licensing.applications.rules
import licensing.logos.rules
import licensing.payments.cards.rules
import portal.core.guards
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("content", "0001_initial"),
        ("i18n", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="AgreementTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=30)),
                ("version", models.PositiveSmallIntegerField(default=1)),
                ("title", models.CharField(max_length=200)),
                ("titles", models.JSONField(default=dict)),
                ("clauses", models.JSONField()),
                ("schedules", models.JSONField(default=list)),
                ("key_terms", models.JSONField(default=list)),
                ("prevails", models.JSONField(default=dict)),
                ("licensor", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("code", "version"), name="template_version_once"),
                    portal.core.guards.AppendOnly(closes=(), name="template_append_only"),
                ],
            },
        ),
        migrations.CreateModel(
            name="BillingDetails",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.TextField(blank=True, verbose_name="address of the licensor")),
                ("registration", models.CharField(blank=True, max_length=160, verbose_name="registration")),
                ("tax_number", models.CharField(blank=True, max_length=60, verbose_name="tax number")),
                ("tax_note", models.CharField(blank=True, max_length=300, verbose_name="tax sentence on each invoice")),
                ("tax_note_en", models.CharField(blank=True, max_length=300, null=True, verbose_name="tax sentence on each invoice")),
                ("tax_note_es", models.CharField(blank=True, max_length=300, null=True, verbose_name="tax sentence on each invoice")),
                ("tax_note_pt_br", models.CharField(blank=True, max_length=300, null=True, verbose_name="tax sentence on each invoice")),
                ("tax_note_fr", models.CharField(blank=True, max_length=300, null=True, verbose_name="tax sentence on each invoice")),
                ("tax_note_ar", models.CharField(blank=True, max_length=300, null=True, verbose_name="tax sentence on each invoice")),
                ("holder", models.CharField(blank=True, max_length=120, verbose_name="account holder")),
                ("bank", models.CharField(blank=True, max_length=120, verbose_name="bank")),
                ("account", models.CharField(blank=True, max_length=60, verbose_name="account (IBAN)")),
                ("bic", models.CharField(blank=True, max_length=20, verbose_name="BIC")),
                ("charges", models.CharField(blank=True, max_length=200, verbose_name="who bears bank charges")),
                ("charges_en", models.CharField(blank=True, max_length=200, null=True, verbose_name="who bears bank charges")),
                ("charges_es", models.CharField(blank=True, max_length=200, null=True, verbose_name="who bears bank charges")),
                ("charges_pt_br", models.CharField(blank=True, max_length=200, null=True, verbose_name="who bears bank charges")),
                ("charges_fr", models.CharField(blank=True, max_length=200, null=True, verbose_name="who bears bank charges")),
                ("charges_ar", models.CharField(blank=True, max_length=200, null=True, verbose_name="who bears bank charges")),
            ],
            options={
                "verbose_name": "invoice details",
            },
        ),
        migrations.CreateModel(
            name="ClauseVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=30)),
                ("version", models.PositiveSmallIntegerField(default=1)),
                ("title", models.CharField(max_length=150)),
                ("title_en", models.CharField(max_length=150, null=True)),
                ("title_es", models.CharField(max_length=150, null=True)),
                ("title_pt_br", models.CharField(max_length=150, null=True)),
                ("title_fr", models.CharField(max_length=150, null=True)),
                ("title_ar", models.CharField(max_length=150, null=True)),
                ("body", models.TextField()),
                ("body_en", models.TextField(null=True)),
                ("body_es", models.TextField(null=True)),
                ("body_pt_br", models.TextField(null=True)),
                ("body_fr", models.TextField(null=True)),
                ("body_ar", models.TextField(null=True)),
                ("when", models.JSONField(blank=True, default=dict)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("code", "version"), name="clause_version_once"),
                    portal.core.guards.AppendOnly(closes=(), name="clause_append_only"),
                ],
            },
        ),
        migrations.CreateModel(
            name="FeeSchedule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=20, unique=True)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ["valid_from"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"),
                        name="schedule_period",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LicenceOffering",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=20, unique=True)),
                ("name", models.CharField(max_length=150, verbose_name="name")),
                ("name_en", models.CharField(max_length=150, null=True, verbose_name="name")),
                ("name_es", models.CharField(max_length=150, null=True, verbose_name="name")),
                ("name_pt_br", models.CharField(max_length=150, null=True, verbose_name="name")),
                ("name_fr", models.CharField(max_length=150, null=True, verbose_name="name")),
                ("name_ar", models.CharField(max_length=150, null=True, verbose_name="name")),
                ("summary", models.TextField(blank=True, verbose_name="summary")),
                ("summary_en", models.TextField(blank=True, null=True, verbose_name="summary")),
                ("summary_es", models.TextField(blank=True, null=True, verbose_name="summary")),
                ("summary_pt_br", models.TextField(blank=True, null=True, verbose_name="summary")),
                ("summary_fr", models.TextField(blank=True, null=True, verbose_name="summary")),
                ("summary_ar", models.TextField(blank=True, null=True, verbose_name="summary")),
                ("for_whom", models.TextField(blank=True, verbose_name="who may apply")),
                ("for_whom_en", models.TextField(blank=True, null=True, verbose_name="who may apply")),
                ("for_whom_es", models.TextField(blank=True, null=True, verbose_name="who may apply")),
                ("for_whom_pt_br", models.TextField(blank=True, null=True, verbose_name="who may apply")),
                ("for_whom_fr", models.TextField(blank=True, null=True, verbose_name="who may apply")),
                ("for_whom_ar", models.TextField(blank=True, null=True, verbose_name="who may apply")),
                ("may", models.TextField(blank=True, verbose_name="what the licensee may do, one line each")),
                ("may_en", models.TextField(blank=True, null=True, verbose_name="what the licensee may do, one line each")),
                ("may_es", models.TextField(blank=True, null=True, verbose_name="what the licensee may do, one line each")),
                ("may_pt_br", models.TextField(blank=True, null=True, verbose_name="what the licensee may do, one line each")),
                ("may_fr", models.TextField(blank=True, null=True, verbose_name="what the licensee may do, one line each")),
                ("may_ar", models.TextField(blank=True, null=True, verbose_name="what the licensee may do, one line each")),
                ("may_not", models.TextField(blank=True, verbose_name="what the licensee may not do, one line each")),
                ("may_not_en", models.TextField(blank=True, null=True, verbose_name="what the licensee may not do, one line each")),
                ("may_not_es", models.TextField(blank=True, null=True, verbose_name="what the licensee may not do, one line each")),
                ("may_not_pt_br", models.TextField(blank=True, null=True, verbose_name="what the licensee may not do, one line each")),
                ("may_not_fr", models.TextField(blank=True, null=True, verbose_name="what the licensee may not do, one line each")),
                ("may_not_ar", models.TextField(blank=True, null=True, verbose_name="what the licensee may not do, one line each")),
                ("how_long", models.TextField(blank=True, verbose_name="how long it takes, one line each")),
                ("how_long_en", models.TextField(blank=True, null=True, verbose_name="how long it takes, one line each")),
                ("how_long_es", models.TextField(blank=True, null=True, verbose_name="how long it takes, one line each")),
                ("how_long_pt_br", models.TextField(blank=True, null=True, verbose_name="how long it takes, one line each")),
                ("how_long_fr", models.TextField(blank=True, null=True, verbose_name="how long it takes, one line each")),
                ("how_long_ar", models.TextField(blank=True, null=True, verbose_name="how long it takes, one line each")),
                ("fee_unit", models.CharField(default="licence", max_length=20)),
                ("term_years", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("grace_days", models.PositiveSmallIntegerField(default=0)),
                ("form_version", models.PositiveSmallIntegerField(default=1)),
                ("template_code", models.CharField(blank=True, max_length=30)),
                ("kit_languages", models.JSONField(default=list)),
                ("open", models.BooleanField(default=True, verbose_name="open for applications")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("closed_to", models.ManyToManyField(blank=True, related_name="+", to="i18n.place", verbose_name="not open to")),
                (
                    "programme",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="offerings", to="content.programme"),
                ),
            ],
            options={
                "verbose_name": "license offering",
                "verbose_name_plural": "license offerings",
                "ordering": ["position", "code"],
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("legal_name", models.CharField(max_length=200, verbose_name="legal name, as registered")),
                ("register_name", models.CharField(max_length=200, verbose_name="name for the public register")),
                ("public_name", models.CharField(editable=False, max_length=200)),
                ("short_name", models.CharField(blank=True, max_length=60, verbose_name="short name")),
                (
                    "kind",
                    models.CharField(
                        choices=[("society", "Society"), ("practice", "Practice"), ("other", "Other organization")],
                        default="society",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "legal_form",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("association", "Association"),
                            ("foundation", "Foundation"),
                            ("society", "Society"),
                            ("university", "University"),
                            ("hospital", "Hospital"),
                            ("company", "Company"),
                            ("government", "Government or public body"),
                        ],
                        max_length=80,
                        verbose_name="legal form",
                    ),
                ),
                ("town", models.CharField(blank=True, max_length=100, verbose_name="town")),
                ("address", models.TextField(blank=True, verbose_name="registered address")),
                ("registration_number", models.CharField(blank=True, max_length=80, verbose_name="registration number")),
                ("registry", models.CharField(blank=True, max_length=160, verbose_name="registry")),
                ("tax_number", models.CharField(blank=True, max_length=60, verbose_name="tax number")),
                ("invoice_contact", models.CharField(blank=True, max_length=120, verbose_name="person for invoices")),
                ("invoice_email", models.EmailField(blank=True, max_length=254, verbose_name="email for invoices")),
                ("language", models.CharField(default="en", max_length=10, verbose_name="language of letters")),
                (
                    "signing",
                    models.CharField(
                        choices=[("alone", "One person signs alone"), ("jointly", "Two people sign jointly")],
                        default="alone",
                        max_length=8,
                        verbose_name="who signs",
                    ),
                ),
                ("listed", models.BooleanField(default=True, verbose_name="named in the public register")),
                ("vetted_at", models.DateTimeField(editable=False, null=True)),
                ("created_at", models.DateTimeField(editable=False)),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="i18n.place",
                        verbose_name="country or territory of registration",
                    ),
                ),
                (
                    "vetted_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "permissions": [("vet_organisation", "May vet organizations")],
            },
        ),
        migrations.CreateModel(
            name="ProviderEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("event_id", models.CharField(max_length=255, unique=True)),
                ("kind", models.CharField(max_length=100)),
                ("live", models.BooleanField()),
                ("account", models.CharField(blank=True, max_length=255)),
                ("session_id", models.CharField(blank=True, max_length=255)),
                ("intent_id", models.CharField(blank=True, max_length=255)),
                ("body", models.TextField()),
                ("told_at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
            ],
            options={
                "constraints": [portal.core.guards.AppendOnly(closes=(), name="provider_event_append_only")],
            },
        ),
        migrations.CreateModel(
            name="RefusedCall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=20, unique=True)),
                ("count", models.PositiveBigIntegerField(default=0)),
                ("last_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="AwaitedPower",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(max_length=254)),
                ("name", models.CharField(max_length=120)),
                ("office", models.CharField(max_length=100)),
                ("position", models.PositiveSmallIntegerField(default=1)),
                ("valid_to", models.DateField(null=True)),
                ("source", models.CharField(max_length=20)),
                ("created_at", models.DateTimeField()),
                ("granted_at", models.DateTimeField(null=True)),
                ("dropped_at", models.DateTimeField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="awaited_powers", to="licensing.organisation"
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("dropped_at", None), ("granted_at", None)),
                        fields=("organisation", "email"),
                        name="one_awaited_power",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject_kind", models.CharField(max_length=40)),
                ("subject_id", models.BigIntegerField()),
                ("seq", models.PositiveIntegerField()),
                ("command", models.CharField(max_length=40)),
                ("from_state", models.CharField(blank=True, max_length=30)),
                ("to_state", models.CharField(blank=True, max_length=30)),
                ("actor_label", models.CharField(max_length=200)),
                ("reason", models.TextField(blank=True)),
                (
                    "visibility",
                    models.CharField(
                        choices=[("internal", "Staff only"), ("organisation", "Staff and the organization"), ("public", "Everyone")],
                        default="organisation",
                        max_length=14,
                    ),
                ),
                ("payload", models.JSONField(default=dict)),
                ("effective_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "actor",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.organisation"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(models.F("organisation"), models.F("recorded_at"), name="event_by_organisation")],
                "constraints": [
                    models.UniqueConstraint(fields=("subject_kind", "subject_id", "seq"), name="event_seq_once"),
                    portal.core.guards.AppendOnly(closes=(), name="event_append_only"),
                ],
            },
        ),
        migrations.CreateModel(
            name="EvidenceRequirement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=30)),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("name_en", models.CharField(max_length=200, null=True, verbose_name="name")),
                ("name_es", models.CharField(max_length=200, null=True, verbose_name="name")),
                ("name_pt_br", models.CharField(max_length=200, null=True, verbose_name="name")),
                ("name_fr", models.CharField(max_length=200, null=True, verbose_name="name")),
                ("name_ar", models.CharField(max_length=200, null=True, verbose_name="name")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "offering",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="evidence", to="licensing.licenceoffering"),
                ),
            ],
            options={
                "verbose_name": "required paper",
                "verbose_name_plural": "required papers",
                "ordering": ["position", "code"],
                "constraints": [models.UniqueConstraint(fields=("offering", "code"), name="evidence_once_per_offering")],
            },
        ),
        migrations.CreateModel(
            name="FeeLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("offering", models.CharField(max_length=20)),
                ("unit", models.CharField(max_length=20)),
                ("currency", models.CharField(max_length=3)),
                ("tier", models.CharField(max_length=2, verbose_name="income group")),
                ("amount_minor", models.PositiveBigIntegerField()),
                (
                    "schedule",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="licensing.feeschedule"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("schedule", "offering", "unit", "currency", "tier"), name="one_price")],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(max_length=254, verbose_name="email address")),
                ("roles", models.JSONField()),
                ("language", models.CharField(default="en", max_length=10)),
                ("token_sha256", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "organisation",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="invitations", to="licensing.organisation"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["email", "created_at"], name="licensing_i_email_504b6b_idx"),
                    models.Index(fields=["invited_by", "created_at"], name="licensing_i_invited_681b6a_idx"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LicensedRight",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=30)),
                ("name", models.CharField(max_length=150, verbose_name="name")),
                ("name_en", models.CharField(max_length=150, null=True, verbose_name="name")),
                ("name_es", models.CharField(max_length=150, null=True, verbose_name="name")),
                ("name_pt_br", models.CharField(max_length=150, null=True, verbose_name="name")),
                ("name_fr", models.CharField(max_length=150, null=True, verbose_name="name")),
                ("name_ar", models.CharField(max_length=150, null=True, verbose_name="name")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "offering",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="rights", to="licensing.licenceoffering"),
                ),
            ],
            options={
                "verbose_name": "licensed right",
                "verbose_name_plural": "licensed rights",
                "ordering": ["position", "code"],
                "constraints": [models.UniqueConstraint(fields=("offering", "code"), name="right_once_per_offering")],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("owner", "owner"),
                            ("preparer", "preparer"),
                            ("signatory", "signatory"),
                            ("finance", "finance"),
                            ("coordinator", "coordinator"),
                            ("faculty", "faculty"),
                            ("designer", "designer"),
                            ("observer", "observer"),
                        ],
                        max_length=12,
                    ),
                ),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="memberships", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "organisation",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="memberships", to="licensing.organisation"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("organisation", "user", "role"), name="one_active_role"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("role__in", ["owner", "preparer", "signatory", "finance", "coordinator", "faculty", "designer", "observer"])
                        ),
                        name="membership_role_known",
                    ),
                    portal.core.guards.AppendOnly(closes=("ended_at",), name="organisation_membership_append_only"),
                ],
            },
        ),
        migrations.CreateModel(
            name="OfferingEdition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(max_length=30)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("embargo_until", models.DateTimeField(blank=True, null=True)),
                ("rights_until", models.DateTimeField()),
                (
                    "offering",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="editions", to="licensing.licenceoffering"),
                ),
            ],
            options={
                "verbose_name": "edition",
                "verbose_name_plural": "editions",
                "ordering": ["-starts_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("offering", "label"), name="edition_once_per_offering"),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at")), ("rights_until__gt", models.F("ends_at"))),
                        name="edition_period",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrganisationName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(blank=True, max_length=10)),
                ("name", models.CharField(max_length=200)),
                ("search_key", models.CharField(db_index=True, max_length=200)),
                (
                    "organisation",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="names", to="licensing.organisation"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("organisation", "name"), name="organisation_name_once")],
            },
        ),
        migrations.CreateModel(
            name="Payer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("customer_id", models.CharField(max_length=255, unique=True)),
                (
                    "organisation",
                    models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="payer", to="licensing.organisation"),
                ),
            ],
            options={
                "constraints": [portal.core.guards.AppendOnly(closes=(), name="payer_append_only")],
            },
        ),
        migrations.CreateModel(
            name="SigningPower",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("office", models.CharField(max_length=100, verbose_name="office held")),
                ("position", models.PositiveSmallIntegerField(default=1)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="signing_powers", to="licensing.organisation"
                    ),
                ),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["position", "pk"],
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("valid_to", None)), fields=("organisation", "user"), name="one_open_power")
                ],
            },
        ),
        migrations.CreateModel(
            name="Agreement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=20, unique=True)),
                ("state", models.CharField(default=licensing.agreements.rules.State["DRAFTING"], max_length=20)),
                ("context", models.JSONField()),
                ("context_sha256", models.CharField(max_length=64)),
                ("document_key", models.CharField(max_length=160)),
                ("document_sha256", models.CharField(max_length=64)),
                ("reading_language", models.CharField(blank=True, max_length=10)),
                ("reading_key", models.CharField(blank=True, max_length=160)),
                ("reading_sha256", models.CharField(blank=True, max_length=64)),
                ("created_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("window_ends_at", models.DateTimeField(null=True)),
                ("executed_at", models.DateTimeField(null=True)),
                ("sealed_at", models.DateTimeField(null=True)),
                ("sealed_key", models.CharField(blank=True, max_length=160)),
                ("sealed_sha256", models.CharField(blank=True, max_length=64)),
                (
                    "template",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.agreementtemplate"),
                ),
                (
                    "offering",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.licenceoffering"),
                ),
                (
                    "organisation",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="agreements", to="licensing.organisation"),
                ),
            ],
            options={
                "ordering": ["-created_at", "-pk"],
                "permissions": [
                    ("approve_agreement", "May approve, send and void agreements"),
                    ("countersign", "May countersign agreements for the licensor"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["drafting", "approved_to_send", "out_for_signature", "executed", "declined", "voided"])
                        ),
                        name="agreement_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reading_key", ""), ("reading_language", ""), ("reading_sha256", "")),
                            models.Q(
                                models.Q(("reading_language", ""), _negated=True),
                                models.Q(("reading_key", ""), _negated=True),
                                models.Q(("reading_sha256", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="agreement_reading_copy_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("state", "executed"), _negated=True), ("executed_at__isnull", False), _connector="OR"),
                        name="agreement_executed_has_instant",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sealed_at", None),
                            models.Q(("state", "executed"), models.Q(("sealed_key", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="agreement_sealed_when_executed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignatureRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("side", models.CharField(choices=[("licensee", "licensee"), ("licensor", "licensor")], max_length=8)),
                ("position", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=150)),
                ("office", models.CharField(blank=True, max_length=120)),
                (
                    "agreement",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="requests", to="licensing.agreement"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["agreement", "side", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("agreement", "side", "position"), name="one_line_per_position"),
                    models.CheckConstraint(
                        condition=models.Q(("side", "licensor"), ("user__isnull", False), _connector="OR"),
                        name="licensee_line_names_a_person",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("typed_name", models.CharField(max_length=150)),
                ("office", models.CharField(blank=True, max_length=120)),
                ("document_sha256", models.CharField(max_length=64)),
                ("reading_sha256", models.CharField(blank=True, max_length=64)),
                ("intent_version", models.PositiveSmallIntegerField()),
                ("intent_language", models.CharField(max_length=10)),
                ("intent_sha256", models.CharField(max_length=64)),
                ("factor", models.CharField(max_length=20)),
                ("ip", models.GenericIPAddressField(null=True)),
                ("agent", models.CharField(blank=True, max_length=300)),
                ("signed_at", models.DateTimeField()),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="signature", to="licensing.signaturerequest"
                    ),
                ),
            ],
            options={
                "verbose_name": "signature",
                "constraints": [portal.core.guards.AppendOnly(closes=(), name="signature_append_only")],
            },
        ),
        migrations.CreateModel(
            name="Licence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=20, unique=True)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField()),
                ("zone", models.CharField(max_length=60)),
                ("code", models.CharField(max_length=19, unique=True)),
                ("listed", models.BooleanField(default=True)),
                ("activated_at", models.DateTimeField()),
                ("last_condition", models.CharField(blank=True, max_length=20)),
                ("source", models.CharField(blank=True, max_length=300)),
                ("certificate_key", models.CharField(blank=True, max_length=160)),
                ("certificate_sha256", models.CharField(blank=True, max_length=64)),
                (
                    "agreement",
                    models.OneToOneField(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="licence", to="licensing.agreement"
                    ),
                ),
                (
                    "supersedes",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="superseded_by",
                        to="licensing.licence",
                    ),
                ),
                (
                    "offering",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="licences", to="licensing.licenceoffering"),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.offeringedition"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="licences", to="licensing.organisation"),
                ),
            ],
            options={
                "ordering": ["-valid_from", "-pk"],
                "permissions": [
                    ("suspend_licence", "May suspend, reinstate and end licenses, with a second person"),
                    ("revoke_licence", "May revoke licenses, with a second person"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("valid_to__gt", models.F("valid_from"))), name="licence_period"),
                    models.CheckConstraint(
                        condition=models.Q(("agreement__isnull", False), models.Q(("source", ""), _negated=True), _connector="OR"),
                        name="licence_rests_on_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Application",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=20, unique=True)),
                ("state", models.CharField(default=licensing.applications.rules.State["DRAFT"], max_length=24)),
                ("form_version", models.PositiveSmallIntegerField()),
                ("language", models.CharField(default="en", max_length=10)),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("warned_at", models.DateTimeField(null=True)),
                ("submitted_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision_due_on", models.DateField(null=True)),
                ("clock_stopped_at", models.DateTimeField(null=True)),
                ("clock_left", models.PositiveSmallIntegerField(null=True)),
                (
                    "assignee",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "renews",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="renewals", to="licensing.licence"
                    ),
                ),
                (
                    "offering",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="applications", to="licensing.licenceoffering"
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.offeringedition"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="applications", to="licensing.organisation"
                    ),
                ),
            ],
            options={
                "ordering": ["-changed_at", "-pk"],
                "permissions": [
                    ("view_queue", "May read applications"),
                    ("decide_application", "May take and decide applications"),
                    ("note_application", "May write notes for colleagues"),
                ],
                "indexes": [models.Index(models.F("state"), models.F("submitted_at"), name="application_queue")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "draft",
                                    "submitted",
                                    "in_review",
                                    "clarification_requested",
                                    "approved",
                                    "declined",
                                    "withdrawn",
                                    "lapsed",
                                ],
                            )
                        ),
                        name="application_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "withdrawn", "lapsed"]), ("submitted_at__isnull", False), _connector="OR"
                        ),
                        name="application_submitted_has_instant",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("clock_left__isnull", False), ("clock_stopped_at__isnull", False), ("state", "clarification_requested")
                            ),
                            models.Q(
                                models.Q(("state", "clarification_requested"), _negated=True),
                                ("clock_left", None),
                                ("clock_stopped_at", None),
                            ),
                            _connector="OR",
                        ),
                        name="application_clock_stands_while_it_asks",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    licensing.applications.rules.State["CLARIFICATION"],
                                    licensing.applications.rules.State["DRAFT"],
                                    licensing.applications.rules.State["IN_REVIEW"],
                                    licensing.applications.rules.State["SUBMITTED"],
                                ],
                            )
                        ),
                        fields=("renews",),
                        name="one_open_renewal",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ArtworkPiece",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=20, unique=True)),
                ("title", models.CharField(max_length=120)),
                (
                    "medium",
                    models.CharField(
                        choices=[
                            ("poster", "Poster"),
                            ("flyer", "Flyer"),
                            ("brochure", "Brochure"),
                            ("program", "Printed event program"),
                            ("roll_up", "Roll-up or sign"),
                            ("advertisement", "Advertisement in print"),
                            ("certificate", "Certificate of attendance"),
                            ("web_page", "Web page"),
                            ("web_banner", "Website banner"),
                            ("social", "Social media post"),
                            ("newsletter", "E-mail newsletter"),
                            ("slide", "Slide or screen at the event"),
                        ],
                        max_length=20,
                    ),
                ),
                ("size", models.CharField(max_length=40)),
                ("language", models.CharField(max_length=10)),
                ("venue", models.CharField(max_length=160)),
                ("use_from", models.DateField()),
                ("use_until", models.DateField()),
                ("print_run", models.PositiveIntegerField(null=True)),
                ("state", models.CharField(default=licensing.logos.rules.State["DRAFT"], max_length=20)),
                ("rounds", models.PositiveSmallIntegerField(default=0)),
                ("due_on", models.DateField(null=True)),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                (
                    "created_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                ("places", models.ManyToManyField(related_name="+", to="i18n.place")),
                (
                    "reviewer",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("licence", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="pieces", to="licensing.licence")),
                (
                    "organisation",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="pieces", to="licensing.organisation"),
                ),
            ],
            options={
                "ordering": ["-changed_at", "-pk"],
                "permissions": [("review_proofs", "May review and approve logo proofs")],
                "indexes": [models.Index(models.F("state"), models.F("due_on"), name="piece_queue")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "submitted", "in_review", "changes_requested", "approved", "rejected", "withdrawn"])
                        ),
                        name="piece_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "medium__in",
                                [
                                    "poster",
                                    "flyer",
                                    "brochure",
                                    "program",
                                    "roll_up",
                                    "advertisement",
                                    "certificate",
                                    "web_page",
                                    "web_banner",
                                    "social",
                                    "newsletter",
                                    "slide",
                                ],
                            )
                        ),
                        name="piece_medium_known",
                    ),
                    models.CheckConstraint(condition=models.Q(("use_until__gte", models.F("use_from"))), name="piece_period"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "withdrawn"]), models.Q(("due_on__isnull", False), ("rounds__gt", 0)), _connector="OR"
                        ),
                        name="piece_sent_has_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Entitlement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField()),
                (
                    "licence",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="entitlements", to="licensing.licence"),
                ),
                ("right", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.licensedright")),
            ],
            options={
                "indexes": [models.Index(models.F("right"), models.F("licence"), name="entitlement_by_right")],
                "constraints": [
                    models.UniqueConstraint(fields=("licence", "right"), name="entitlement_once"),
                    models.CheckConstraint(condition=models.Q(("valid_to__gt", models.F("valid_from"))), name="entitlement_period"),
                    portal.core.guards.AppendOnly(closes=(), name="entitlement_append_only"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LicenceEnd",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("surrendered", "surrendered"), ("terminated", "terminated"), ("revoked", "revoked")], max_length=12
                    ),
                ),
                ("at", models.DateTimeField()),
                ("reason", models.TextField()),
                ("recorded_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("licence", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="ends", to="licensing.licence")),
                (
                    "lifted_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "lifted_second",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    portal.core.guards.AppendOnly(closes=("lifted_at", "lifted_by", "lifted_second"), name="licence_end_append_only"),
                    models.UniqueConstraint(condition=models.Q(("lifted_at", None)), fields=("licence",), name="one_standing_end"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lifted_at", None), ("lifted_by", None), ("lifted_second", None)),
                            models.Q(
                                ("lifted_at__lt", models.F("at")),
                                ("lifted_by__isnull", False),
                                ("lifted_second__isnull", False),
                                models.Q(("lifted_second", models.F("lifted_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="licence_end_lifted_before_it_comes_by_two",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "surrendered"), ("second", None)),
                            models.Q(("by__isnull", False), ("second__isnull", False), models.Q(("second", models.F("by")), _negated=True)),
                            _connector="OR",
                        ),
                        name="licence_end_second_person",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LicencePlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "licence",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="territory", to="licensing.licence"),
                ),
                ("place", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="i18n.place")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("licence", "place"), name="licence_place_once"),
                    portal.core.guards.AppendOnly(closes=(), name="licence_place_append_only"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Suspension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cause", models.CharField(max_length=250, verbose_name="cause")),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField(null=True)),
                ("recorded_at", models.DateTimeField()),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                (
                    "licence",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="suspensions", to="licensing.licence"),
                ),
                ("second", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [
                    portal.core.guards.AppendOnly(closes=("valid_to",), name="suspension_append_only"),
                    models.CheckConstraint(condition=models.Q(("second", models.F("by")), _negated=True), name="suspension_second_person"),
                    models.UniqueConstraint(condition=models.Q(("valid_to", None)), fields=("licence",), name="one_open_suspension"),
                ],
            },
        ),
        migrations.CreateModel(
            name="TermReminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_to", models.DateTimeField()),
                ("days", models.PositiveSmallIntegerField()),
                ("told_at", models.DateTimeField()),
                (
                    "licence",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="reminders", to="licensing.licence"),
                ),
            ],
            options={
                "constraints": [
                    portal.core.guards.AppendOnly(closes=(), name="term_reminder_append_only"),
                    models.UniqueConstraint(fields=("licence", "valid_to", "days"), name="term_reminder_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApplicationAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=60)),
                ("value", models.JSONField()),
                ("version", models.PositiveIntegerField(default=1)),
                ("saved_at", models.DateTimeField()),
                (
                    "application",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="licensing.application"),
                ),
                ("saved_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("application", "key"), name="one_answer_per_question")],
            },
        ),
        migrations.CreateModel(
            name="ApplicationFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=120)),
                ("content_type", models.CharField(max_length=40)),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("vault_key", models.CharField(max_length=120, unique=True)),
                ("uploaded_at", models.DateTimeField()),
                ("frozen_in", models.PositiveSmallIntegerField(null=True)),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "application",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="files", to="licensing.application"),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("content_type__in", ["application/pdf", "image/png", "image/jpeg"])), name="file_is_a_paper"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None)), fields=("application", "key", "sha256"), name="same_paper_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApplicationNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("written_at", models.DateTimeField()),
                (
                    "application",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="licensing.application"),
                ),
                (
                    "written_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [portal.core.guards.AppendOnly(closes=(), name="note_append_only")],
            },
        ),
        migrations.CreateModel(
            name="ApplicationRevision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("form_version", models.PositiveSmallIntegerField()),
                ("answers", models.JSONField()),
                ("organisation_data", models.JSONField()),
                ("sha256", models.CharField(max_length=64)),
                ("submitted_at", models.DateTimeField()),
                (
                    "application",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="revisions", to="licensing.application"),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("application", "number"), name="revision_number_once"),
                    portal.core.guards.AppendOnly(closes=(), name="revision_append_only"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Clarification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("revision", models.PositiveSmallIntegerField()),
                ("key", models.CharField(blank=True, max_length=60)),
                ("text", models.TextField()),
                ("due_on", models.DateField()),
                ("asked_at", models.DateTimeField()),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="clarifications", to="licensing.application"
                    ),
                ),
                ("asked_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [portal.core.guards.AppendOnly(closes=(), name="clarification_append_only")],
            },
        ),
        migrations.CreateModel(
            name="Proof",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=120)),
                ("content_type", models.CharField(max_length=60)),
                ("size", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("vault_key", models.CharField(max_length=160)),
                ("pages", models.JSONField()),
                ("findings", models.JSONField()),
                ("uploaded_at", models.DateTimeField()),
                (
                    "piece",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="proofs", to="licensing.artworkpiece"),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(fields=("piece", "number"), name="proof_number_once"),
                    portal.core.guards.AppendOnly(closes=(), name="proof_append_only"),
                ],
            },
        ),
        migrations.CreateModel(
            name="TermsOffer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("issued", "Issued"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("expired", "Expired"),
                            ("superseded", "Superseded"),
                        ],
                        default="draft",
                        max_length=12,
                    ),
                ),
                ("rights", models.JSONField()),
                ("currency", models.CharField(max_length=3)),
                ("zone", models.CharField(max_length=60)),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="not before this day")),
                ("tier_override", models.CharField(blank=True, max_length=2, verbose_name="income group set by hand")),
                ("tier_reason", models.CharField(blank=True, max_length=250, verbose_name="why this group")),
                ("special_terms", models.TextField(blank=True)),
                ("purchase_order", models.CharField(blank=True, max_length=60)),
                ("created_at", models.DateTimeField()),
                ("issued_at", models.DateTimeField(null=True)),
                ("valid_until", models.DateTimeField(null=True)),
                ("accepted_at", models.DateTimeField(null=True)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="terms", to="licensing.application"),
                ),
                ("places", models.ManyToManyField(related_name="+", to="i18n.place")),
            ],
            options={
                "permissions": [
                    ("issue_terms", "May draft and issue terms"),
                    ("request_waiver", "May request a fee waiver"),
                    ("approve_waiver", "May approve a fee waiver somebody else requested"),
                    ("tick_evidence", "May tick the papers of a license"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["draft", "issued", "accepted"])),
                        fields=("application",),
                        name="one_live_terms_offer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("state", "accepted"), _negated=True), ("accepted_at__isnull", False), _connector="OR"),
                        name="terms_accepted_has_instant",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tier_override", ""), models.Q(("tier_reason", ""), _negated=True), _connector="OR"),
                        name="terms_tier_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClarificationDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("saved_at", models.DateTimeField()),
                (
                    "clarification",
                    models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="draft", to="licensing.clarification"),
                ),
                ("saved_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name="ClarificationReply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(blank=True)),
                ("revision", models.PositiveSmallIntegerField(null=True)),
                ("received_on", models.DateField(null=True)),
                ("replied_at", models.DateTimeField()),
                (
                    "clarification",
                    models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="reply", to="licensing.clarification"),
                ),
                (
                    "replied_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "constraints": [
                    portal.core.guards.AppendOnly(closes=(), name="reply_append_only"),
                    models.CheckConstraint(
                        condition=models.Q(("revision", None), ("received_on", None), _connector="XOR"), name="reply_sent_or_filed"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EvidenceTick",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("note", models.CharField(blank=True, max_length=250)),
                ("ticked_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "file",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.applicationfile"
                    ),
                ),
                (
                    "requirement",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.evidencerequirement"),
                ),
                (
                    "ticked_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "terms",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="evidence", to="licensing.termsoffer"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("withdrawn_at", None)), fields=("terms", "requirement"), name="one_tick"),
                    portal.core.guards.AppendOnly(closes=("withdrawn_at",), name="evidence_append_only"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=20, unique=True)),
                (
                    "kind",
                    models.CharField(choices=[("invoice", "Invoice"), ("credit_note", "Credit note")], default="invoice", max_length=12),
                ),
                ("currency", models.CharField(max_length=3)),
                ("lines", models.JSONField()),
                ("gross_minor", models.PositiveBigIntegerField()),
                ("waived_minor", models.PositiveBigIntegerField(default=0)),
                ("total_minor", models.PositiveBigIntegerField()),
                ("purpose", models.CharField(blank=True, max_length=300)),
                ("waiver_text", models.CharField(blank=True, max_length=300)),
                ("buyer", models.JSONField()),
                ("seller", models.JSONField()),
                ("reference", models.CharField(max_length=30)),
                ("issued_on", models.DateField()),
                ("due_on", models.DateField()),
                ("language", models.CharField(default="en", max_length=10)),
                ("opened_at", models.DateTimeField()),
                ("document_key", models.CharField(max_length=160)),
                ("document_sha256", models.CharField(max_length=64)),
                (
                    "cancels",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="cancelled_by", to="licensing.invoice"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="invoices", to="licensing.organisation"),
                ),
                (
                    "terms",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="invoices", to="licensing.termsoffer"),
                ),
            ],
            options={
                "ordering": ["-opened_at", "-pk"],
                "permissions": [("receive_payment", "May record money that arrived")],
                "constraints": [
                    portal.core.guards.AppendOnly(closes=(), name="invoice_append_only"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "gross_minor",
                                django.db.models.expressions.CombinedExpression(models.F("total_minor"), "+", models.F("waived_minor")),
                            )
                        ),
                        name="invoice_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cancels", None), ("kind", "invoice")),
                            models.Q(("cancels__isnull", False), ("kind", "credit_note")),
                            _connector="OR",
                        ),
                        name="credit_note_cancels",
                    ),
                    models.UniqueConstraint(condition=models.Q(("kind", "invoice")), fields=("reference",), name="one_reference"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProofRound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("submitted_at", models.DateTimeField()),
                ("due_on", models.DateField()),
                (
                    "piece",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="proof_rounds", to="licensing.artworkpiece"
                    ),
                ),
                ("proof", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.proof")),
                (
                    "submitted_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(fields=("piece", "number"), name="proof_round_number_once"),
                    portal.core.guards.AppendOnly(closes=(), name="proof_round_append_only"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Quote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("schedule", models.CharField(max_length=20)),
                ("on", models.DateField()),
                ("tier", models.CharField(max_length=2)),
                ("tier_list_date", models.DateField()),
                ("tier_place", models.CharField(max_length=20)),
                ("tier_reason", models.CharField(blank=True, max_length=250)),
                ("tier_listed", models.CharField(blank=True, max_length=2)),
                ("currency", models.CharField(max_length=3)),
                ("lines", models.JSONField()),
                ("gross_minor", models.PositiveBigIntegerField()),
                ("waived_minor", models.PositiveBigIntegerField(default=0)),
                ("total_minor", models.PositiveBigIntegerField()),
                ("created_at", models.DateTimeField()),
                ("terms", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="quotes", to="licensing.termsoffer")),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    portal.core.guards.AppendOnly(closes=(), name="quote_append_only"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "gross_minor",
                                django.db.models.expressions.CombinedExpression(models.F("total_minor"), "+", models.F("waived_minor")),
                            )
                        ),
                        name="quote_adds_up",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Waiver",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("requested", "Requested"), ("approved", "Approved"), ("refused", "Refused")],
                        default="requested",
                        max_length=10,
                    ),
                ),
                ("percent", models.PositiveSmallIntegerField()),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("automatic", "Low-income territory"),
                            ("requested", "Requested by the applicant"),
                            ("grant_funded", "Paid by a grant"),
                            ("promotional", "Promotional"),
                        ],
                        default="requested",
                        max_length=14,
                    ),
                ),
                ("reason", models.TextField()),
                ("requested_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision_reason", models.TextField(blank=True)),
                ("expires_on", models.DateField(blank=True, null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "terms",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="waivers", to="licensing.termsoffer"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("percent__in", [25, 50, 75, 100])), name="waiver_percent"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None), models.Q(("decided_by", models.F("requested_by")), _negated=True), _connector="OR"
                        ),
                        name="waiver_second_person",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["requested", "approved"])), fields=("terms",), name="one_live_waiver"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Arrears",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cause", models.CharField(choices=[("refunded", "Refunded"), ("taken", "Taken"), ("unbooked", "Unbooked")], max_length=8)),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("invoice", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="arrears", to="licensing.invoice")),
            ],
            options={
                "constraints": [
                    portal.core.guards.AppendOnly(closes=("ended_at",), name="arrears_append_only"),
                    models.UniqueConstraint(condition=models.Q(("ended_at", None)), fields=("invoice",), name="one_open_arrears"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("amount_minor", models.PositiveBigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("state", models.CharField(default=licensing.payments.cards.rules.AttemptState["CREATED"], max_length=12)),
                ("key", models.CharField(max_length=80, unique=True)),
                ("methods", models.CharField(max_length=60)),
                ("language", models.CharField(max_length=10)),
                ("email", models.EmailField(max_length=254)),
                ("session_id", models.CharField(max_length=255, null=True, unique=True)),
                ("intent_id", models.CharField(max_length=255, null=True, unique=True)),
                ("page", models.URLField(blank=True, max_length=2000)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("checked_at", models.DateTimeField()),
                ("paid_at", models.DateTimeField(null=True)),
                (
                    "created_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "invoice",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="attempts", to="licensing.invoice"),
                ),
            ],
            options={
                "ordering": ["number"],
                "indexes": [
                    models.Index(
                        models.F("checked_at"), condition=models.Q(("state__in", ["created", "processing"])), name="attempt_to_check"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("invoice", "number"), name="attempt_number_once"),
                    models.CheckConstraint(condition=models.Q(("amount_minor__gt", 0)), name="attempt_positive"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["created", "processing", "failed", "canceled", "succeeded"])),
                        name="attempt_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("paid_at__isnull", False), ("state", "succeeded")),
                            models.Q(("state", "succeeded"), _negated=True),
                            _connector="OR",
                        ),
                        name="attempt_paid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentCase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=20)),
                ("key", models.CharField(max_length=255)),
                ("facts", models.JSONField(default=dict)),
                ("raised_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("note", models.CharField(blank=True, max_length=250)),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="payment_cases", to="licensing.invoice"
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.providerevent"
                    ),
                ),
            ],
            options={
                "ordering": ["-raised_at", "-pk"],
                "constraints": [models.UniqueConstraint(fields=("code", "key"), name="case_once")],
            },
        ),
        migrations.CreateModel(
            name="PaymentReceipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount_minor", models.PositiveBigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("received_on", models.DateField()),
                ("bank_reference", models.CharField(max_length=60)),
                ("note", models.CharField(blank=True, max_length=250)),
                ("recorded_at", models.DateTimeField()),
                ("taken_back_at", models.DateTimeField(null=True)),
                (
                    "invoice",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="receipts", to="licensing.invoice"),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "constraints": [
                    portal.core.guards.AppendOnly(closes=("taken_back_at",), name="receipt_append_only"),
                    models.UniqueConstraint(
                        condition=models.Q(("taken_back_at", None)), fields=("bank_reference",), name="transfer_booked_once"
                    ),
                    models.CheckConstraint(condition=models.Q(("amount_minor__gt", 0)), name="receipt_positive"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PieceApproval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(max_length=64)),
                ("medium", models.CharField(max_length=20)),
                ("size", models.CharField(max_length=40)),
                ("language", models.CharField(max_length=10)),
                ("places", models.JSONField()),
                ("valid_from", models.DateTimeField()),
                ("valid_until", models.DateTimeField()),
                ("conditions", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                ("cleared_at", models.DateTimeField(null=True)),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                (
                    "cleared_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "piece",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="approvals", to="licensing.artworkpiece"),
                ),
                (
                    "round",
                    models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="approval", to="licensing.proofround"),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
                "constraints": [
                    portal.core.guards.AppendOnly(closes=("cleared_at", "cleared_by"), name="piece_approval_append_only"),
                    models.CheckConstraint(condition=models.Q(("valid_until__gt", models.F("valid_from"))), name="piece_approval_period"),
                    models.CheckConstraint(
                        condition=models.Q(("cleared_at__isnull", False), models.Q(("conditions", ""), _negated=True), _connector="OR"),
                        name="piece_approval_cleared_or_conditions",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProofNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("rule", models.CharField(max_length=4)),
                ("text", models.TextField()),
                ("page", models.PositiveSmallIntegerField(null=True)),
                ("x", models.PositiveSmallIntegerField(null=True)),
                ("y", models.PositiveSmallIntegerField(null=True)),
                ("at", models.DateTimeField()),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("round", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="licensing.proofround")),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(fields=("round", "number"), name="proof_note_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("x", None), ("y", None)),
                            models.Q(("page__isnull", False), ("x__isnull", False), ("y__isnull", False)),
                            _connector="OR",
                        ),
                        name="proof_note_point_whole",
                    ),
                    portal.core.guards.AppendOnly(closes=(), name="proof_note_append_only"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Settlement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("how", models.CharField(choices=[("transfer", "Bank transfer"), ("card", "Card"), ("waiver", "Waived")], max_length=10)),
                ("received_minor", models.PositiveBigIntegerField(default=0)),
                ("shortfall_minor", models.PositiveBigIntegerField(default=0)),
                ("settled_at", models.DateTimeField()),
                ("by", models.CharField(max_length=200)),
                (
                    "invoice",
                    models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="settlement", to="licensing.invoice"),
                ),
            ],
            options={
                "constraints": [portal.core.guards.AppendOnly(closes=(), name="settlement_append_only")],
            },
        ),
        migrations.CreateModel(
            name="Dispute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider_id", models.CharField(max_length=255, unique=True)),
                ("amount_minor", models.PositiveBigIntegerField()),
                ("state", models.CharField(max_length=6)),
                ("reason", models.CharField(blank=True, max_length=60)),
                ("answer_by", models.DateTimeField(null=True)),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "attempt",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="disputes", to="licensing.paymentattempt"),
                ),
            ],
            options={
                "ordering": ["opened_at", "pk"],
                "constraints": [models.CheckConstraint(condition=models.Q(("state__in", ["open", "lost", "won"])), name="dispute_state")],
            },
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount_minor", models.PositiveBigIntegerField()),
                ("state", models.CharField(max_length=10)),
                ("by_us", models.BooleanField(default=True)),
                ("provider_id", models.CharField(max_length=255, null=True, unique=True)),
                ("reason", models.CharField(blank=True, max_length=250)),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                (
                    "attempt",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="refunds", to="licensing.paymentattempt"),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "pk"],
                "permissions": [
                    ("refund_payment", "Can ask to give money back"),
                    ("approve_refund", "Can approve that money is given back"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount_minor__gt", 0)), name="refund_positive"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["requested", "refused", "created", "pending", "done", "canceled", "failed"])),
                        name="refund_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("by_us", False),
                            ("state__in", ["requested", "refused"]),
                            models.Q(("decided_by__isnull", False), models.Q(("decided_by", models.F("requested_by")), _negated=True)),
                            _connector="OR",
                        ),
                        name="refund_by_two",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="Agreement",
            name="terms",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="agreements", to="licensing.termsoffer"),
        ),
        migrations.AddConstraint(
            model_name="Agreement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["declined", "voided"]), _negated=True), fields=("terms",), name="one_live_agreement"
            ),
        ),
        migrations.AddField(
            model_name="Licence",
            name="end",
            field=models.OneToOneField(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="licensing.licenceend",
            ),
        ),
        migrations.AddField(
            model_name="Licence",
            name="places",
            field=models.ManyToManyField(related_name="+", through="licensing.LicencePlace", to="i18n.place"),
        ),
    ]
