"""How forms are drawn: one field template and one set of classes, so that no form names a class."""

from typing import Any

from django.forms.renderers import TemplatesSetting

CLASSES = {  # Django's widget template -> the class of the look
    **{
        f"django/forms/widgets/{kind}.html": "input"
        for kind in ("text", "email", "number", "password", "tel", "url", "search", "textarea", "select")
    },
    **{f"django/forms/widgets/{kind}.html": "input" for kind in ("date", "datetime", "time")},
    "django/forms/widgets/select_date.html": "input",
    "django/forms/widgets/radio.html": "choices",
    "django/forms/widgets/checkbox_select.html": "choices",
    "django/forms/widgets/checkbox.html": "tick",
    "django/forms/widgets/file.html": "file-input",
    "django/forms/widgets/clearable_file_input.html": "file-input",
}


class PortalRenderer(TemplatesSetting):
    """Draw fields as label, hint, error, control, and give every plain widget its class.

    Only a class is added to Django's own widgets, so the forms of the CMS, which share the renderer, keep their shape.
    """

    form_template_name = "components/form_fields.html"
    field_template_name = "components/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        widget = context.get("widget")
        if widget and (wanted := CLASSES.get(template_name)):
            attrs = widget.get("attrs", {})
            given = attrs.get("class", "")
            if wanted not in given.split():
                context = {**context, "widget": {**widget, "attrs": {**attrs, "class": f"{wanted} {given}".strip()}}}
        return super().render(template_name, context, request)
