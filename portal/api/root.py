"""The JSON API, version 1: routers come from each package."""

from ninja import NinjaAPI

from licensing import api as licensing_api

api = NinjaAPI(title="Programme Portal", version="1", urls_namespace="api-v1")
api.add_router("", licensing_api.router)
