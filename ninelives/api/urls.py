"""API v1."""

from django.urls import path, re_path

from ninelives import __version__
from ninelives.api import attachments, conversations, customers, problems, receipts
from ninelives.api.door import Described, Lenient, for_machines, nowhere

# No page with the documentation: ninja's loads its scripts from elsewhere. See docs/reference/api.md.
api = Described(title="Ninelives", version="1", urls_namespace="api", docs_url=None, parser=Lenient())
problems.teach(api)
for prefix, noun in {
    "/conversations": conversations,
    "/customers": customers,
    "/receipts": receipts,
    "/attachments": attachments,
}.items():
    api.add_router(prefix, noun.router)

_patterns, _app, _namespace = api.urls
for _pattern in _patterns:
    _pattern.callback = for_machines(_pattern.callback)

urlpatterns = [
    path("", (_patterns, _app, _namespace)),
    re_path("", for_machines(nowhere)),
]
