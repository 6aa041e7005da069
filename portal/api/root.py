"""The JSON API, version 1: routers come from each package."""

from ninja import NinjaAPI

api = NinjaAPI(title="Programme Portal", version="1", urls_namespace="api-v1")
