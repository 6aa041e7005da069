from content.availability.changes import AvailabilityChange, AvailabilityChangeRow
from content.availability.models import AvailabilityStatement, LeaverDecision, Publication
from content.figures.models import Figure
from content.files.models import SiteDocument, SiteImage, SiteRendition
from content.inquiries.models import Inquiry, InquiryStep, ReuseRequest, Topic
from content.interest.models import Interest
from content.pages.models import HomePage, ProgrammePage, TextPage
from content.pages.navigation import Navigation
from content.pages.news import NewsIndexPage, NewsPost
from content.programmes.models import LocalRules, Programme

__all__ = [
    "AvailabilityChange",
    "AvailabilityChangeRow",
    "AvailabilityStatement",
    "Figure",
    "HomePage",
    "Inquiry",
    "InquiryStep",
    "LeaverDecision",
    "Interest",
    "LocalRules",
    "Navigation",
    "NewsIndexPage",
    "NewsPost",
    "Programme",
    "ProgrammePage",
    "Publication",
    "ReuseRequest",
    "SiteDocument",
    "SiteImage",
    "SiteRendition",
    "TextPage",
    "Topic",
]
