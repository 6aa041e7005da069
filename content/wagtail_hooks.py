"""The rooms of content that stand in the CMS."""

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from content.staff import incoming, inquiries, interest, leaving, matrix, preview, review, sheets  # noqa: F401  (their hooks and pages)
from content.staff.availability import ChangeViewSet
from content.staff.figures import FigureViewSet
from content.staff.programmes import LocalRulesViewSet, PlaceViewSet, ProgrammeViewSet


class Programmes(SnippetViewSetGroup):
    menu_label = _("Programs")
    menu_icon = "globe"
    menu_order = 200
    items = (ChangeViewSet, ProgrammeViewSet, LocalRulesViewSet, FigureViewSet, PlaceViewSet)


register_snippet(Programmes)
register_snippet(inquiries.TopicViewSet)
