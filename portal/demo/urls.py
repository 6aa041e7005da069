from django.urls import path

from portal.demo import inbox

urlpatterns = [
    path("inbox/", inbox.inbox, name="demo_inbox"),
    path("inbox/<int:pk>/", inbox.mail, name="demo_mail"),
    path("inbox/<int:pk>/html/", inbox.mail_html, name="demo_mail_html"),
]
