"""Public pages on data; Wagtail's pages come after them."""

from django.urls import path

from content.availability import feed, web
from content.interest import web as interest
from content.pages import feed as news

urlpatterns = [
    path("availability/", web.availability, name="availability"),
    path("countries/", web.countries, name="countries"),
    path("countries/<str:code>/", web.country, name="country"),
    path("programmes/<str:code>/", web.programme, name="programme"),
    path("interest/<str:programme>/<str:place>/", interest.interest, name="interest"),
    path("interest/<str:token>/", interest.letter, name="interest_letter"),
]
feeds = [path("availability.atom", feed.atom, name="availability-feed"), path("news.atom", news.atom, name="news-feed")]
