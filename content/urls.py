"""Public pages on data; Wagtail's pages come after them."""

from django.urls import path

from content.availability import embed, feed, web
from content.inquiries import web as inquiries
from content.interest import web as interest
from content.pages import feed as news

urlpatterns = [
    path("availability/", web.availability, name="availability"),
    path("availability/changes/", web.changes, name="availability-changes"),
    path("countries/", web.countries, name="countries"),
    path("countries/<str:code>/", web.country, name="country"),
    path("countries/<str:code>/badges/", embed.country_badges, name="country-badges"),
    path("programmes/<str:code>/", web.programme, name="programme"),
    path("contact/", inquiries.contact, name="contact"),
    path("contact/permission/", inquiries.permission, name="contact_permission"),
    path("interest/<str:programme>/<str:place>/", interest.interest, name="interest"),
    path("interest/<str:token>/", interest.letter, name="interest_letter"),
]
feeds = [
    path("availability.atom", feed.atom, name="availability-feed"),
    path("availability.ics", feed.ics, name="availability-calendar"),
    path("news.atom", news.atom, name="news-feed"),
]
embeds = [
    path("<str:language>/<str:programme>/<str:place>.svg", embed.drawing, name="badge-svg"),
    path("<str:language>/<str:programme>/<str:place>/", embed.frame, name="badge"),
]
