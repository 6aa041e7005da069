from django.urls import path

from licensing.web import desk

urlpatterns = [path("desk/", desk.desk, name="desk")]
