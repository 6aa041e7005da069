import content.pages.navigation
import content.programmes.models
import datetime
import django.core.validators
import django.db.models.deletion
import modelcluster.fields
import modelsearch.index
import portal.core.guards
import taggit.managers
import wagtail.fields
import wagtail.images.models
import wagtail.models.media
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("account", "0009_emailaddress_unique_primary_email"),
        ("accounts", "__first__"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("i18n", "0001_initial"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("sessions", "0001_initial"),
        ("taggit", "0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx"),
        ("usersessions", "0001_initial"),
        ("wagtailadmin", "0006_formstate"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailembeds", "0009_embed_cache_until"),
        ("wagtailimages", "0027_image_description"),
        ("wagtailredirects", "0008_add_verbose_name_plural"),
        ("wagtailsearch", "0010_add_text_fields"),
        ("wagtailusers", "0015_userprofile_keyboard_shortcuts"),
    ]

    operations = [
        migrations.CreateModel(
            name="HomePage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="wagtailcore.page",
                    ),
                ),
                ("headline", models.CharField(max_length=160, verbose_name="headline")),
                ("headline_en", models.CharField(max_length=160, null=True, verbose_name="headline")),
                ("headline_es", models.CharField(max_length=160, null=True, verbose_name="headline")),
                ("headline_pt_br", models.CharField(max_length=160, null=True, verbose_name="headline")),
                ("headline_fr", models.CharField(max_length=160, null=True, verbose_name="headline")),
                ("headline_ar", models.CharField(max_length=160, null=True, verbose_name="headline")),
                ("lede", models.CharField(blank=True, max_length=400, verbose_name="first sentence")),
                ("lede_en", models.CharField(blank=True, max_length=400, null=True, verbose_name="first sentence")),
                ("lede_es", models.CharField(blank=True, max_length=400, null=True, verbose_name="first sentence")),
                ("lede_pt_br", models.CharField(blank=True, max_length=400, null=True, verbose_name="first sentence")),
                ("lede_fr", models.CharField(blank=True, max_length=400, null=True, verbose_name="first sentence")),
                ("lede_ar", models.CharField(blank=True, max_length=400, null=True, verbose_name="first sentence")),
                ("body", wagtail.fields.RichTextField(blank=True, verbose_name="text")),
                ("body_en", wagtail.fields.RichTextField(blank=True, null=True, verbose_name="text")),
                ("body_es", wagtail.fields.RichTextField(blank=True, null=True, verbose_name="text")),
                ("body_pt_br", wagtail.fields.RichTextField(blank=True, null=True, verbose_name="text")),
                ("body_fr", wagtail.fields.RichTextField(blank=True, null=True, verbose_name="text")),
                ("body_ar", wagtail.fields.RichTextField(blank=True, null=True, verbose_name="text")),
            ],
            options={
                "abstract": False,
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="Navigation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "menu",
                    wagtail.fields.StreamField(
                        [("link", 7)],
                        block_lookup={
                            0: ("wagtail.blocks.CharBlock", (), {"label": "English", "max_length": 60, "required": True}),
                            1: ("wagtail.blocks.CharBlock", (), {"label": "Español", "max_length": 60, "required": False}),
                            2: ("wagtail.blocks.CharBlock", (), {"label": "Português (Brasil)", "max_length": 60, "required": False}),
                            3: ("wagtail.blocks.CharBlock", (), {"label": "Français", "max_length": 60, "required": False}),
                            4: ("wagtail.blocks.CharBlock", (), {"label": "العربية", "max_length": 60, "required": False}),
                            5: ("wagtail.blocks.PageChooserBlock", (), {"label": "Page", "required": False}),
                            6: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "Instead of a page: a path without language, such as /verify/, or https://…",
                                    "label": "Address",
                                    "max_length": 250,
                                    "required": False,
                                    "validators": [content.pages.navigation.check_address],
                                },
                            ),
                            7: (
                                "wagtail.blocks.StructBlock",
                                [
                                    [
                                        ("label_en", 0),
                                        ("label_es", 1),
                                        ("label_pt_br", 2),
                                        ("label_fr", 3),
                                        ("label_ar", 4),
                                        ("page", 5),
                                        ("address", 6),
                                    ]
                                ],
                                {},
                            ),
                        },
                        default=content.pages.navigation.default_menu,
                        verbose_name="main menu",
                    ),
                ),
                (
                    "footer",
                    wagtail.fields.StreamField(
                        [("column", 9)],
                        block_lookup={
                            0: ("wagtail.blocks.CharBlock", (), {"label": "English", "max_length": 60, "required": True}),
                            1: ("wagtail.blocks.CharBlock", (), {"label": "Español", "max_length": 60, "required": False}),
                            2: ("wagtail.blocks.CharBlock", (), {"label": "Português (Brasil)", "max_length": 60, "required": False}),
                            3: ("wagtail.blocks.CharBlock", (), {"label": "Français", "max_length": 60, "required": False}),
                            4: ("wagtail.blocks.CharBlock", (), {"label": "العربية", "max_length": 60, "required": False}),
                            5: ("wagtail.blocks.PageChooserBlock", (), {"label": "Page", "required": False}),
                            6: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "Instead of a page: a path without language, such as /verify/, or https://…",
                                    "label": "Address",
                                    "max_length": 250,
                                    "required": False,
                                    "validators": [content.pages.navigation.check_address],
                                },
                            ),
                            7: (
                                "wagtail.blocks.StructBlock",
                                [
                                    [
                                        ("label_en", 0),
                                        ("label_es", 1),
                                        ("label_pt_br", 2),
                                        ("label_fr", 3),
                                        ("label_ar", 4),
                                        ("page", 5),
                                        ("address", 6),
                                    ]
                                ],
                                {},
                            ),
                            8: ("wagtail.blocks.ListBlock", (7,), {"label": "Links"}),
                            9: (
                                "wagtail.blocks.StructBlock",
                                [
                                    [
                                        ("heading_en", 0),
                                        ("heading_es", 1),
                                        ("heading_pt_br", 2),
                                        ("heading_fr", 3),
                                        ("heading_ar", 4),
                                        ("links", 8),
                                    ]
                                ],
                                {},
                            ),
                        },
                        default=content.pages.navigation.default_footer,
                        verbose_name="footer",
                    ),
                ),
            ],
            options={
                "verbose_name": "menu and footer",
            },
        ),
        migrations.CreateModel(
            name="NewsIndexPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="wagtailcore.page",
                    ),
                ),
                ("headline", models.CharField(max_length=160, verbose_name="headline")),
                ("headline_en", models.CharField(max_length=160, null=True, verbose_name="headline")),
                ("headline_es", models.CharField(max_length=160, null=True, verbose_name="headline")),
                ("headline_pt_br", models.CharField(max_length=160, null=True, verbose_name="headline")),
                ("headline_fr", models.CharField(max_length=160, null=True, verbose_name="headline")),
                ("headline_ar", models.CharField(max_length=160, null=True, verbose_name="headline")),
                ("lede", models.CharField(blank=True, max_length=400, verbose_name="first sentence")),
                ("lede_en", models.CharField(blank=True, max_length=400, null=True, verbose_name="first sentence")),
                ("lede_es", models.CharField(blank=True, max_length=400, null=True, verbose_name="first sentence")),
                ("lede_pt_br", models.CharField(blank=True, max_length=400, null=True, verbose_name="first sentence")),
                ("lede_fr", models.CharField(blank=True, max_length=400, null=True, verbose_name="first sentence")),
                ("lede_ar", models.CharField(blank=True, max_length=400, null=True, verbose_name="first sentence")),
            ],
            options={
                "abstract": False,
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="NewsPost",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="wagtailcore.page",
                    ),
                ),
                ("headline", models.CharField(max_length=160, verbose_name="headline")),
                ("headline_en", models.CharField(max_length=160, null=True, verbose_name="headline")),
                ("headline_es", models.CharField(max_length=160, null=True, verbose_name="headline")),
                ("headline_pt_br", models.CharField(max_length=160, null=True, verbose_name="headline")),
                ("headline_fr", models.CharField(max_length=160, null=True, verbose_name="headline")),
                ("headline_ar", models.CharField(max_length=160, null=True, verbose_name="headline")),
                ("lede", models.CharField(blank=True, max_length=400, verbose_name="first sentence")),
                ("lede_en", models.CharField(blank=True, max_length=400, null=True, verbose_name="first sentence")),
                ("lede_es", models.CharField(blank=True, max_length=400, null=True, verbose_name="first sentence")),
                ("lede_pt_br", models.CharField(blank=True, max_length=400, null=True, verbose_name="first sentence")),
                ("lede_fr", models.CharField(blank=True, max_length=400, null=True, verbose_name="first sentence")),
                ("lede_ar", models.CharField(blank=True, max_length=400, null=True, verbose_name="first sentence")),
                ("day", models.DateField(verbose_name="day")),
                ("body", wagtail.fields.RichTextField(blank=True, verbose_name="text")),
                ("body_en", wagtail.fields.RichTextField(blank=True, null=True, verbose_name="text")),
                ("body_es", wagtail.fields.RichTextField(blank=True, null=True, verbose_name="text")),
                ("body_pt_br", wagtail.fields.RichTextField(blank=True, null=True, verbose_name="text")),
                ("body_fr", wagtail.fields.RichTextField(blank=True, null=True, verbose_name="text")),
                ("body_ar", wagtail.fields.RichTextField(blank=True, null=True, verbose_name="text")),
            ],
            options={
                "abstract": False,
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="Programme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("made_from", models.JSONField(default=dict, editable=False)),
                ("code", models.SlugField(max_length=20, unique=True)),
                ("name", models.CharField(max_length=150, verbose_name="name")),
                ("short_name", models.CharField(max_length=60, verbose_name="short name")),
                ("family", models.CharField(blank=True, help_text="The same for formats of one program.", max_length=20)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("participation", "Participation"),
                            ("certification", "Certification"),
                            ("training", "Training"),
                            ("meeting", "Licensed meeting"),
                        ],
                        max_length=20,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("format", models.CharField(blank=True, max_length=60, verbose_name="format")),
                ("format_en", models.CharField(blank=True, max_length=60, null=True, verbose_name="format")),
                ("format_es", models.CharField(blank=True, max_length=60, null=True, verbose_name="format")),
                ("format_pt_br", models.CharField(blank=True, max_length=60, null=True, verbose_name="format")),
                ("format_fr", models.CharField(blank=True, max_length=60, null=True, verbose_name="format")),
                ("format_ar", models.CharField(blank=True, max_length=60, null=True, verbose_name="format")),
                ("summary", models.CharField(blank=True, max_length=300, verbose_name="summary")),
                ("summary_en", models.CharField(blank=True, max_length=300, null=True, verbose_name="summary")),
                ("summary_es", models.CharField(blank=True, max_length=300, null=True, verbose_name="summary")),
                ("summary_pt_br", models.CharField(blank=True, max_length=300, null=True, verbose_name="summary")),
                ("summary_fr", models.CharField(blank=True, max_length=300, null=True, verbose_name="summary")),
                ("summary_ar", models.CharField(blank=True, max_length=300, null=True, verbose_name="summary")),
                ("eligibility", models.TextField(blank=True, verbose_name="who may take part")),
                ("eligibility_en", models.TextField(blank=True, null=True, verbose_name="who may take part")),
                ("eligibility_es", models.TextField(blank=True, null=True, verbose_name="who may take part")),
                ("eligibility_pt_br", models.TextField(blank=True, null=True, verbose_name="who may take part")),
                ("eligibility_fr", models.TextField(blank=True, null=True, verbose_name="who may take part")),
                ("eligibility_ar", models.TextField(blank=True, null=True, verbose_name="who may take part")),
                ("cost", models.TextField(blank=True, validators=[content.programmes.models.check_cost], verbose_name="what it costs")),
                (
                    "cost_en",
                    models.TextField(
                        blank=True, null=True, validators=[content.programmes.models.check_cost], verbose_name="what it costs"
                    ),
                ),
                (
                    "cost_es",
                    models.TextField(
                        blank=True, null=True, validators=[content.programmes.models.check_cost], verbose_name="what it costs"
                    ),
                ),
                (
                    "cost_pt_br",
                    models.TextField(
                        blank=True, null=True, validators=[content.programmes.models.check_cost], verbose_name="what it costs"
                    ),
                ),
                (
                    "cost_fr",
                    models.TextField(
                        blank=True, null=True, validators=[content.programmes.models.check_cost], verbose_name="what it costs"
                    ),
                ),
                (
                    "cost_ar",
                    models.TextField(
                        blank=True, null=True, validators=[content.programmes.models.check_cost], verbose_name="what it costs"
                    ),
                ),
                ("requirements", models.TextField(blank=True, verbose_name="what else is required")),
                ("requirements_en", models.TextField(blank=True, null=True, verbose_name="what else is required")),
                ("requirements_es", models.TextField(blank=True, null=True, verbose_name="what else is required")),
                ("requirements_pt_br", models.TextField(blank=True, null=True, verbose_name="what else is required")),
                ("requirements_fr", models.TextField(blank=True, null=True, verbose_name="what else is required")),
                ("requirements_ar", models.TextField(blank=True, null=True, verbose_name="what else is required")),
                ("how_to_get_it", models.TextField(blank=True, verbose_name="how to get it")),
                ("how_to_get_it_en", models.TextField(blank=True, null=True, verbose_name="how to get it")),
                ("how_to_get_it_es", models.TextField(blank=True, null=True, verbose_name="how to get it")),
                ("how_to_get_it_pt_br", models.TextField(blank=True, null=True, verbose_name="how to get it")),
                ("how_to_get_it_fr", models.TextField(blank=True, null=True, verbose_name="how to get it")),
                ("how_to_get_it_ar", models.TextField(blank=True, null=True, verbose_name="how to get it")),
                (
                    "tool_languages",
                    models.CharField(
                        blank=True,
                        help_text="Codes, such as en, pt-br.",
                        max_length=60,
                        validators=[content.programmes.models.check_codes],
                        verbose_name="languages of the tool",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=250, verbose_name="source")),
            ],
            options={
                "ordering": ["position", "code"],
                "constraints": [models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="programme_has_a_name")],
            },
        ),
        migrations.CreateModel(
            name="Publication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveBigIntegerField(unique=True)),
                ("recorded_at", models.DateTimeField()),
                ("by", models.CharField(max_length=200)),
                ("approved_by", models.CharField(blank=True, max_length=200)),
                ("reason", models.CharField(blank=True, max_length=250)),
                ("imported_at", models.DateTimeField(null=True)),
                ("correction", models.BooleanField(default=False)),
                (
                    "corrects",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="content.publication",
                    ),
                ),
            ],
            options={
                "constraints": [
                    portal.core.guards.AppendOnly(closes=(), name="publication_append_only"),
                    models.CheckConstraint(
                        condition=models.Q(("corrects", None), ("correction", True), _connector="OR"),
                        name="publication_that_corrects_is_a_correction",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SiteDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=255, verbose_name="title")),
                ("file", models.FileField(upload_to="documents", verbose_name="file")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("file_size", models.PositiveBigIntegerField(editable=False, null=True)),
                ("file_hash", models.CharField(blank=True, editable=False, max_length=40)),
                (
                    "collection",
                    models.ForeignKey(
                        default=wagtail.models.media.get_root_collection_id,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="wagtailcore.collection",
                        verbose_name="collection",
                    ),
                ),
                (
                    "uploaded_by_user",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="uploaded by user",
                    ),
                ),
            ],
            options={
                "verbose_name": "public document",
                "verbose_name_plural": "public documents",
                "abstract": False,
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name="SiteImage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=255, verbose_name="title")),
                (
                    "file",
                    wagtail.images.models.WagtailImageField(
                        height_field="height", upload_to=wagtail.images.models.get_upload_to, verbose_name="file", width_field="width"
                    ),
                ),
                ("description", models.CharField(blank=True, default="", max_length=255, verbose_name="description")),
                ("width", models.IntegerField(editable=False, verbose_name="width")),
                ("height", models.IntegerField(editable=False, verbose_name="height")),
                ("created_at", models.DateTimeField(auto_now_add=True, db_index=True, verbose_name="created at")),
                ("focal_point_x", models.PositiveIntegerField(blank=True, null=True)),
                ("focal_point_y", models.PositiveIntegerField(blank=True, null=True)),
                ("focal_point_width", models.PositiveIntegerField(blank=True, null=True)),
                ("focal_point_height", models.PositiveIntegerField(blank=True, null=True)),
                ("file_size", models.PositiveIntegerField(editable=False, null=True)),
                ("file_hash", models.CharField(blank=True, db_index=True, editable=False, max_length=40)),
                (
                    "collection",
                    models.ForeignKey(
                        default=wagtail.models.media.get_root_collection_id,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="wagtailcore.collection",
                        verbose_name="collection",
                    ),
                ),
                (
                    "uploaded_by_user",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="uploaded by user",
                    ),
                ),
            ],
            options={
                "verbose_name": "picture",
                "verbose_name_plural": "pictures",
                "abstract": False,
            },
            bases=(wagtail.images.models.ImageFileMixin, modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name="TextPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="wagtailcore.page",
                    ),
                ),
                ("headline", models.CharField(max_length=160, verbose_name="headline")),
                ("headline_en", models.CharField(max_length=160, null=True, verbose_name="headline")),
                ("headline_es", models.CharField(max_length=160, null=True, verbose_name="headline")),
                ("headline_pt_br", models.CharField(max_length=160, null=True, verbose_name="headline")),
                ("headline_fr", models.CharField(max_length=160, null=True, verbose_name="headline")),
                ("headline_ar", models.CharField(max_length=160, null=True, verbose_name="headline")),
                ("lede", models.CharField(blank=True, max_length=400, verbose_name="first sentence")),
                ("lede_en", models.CharField(blank=True, max_length=400, null=True, verbose_name="first sentence")),
                ("lede_es", models.CharField(blank=True, max_length=400, null=True, verbose_name="first sentence")),
                ("lede_pt_br", models.CharField(blank=True, max_length=400, null=True, verbose_name="first sentence")),
                ("lede_fr", models.CharField(blank=True, max_length=400, null=True, verbose_name="first sentence")),
                ("lede_ar", models.CharField(blank=True, max_length=400, null=True, verbose_name="first sentence")),
                ("body", wagtail.fields.RichTextField(blank=True, verbose_name="text")),
                ("body_en", wagtail.fields.RichTextField(blank=True, null=True, verbose_name="text")),
                ("body_es", wagtail.fields.RichTextField(blank=True, null=True, verbose_name="text")),
                ("body_pt_br", wagtail.fields.RichTextField(blank=True, null=True, verbose_name="text")),
                ("body_fr", wagtail.fields.RichTextField(blank=True, null=True, verbose_name="text")),
                ("body_ar", wagtail.fields.RichTextField(blank=True, null=True, verbose_name="text")),
            ],
            options={
                "abstract": False,
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="Topic",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=30, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("name_en", models.CharField(max_length=100, null=True, verbose_name="name")),
                ("name_es", models.CharField(max_length=100, null=True, verbose_name="name")),
                ("name_pt_br", models.CharField(max_length=100, null=True, verbose_name="name")),
                ("name_fr", models.CharField(max_length=100, null=True, verbose_name="name")),
                ("name_ar", models.CharField(max_length=100, null=True, verbose_name="name")),
                ("hint", models.CharField(blank=True, max_length=200, verbose_name="what it is about")),
                ("hint_en", models.CharField(blank=True, max_length=200, null=True, verbose_name="what it is about")),
                ("hint_es", models.CharField(blank=True, max_length=200, null=True, verbose_name="what it is about")),
                ("hint_pt_br", models.CharField(blank=True, max_length=200, null=True, verbose_name="what it is about")),
                ("hint_fr", models.CharField(blank=True, max_length=200, null=True, verbose_name="what it is about")),
                ("hint_ar", models.CharField(blank=True, max_length=200, null=True, verbose_name="what it is about")),
                ("permission", models.BooleanField(default=False, verbose_name="requests to reuse something")),
                ("open", models.BooleanField(default=True, verbose_name="offered on the page")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: it lands in the queue nobody has, which everybody sees who answers inquiries.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="auth.group",
                        verbose_name="queue of",
                    ),
                ),
            ],
            options={
                "verbose_name": "topic of inquiries",
                "verbose_name_plural": "topics of inquiries",
                "ordering": ["position", "code"],
                "constraints": [models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="topic_has_a_name")],
            },
        ),
        migrations.CreateModel(
            name="AvailabilityChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("live", models.BooleanField(default=True, editable=False, verbose_name="live")),
                ("has_unpublished_changes", models.BooleanField(default=False, editable=False, verbose_name="has unpublished changes")),
                ("first_published_at", models.DateTimeField(blank=True, db_index=True, null=True, verbose_name="first published at")),
                ("last_published_at", models.DateTimeField(editable=False, null=True, verbose_name="last published at")),
                ("go_live_at", models.DateTimeField(blank=True, null=True, verbose_name="go live date/time")),
                ("expire_at", models.DateTimeField(blank=True, null=True, verbose_name="expiry date/time")),
                ("expired", models.BooleanField(default=False, editable=False, verbose_name="expired")),
                ("locked", models.BooleanField(default=False, editable=False, verbose_name="locked")),
                ("locked_at", models.DateTimeField(editable=False, null=True, verbose_name="locked at")),
                ("reason", models.CharField(help_text="Stands in the public list of changes.", max_length=250, verbose_name="reason")),
                (
                    "source",
                    models.CharField(
                        blank=True,
                        help_text="The document it rests on, cited in English: title, date, address.",
                        max_length=250,
                        verbose_name="source",
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "latest_revision",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="wagtailcore.revision",
                        verbose_name="latest revision",
                    ),
                ),
                (
                    "live_revision",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="wagtailcore.revision",
                        verbose_name="live revision",
                    ),
                ),
                (
                    "locked_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="locked_%(class)ss",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="locked by",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="content.programme", verbose_name="program"),
                ),
                (
                    "corrects",
                    models.ForeignKey(
                        editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="content.publication"
                    ),
                ),
                (
                    "publication",
                    models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, to="content.publication"),
                ),
            ],
            options={
                "verbose_name": "availability change",
                "verbose_name_plural": "availability changes",
                "permissions": [("publish_availability", "Can publish availability")],
            },
        ),
        migrations.CreateModel(
            name="AvailabilityStatement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("available", "Available"),
                            ("by_licence", "By license"),
                            ("pilot", "Pilot"),
                            ("on_request", "On request"),
                            ("suspended", "Suspended"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=12,
                    ),
                ),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField(null=True)),
                ("members_at", models.DateTimeField(null=True)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("note_en", models.CharField(blank=True, max_length=300, null=True)),
                ("note_es", models.CharField(blank=True, max_length=300, null=True)),
                ("note_pt_br", models.CharField(blank=True, max_length=300, null=True)),
                ("note_fr", models.CharField(blank=True, max_length=300, null=True)),
                ("note_ar", models.CharField(blank=True, max_length=300, null=True)),
                ("source", models.CharField(blank=True, max_length=250)),
                ("dated", models.BooleanField(default=True)),
                ("recorded_at", models.DateTimeField()),
                ("superseded_at", models.DateTimeField(null=True)),
                ("area", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="i18n.area")),
                ("programme", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="content.programme")),
                (
                    "publication",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="statements", to="content.publication"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("programme"),
                        models.F("valid_from"),
                        condition=models.Q(("superseded_at", None)),
                        name="statement_next_start",
                    ),
                    models.Index(
                        models.F("programme"), models.F("valid_to"), condition=models.Q(("superseded_at", None)), name="statement_next_end"
                    ),
                    models.Index(models.F("programme"), models.F("area"), models.F("valid_from"), name="statement_cell"),
                    portal.core.guards.PeriodIndex(
                        condition=models.Q(("superseded_at", None)), fields=["programme", "valid_from", "valid_to"], name="statement_now"
                    ),
                ],
                "constraints": [
                    portal.core.guards.NoOverlap(
                        name="one_statement",
                        periods=(("valid_from", "valid_to"), ("recorded_at", "superseded_at")),
                        same=("programme", "area"),
                        unless_shared=None,
                    ),
                    portal.core.guards.AppendOnly(closes=("superseded_at",), name="statement_append_only"),
                    models.CheckConstraint(
                        condition=models.Q(("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"),
                        name="statement_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("superseded_at", None), ("superseded_at__gt", models.F("recorded_at")), _connector="OR"),
                        name="statement_record",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["available", "by_licence", "pilot", "on_request", "suspended", "withdrawn"])),
                        name="statement_status",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Figure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("live", models.BooleanField(default=True, editable=False, verbose_name="live")),
                ("has_unpublished_changes", models.BooleanField(default=False, editable=False, verbose_name="has unpublished changes")),
                ("first_published_at", models.DateTimeField(blank=True, db_index=True, null=True, verbose_name="first published at")),
                ("last_published_at", models.DateTimeField(editable=False, null=True, verbose_name="last published at")),
                ("go_live_at", models.DateTimeField(blank=True, null=True, verbose_name="go live date/time")),
                ("expire_at", models.DateTimeField(blank=True, null=True, verbose_name="expiry date/time")),
                ("expired", models.BooleanField(default=False, editable=False, verbose_name="expired")),
                (
                    "qualifier",
                    models.CharField(
                        choices=[("exactly", "exactly"), ("more_than", "more than"), ("at_least", "at least"), ("about", "about")],
                        default="exactly",
                        max_length=12,
                        verbose_name="qualifier",
                    ),
                ),
                ("value", models.PositiveIntegerField(verbose_name="value")),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("practice", "practices"),
                            ("certified_practice", "certified practices"),
                            ("physician", "physicians"),
                            ("team", "teams"),
                            ("measure", "quality measures"),
                            ("project", "projects"),
                            ("workshop", "workshops"),
                            ("participant", "participants"),
                            ("country", "countries"),
                        ],
                        max_length=20,
                        verbose_name="unit",
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        blank=True,
                        help_text="Stands after the unit, such as “outside the United States”.",
                        max_length=120,
                        verbose_name="of whom or where",
                    ),
                ),
                (
                    "scope_en",
                    models.CharField(
                        blank=True,
                        help_text="Stands after the unit, such as “outside the United States”.",
                        max_length=120,
                        null=True,
                        verbose_name="of whom or where",
                    ),
                ),
                (
                    "scope_es",
                    models.CharField(
                        blank=True,
                        help_text="Stands after the unit, such as “outside the United States”.",
                        max_length=120,
                        null=True,
                        verbose_name="of whom or where",
                    ),
                ),
                (
                    "scope_pt_br",
                    models.CharField(
                        blank=True,
                        help_text="Stands after the unit, such as “outside the United States”.",
                        max_length=120,
                        null=True,
                        verbose_name="of whom or where",
                    ),
                ),
                (
                    "scope_fr",
                    models.CharField(
                        blank=True,
                        help_text="Stands after the unit, such as “outside the United States”.",
                        max_length=120,
                        null=True,
                        verbose_name="of whom or where",
                    ),
                ),
                (
                    "scope_ar",
                    models.CharField(
                        blank=True,
                        help_text="Stands after the unit, such as “outside the United States”.",
                        max_length=120,
                        null=True,
                        verbose_name="of whom or where",
                    ),
                ),
                ("first_day", models.DateField(blank=True, null=True, verbose_name="first day of the period")),
                (
                    "last_day",
                    models.DateField(
                        blank=True, help_text="Without a period: up to the day below.", null=True, verbose_name="last day of the period"
                    ),
                ),
                ("as_of", models.DateField(help_text="The day the source gives the figure for.", null=True, verbose_name="as of")),
                (
                    "source",
                    models.CharField(
                        help_text="The document it rests on, cited in English: title, date, address.", max_length=250, verbose_name="source"
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        blank=True,
                        help_text="Where the figure is about one country or territory: it is shown on its page, too.",
                        limit_choices_to={"kind": "place"},
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="i18n.area",
                        verbose_name="country or territory",
                    ),
                ),
                (
                    "latest_revision",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="wagtailcore.revision",
                        verbose_name="latest revision",
                    ),
                ),
                (
                    "live_revision",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="wagtailcore.revision",
                        verbose_name="live revision",
                    ),
                ),
                (
                    "whom",
                    models.ForeignKey(
                        blank=True,
                        help_text="A second figure of the same sentence: 557 physicians “from” 21 practices.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="content.figure",
                        verbose_name="from",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="figures", to="content.programme", verbose_name="program"
                    ),
                ),
            ],
            options={
                "verbose_name": "figure",
                "verbose_name_plural": "figures",
                "ordering": ["programme", "-as_of", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("live", False), models.Q(("as_of__isnull", False), models.Q(("source", ""), _negated=True)), _connector="OR"
                        ),
                        name="figure_with_day_and_source",
                        violation_error_message="A figure without its day and its source cannot be published.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("first_day", None), ("last_day", None)), ("last_day__gte", models.F("first_day")), _connector="OR"
                        ),
                        name="figure_period",
                        violation_error_message="Give both days of the period, the first before the last, or none.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "unit__in",
                                [
                                    "practice",
                                    "certified_practice",
                                    "physician",
                                    "team",
                                    "measure",
                                    "project",
                                    "workshop",
                                    "participant",
                                    "country",
                                ],
                            )
                        ),
                        name="figure_unit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("qualifier__in", ["exactly", "more_than", "at_least", "about"])), name="figure_qualifier"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("whom", None), models.Q(("whom", models.F("id")), _negated=True), _connector="OR"),
                        name="figure_not_from_itself",
                        violation_error_message="A figure does not come from itself.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Inquiry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=20, unique=True)),
                (
                    "language",
                    models.CharField(
                        choices=[
                            ("en", "English"),
                            ("es", "Español"),
                            ("pt-br", "Português (Brasil)"),
                            ("fr", "Français"),
                            ("ar", "العربية"),
                        ],
                        max_length=10,
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=150)),
                ("organisation", models.CharField(blank=True, max_length=200)),
                ("email", models.EmailField(max_length=254)),
                ("text", models.TextField()),
                ("received_at", models.DateTimeField()),
                ("times", models.PositiveIntegerField(default=1)),
                ("fingerprint", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("answered", "Answered"), ("closed", "Closed")], default="open", max_length=10
                    ),
                ),
                ("due_on", models.DateField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("suspect", models.BooleanField(default=False)),
                (
                    "assigned_to",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("place", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="i18n.area")),
                (
                    "topic",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="inquiries", to="content.topic"),
                ),
            ],
            options={
                "verbose_name": "inquiry",
                "permissions": [("answer_inquiry", "Can answer inquiries")],
                "indexes": [
                    models.Index(models.F("fingerprint"), models.F("received_at"), name="inquiry_same"),
                    models.Index(models.F("state"), models.F("due_on"), name="inquiry_queue"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("state__in", ["open", "answered", "closed"])), name="inquiry_state"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", False), ("state", "closed")),
                            models.Q(models.Q(("state", "closed"), _negated=True), ("closed_at", None)),
                            _connector="OR",
                        ),
                        name="inquiry_closed_has_its_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Interest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(max_length=254)),
                (
                    "language",
                    models.CharField(
                        choices=[
                            ("en", "English"),
                            ("es", "Español"),
                            ("pt-br", "Português (Brasil)"),
                            ("fr", "Français"),
                            ("ar", "العربية"),
                        ],
                        max_length=10,
                    ),
                ),
                ("organisation", models.CharField(blank=True, max_length=200)),
                ("practices", models.PositiveIntegerField(null=True)),
                ("volume", models.PositiveIntegerField(null=True)),
                ("message", models.TextField(blank=True, max_length=1000)),
                ("created_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("told_at", models.DateTimeField(null=True)),
                ("known_at", models.DateTimeField(null=True)),
                ("opens_at", models.DateTimeField(null=True)),
                ("nonce", models.CharField(max_length=32)),
                ("token_sha256", models.CharField(max_length=64, unique=True)),
                ("place", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="i18n.area")),
                ("programme", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="content.programme")),
            ],
            options={
                "verbose_name": "interest",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("confirmed_at__isnull", False)), fields=("programme", "place", "email"), name="interest_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("told_at", None), ("confirmed_at__isnull", False), _connector="OR"),
                        name="interest_told_if_confirmed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("known_at", None), ("told_at__isnull", False), _connector="OR"), name="interest_known_if_told"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("opens_at", None), ("known_at__isnull", False), _connector="OR"), name="interest_opens_if_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LeaverDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("left_at", models.DateTimeField()),
                ("reason", models.CharField(max_length=250)),
                ("decided_at", models.DateTimeField()),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("place", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="i18n.area")),
                ("region", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="i18n.area")),
                ("programme", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="content.programme")),
            ],
            options={
                "constraints": [
                    portal.core.guards.AppendOnly(closes=(), name="leaver_decision_append_only"),
                    models.UniqueConstraint(fields=("programme", "place", "region", "left_at"), name="one_leaver_decision"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LocalRules",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("made_from", models.JSONField(default=dict, editable=False)),
                ("eligibility", models.TextField(blank=True, verbose_name="who may take part")),
                ("eligibility_en", models.TextField(blank=True, null=True, verbose_name="who may take part")),
                ("eligibility_es", models.TextField(blank=True, null=True, verbose_name="who may take part")),
                ("eligibility_pt_br", models.TextField(blank=True, null=True, verbose_name="who may take part")),
                ("eligibility_fr", models.TextField(blank=True, null=True, verbose_name="who may take part")),
                ("eligibility_ar", models.TextField(blank=True, null=True, verbose_name="who may take part")),
                ("cost", models.TextField(blank=True, validators=[content.programmes.models.check_cost], verbose_name="what it costs")),
                (
                    "cost_en",
                    models.TextField(
                        blank=True, null=True, validators=[content.programmes.models.check_cost], verbose_name="what it costs"
                    ),
                ),
                (
                    "cost_es",
                    models.TextField(
                        blank=True, null=True, validators=[content.programmes.models.check_cost], verbose_name="what it costs"
                    ),
                ),
                (
                    "cost_pt_br",
                    models.TextField(
                        blank=True, null=True, validators=[content.programmes.models.check_cost], verbose_name="what it costs"
                    ),
                ),
                (
                    "cost_fr",
                    models.TextField(
                        blank=True, null=True, validators=[content.programmes.models.check_cost], verbose_name="what it costs"
                    ),
                ),
                (
                    "cost_ar",
                    models.TextField(
                        blank=True, null=True, validators=[content.programmes.models.check_cost], verbose_name="what it costs"
                    ),
                ),
                ("requirements", models.TextField(blank=True, verbose_name="what else is required")),
                ("requirements_en", models.TextField(blank=True, null=True, verbose_name="what else is required")),
                ("requirements_es", models.TextField(blank=True, null=True, verbose_name="what else is required")),
                ("requirements_pt_br", models.TextField(blank=True, null=True, verbose_name="what else is required")),
                ("requirements_fr", models.TextField(blank=True, null=True, verbose_name="what else is required")),
                ("requirements_ar", models.TextField(blank=True, null=True, verbose_name="what else is required")),
                ("how_to_get_it", models.TextField(blank=True, verbose_name="how to get it")),
                ("how_to_get_it_en", models.TextField(blank=True, null=True, verbose_name="how to get it")),
                ("how_to_get_it_es", models.TextField(blank=True, null=True, verbose_name="how to get it")),
                ("how_to_get_it_pt_br", models.TextField(blank=True, null=True, verbose_name="how to get it")),
                ("how_to_get_it_fr", models.TextField(blank=True, null=True, verbose_name="how to get it")),
                ("how_to_get_it_ar", models.TextField(blank=True, null=True, verbose_name="how to get it")),
                (
                    "tool_languages",
                    models.CharField(
                        blank=True,
                        help_text="Codes, such as en, pt-br.",
                        max_length=60,
                        validators=[content.programmes.models.check_codes],
                        verbose_name="languages of the tool",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=250, verbose_name="source")),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="i18n.place", verbose_name="country or territory"
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="local_rules",
                        to="content.programme",
                        verbose_name="program",
                    ),
                ),
            ],
            options={
                "verbose_name": "local rules",
                "verbose_name_plural": "local rules",
                "ordering": ["programme__position", "place__code"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "place"),
                        name="local_rules_once",
                        violation_error_message="There are local rules for this program and place already: edit those.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProgrammePage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="wagtailcore.page",
                    ),
                ),
                ("headline", models.CharField(max_length=160, verbose_name="headline")),
                ("headline_en", models.CharField(max_length=160, null=True, verbose_name="headline")),
                ("headline_es", models.CharField(max_length=160, null=True, verbose_name="headline")),
                ("headline_pt_br", models.CharField(max_length=160, null=True, verbose_name="headline")),
                ("headline_fr", models.CharField(max_length=160, null=True, verbose_name="headline")),
                ("headline_ar", models.CharField(max_length=160, null=True, verbose_name="headline")),
                ("lede", models.CharField(blank=True, max_length=400, verbose_name="first sentence")),
                ("lede_en", models.CharField(blank=True, max_length=400, null=True, verbose_name="first sentence")),
                ("lede_es", models.CharField(blank=True, max_length=400, null=True, verbose_name="first sentence")),
                ("lede_pt_br", models.CharField(blank=True, max_length=400, null=True, verbose_name="first sentence")),
                ("lede_fr", models.CharField(blank=True, max_length=400, null=True, verbose_name="first sentence")),
                ("lede_ar", models.CharField(blank=True, max_length=400, null=True, verbose_name="first sentence")),
                ("body", wagtail.fields.RichTextField(blank=True, verbose_name="text")),
                ("body_en", wagtail.fields.RichTextField(blank=True, null=True, verbose_name="text")),
                ("body_es", wagtail.fields.RichTextField(blank=True, null=True, verbose_name="text")),
                ("body_pt_br", wagtail.fields.RichTextField(blank=True, null=True, verbose_name="text")),
                ("body_fr", wagtail.fields.RichTextField(blank=True, null=True, verbose_name="text")),
                ("body_ar", wagtail.fields.RichTextField(blank=True, null=True, verbose_name="text")),
                (
                    "programme",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="page", to="content.programme", verbose_name="program"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="SiteRendition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("filter_spec", models.CharField(db_index=True, max_length=255)),
                (
                    "file",
                    wagtail.images.models.WagtailImageField(
                        height_field="height",
                        storage=wagtail.images.models.get_rendition_storage,
                        upload_to=wagtail.images.models.get_rendition_upload_to,
                        width_field="width",
                    ),
                ),
                ("width", models.IntegerField(editable=False)),
                ("height", models.IntegerField(editable=False)),
                ("focal_point_key", models.CharField(blank=True, default="", editable=False, max_length=16)),
                (
                    "image",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="renditions", to="content.siteimage"),
                ),
            ],
            options={
                "unique_together": {("image", "filter_spec", "focal_point_key")},
            },
            bases=(wagtail.images.models.ImageFileMixin, models.Model),
        ),
        migrations.CreateModel(
            name="AvailabilityChangeRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sort_order", models.IntegerField(blank=True, editable=False, null=True)),
                (
                    "status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("available", "Available"),
                            ("by_licence", "By license"),
                            ("pilot", "Pilot"),
                            ("on_request", "On request"),
                            ("suspended", "Suspended"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        help_text="Empty: nothing is stated any more. That is not “withdrawn”.",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                (
                    "valid_from",
                    models.DateField(
                        help_text="The first day, from 00:00 on the clock of the place.",
                        validators=[
                            django.core.validators.MinValueValidator(datetime.date(1900, 1, 1)),
                            django.core.validators.MaxValueValidator(datetime.date(2199, 12, 31)),
                        ],
                        verbose_name="from",
                    ),
                ),
                (
                    "valid_to",
                    models.DateField(
                        blank=True,
                        help_text="The last day, until 24:00; empty = until changed.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(datetime.date(1900, 1, 1)),
                            django.core.validators.MaxValueValidator(datetime.date(2199, 12, 31)),
                        ],
                        verbose_name="to",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="public note")),
                ("note_en", models.CharField(blank=True, max_length=300, null=True, verbose_name="public note")),
                ("note_es", models.CharField(blank=True, max_length=300, null=True, verbose_name="public note")),
                ("note_pt_br", models.CharField(blank=True, max_length=300, null=True, verbose_name="public note")),
                ("note_fr", models.CharField(blank=True, max_length=300, null=True, verbose_name="public note")),
                ("note_ar", models.CharField(blank=True, max_length=300, null=True, verbose_name="public note")),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="i18n.area",
                        verbose_name="country, territory or region",
                    ),
                ),
                (
                    "change",
                    modelcluster.fields.ParentalKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="content.availabilitychange"
                    ),
                ),
            ],
            options={
                "ordering": ["sort_order"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"),
                        name="change_row_period",
                        violation_error_message="The last day is before the first.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="InquiryStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("command", models.CharField(max_length=12)),
                ("text", models.TextField(blank=True)),
                ("by_label", models.CharField(blank=True, max_length=150)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("inquiry", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="content.inquiry")),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="ReuseRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("figure", "A figure"), ("table", "A table"), ("text", "A text or a part of one")], max_length=10
                    ),
                ),
                ("what", models.TextField()),
                ("where", models.TextField()),
                ("copies", models.PositiveIntegerField(null=True)),
                ("work_language", models.CharField(max_length=60)),
                ("commercial", models.BooleanField()),
                ("decision", models.CharField(blank=True, max_length=10)),
                (
                    "inquiry",
                    models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="request", to="content.inquiry"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("decision__in", ["", "grant", "refuse"])), name="reuse_decision")
                ],
            },
        ),
        migrations.AddField(
            model_name="SiteDocument",
            name="tags",
            field=taggit.managers.TaggableManager(
                blank=True, help_text=None, through="taggit.TaggedItem", to="taggit.Tag", verbose_name="tags"
            ),
        ),
        migrations.AddField(
            model_name="SiteImage",
            name="tags",
            field=taggit.managers.TaggableManager(
                blank=True, help_text=None, through="taggit.TaggedItem", to="taggit.Tag", verbose_name="tags"
            ),
        ),
    ]
