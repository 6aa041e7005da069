"""What each group of staff may do, as one table; a test compares it with the permissions that exist."""

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import connection, transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

ENTER = "wagtailadmin.access_admin"

# What came of an application; reviewers read applications alone.
RECORDS = [f"licensing.view_{model}" for model in ("termsoffer", "agreement", "invoice", "licence")]

# Rows: "app_label.codename". Rooms add their lines; the auditor reads and changes nothing.
GROUPS: dict[str, list[str]] = {
    "Program managers": [
        "content.view_inquiry",
        "content.answer_inquiry",
        "content.view_topic",
        "content.add_topic",
        "content.change_topic",
        "content.publish_availability",
        "content.view_availabilitychange",
        "content.add_availabilitychange",
        "content.change_availabilitychange",
        "content.delete_availabilitychange",
        "content.view_interest",
        "content.view_programme",
        "content.add_programme",
        "content.change_programme",
        *(f"content.{verb}_localrules" for verb in ("view", "add", "change", "delete")),
        "content.view_figure",
        "content.add_figure",
        "content.change_figure",
        "content.publish_figure",
        "i18n.view_place",
        "i18n.change_place",
    ],
    "Licensing managers": [
        "content.view_inquiry",
        "content.answer_inquiry",
        "licensing.view_queue",
        *RECORDS,
        "licensing.decide_application",
        "licensing.note_application",
        "licensing.add_licenceoffering",
        "licensing.change_licenceoffering",
        "licensing.add_licensedright",
        "licensing.change_licensedright",
        "licensing.add_evidencerequirement",
        "licensing.change_evidencerequirement",
        "licensing.add_offeringedition",
        "licensing.change_offeringedition",
        "licensing.vet_organisation",
        "licensing.view_organisation",
        "licensing.issue_terms",
        "licensing.request_waiver",
        "licensing.approve_waiver",
        "licensing.tick_evidence",
        "licensing.suspend_licence",
        "licensing.revoke_licence",
        "licensing.view_artworkpiece",
        "licensing.approve_refund",
    ],
    "Reviewers": [
        "licensing.view_queue",
        "licensing.note_application",
    ],
    "Legal": [
        "licensing.view_queue",
        *RECORDS,
        "licensing.note_application",
        "licensing.view_organisation",
        "licensing.approve_agreement",
        "licensing.countersign",
    ],
    "Finance": [
        "licensing.view_queue",
        *RECORDS,
        "licensing.note_application",
        "licensing.view_organisation",
        "licensing.receive_payment",
        "licensing.refund_payment",
        "licensing.approve_refund",
        "licensing.change_billingdetails",
    ],
    "Brand": [
        "content.view_inquiry",
        "content.answer_inquiry",
        "licensing.view_artworkpiece",
        "licensing.review_proofs",
    ],
    "Kit editors": [
        "media.edit_kits",
        "media.release_kit",
        "media.view_kit",
        "media.view_download",
    ],
    "Editors": ["content.change_navigation"],
    "Auditors": [
        "content.view_inquiry",
        "content.view_availabilitychange",
        "content.view_figure",
        "content.view_interest",
        "content.view_localrules",
        "licensing.view_queue",
        *RECORDS,
        "licensing.view_organisation",
        "licensing.view_artworkpiece",
        "media.view_kit",
        "media.view_download",
    ],
}

# What editors may do with every page, and with the images and documents that stand on them.
PAGES: dict[str, list[str]] = {"Editors": ["add_page", "change_page", "publish_page"]}
FILES: dict[str, list[str]] = {
    "Editors": [
        f"{label}.{verb}_{kind}"
        for label, kind in (("wagtailimages", "image"), ("wagtaildocs", "document"))
        for verb in ("add", "change", "choose")
    ],
}


def named(permission: str) -> Permission | None:
    """Return the permission ``app_label.codename`` stands for; None if no model has it."""
    label, codename = permission.split(".")
    return Permission.objects.filter(content_type__app_label=label, codename=codename).first()


@transaction.atomic
def ensure_groups() -> dict[str, Group]:
    """Make every group of staff and give it what the table says; safe to repeat, never takes anything away. Runs after each migration."""
    groups = {name: Group.objects.get_or_create(name=name)[0] for name in GROUPS}
    for name, permissions in GROUPS.items():
        groups[name].permissions.add(*filter(None, map(named, [ENTER, *permissions])))
    root, collection = Page.get_first_root_node(), Collection.get_first_root_node()
    for name, codenames in PAGES.items():
        for codename in codenames:
            GroupPagePermission.objects.get_or_create(group=groups[name], page=root, permission=named(f"wagtailcore.{codename}"))
    for name, permissions in FILES.items():
        for permission in permissions:
            GroupCollectionPermission.objects.get_or_create(group=groups[name], collection=collection, permission=named(permission))
    return groups


def after_migrate(sender, **_) -> None:
    """Make the groups once, when the last package's permissions are there; not while only some packages are migrated."""
    if sender != [config for config in apps.get_app_configs() if config.models_module][-1]:
        return
    if {model._meta.db_table for model in (Page, Collection, Group)} <= set(connection.introspection.table_names()):
        ensure_groups()
