"""``urlpatterns``: the gate, below /kits/. ``desk``: the pages for people, below the language."""

from django.urls import path, re_path

from media.web import downloads, kits

_FILE = r"(?P<kit>[a-z0-9-]+)/(?P<release>\d+\.\d+)/(?P<language>[a-z]{2}(?:-[a-z]{2})?)/(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)"

urlpatterns = [
    path("<slug:kit>/<str:release>/manifest.json", downloads.manifest, name="kit_manifest"),
    path("<slug:kit>/<str:release>/bundle.zip", downloads.bundle, name="kit_bundle"),
    path("dl/<str:token>/<str:name>", downloads.by_link, name="kit_link"),
    re_path(rf"^{_FILE}\.sha256$", downloads.checksum, name="kit_checksum"),
    re_path(rf"^{_FILE}/link$", downloads.link, name="kit_new_link"),
    re_path(rf"^{_FILE}$", downloads.hand_over, name="kit_file"),
    re_path(r"^(?P<path>.*)$", downloads.nothing, name="kit_nothing"),
]

desk = [
    path("desk/kits/", kits.kits, name="kits"),
    path("desk/kits/<slug:kit>/<str:release>/", kits.kit, name="kit"),
]
