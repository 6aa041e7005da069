from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
cms_doors: list[URLPattern] = []
