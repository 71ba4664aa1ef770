"""API v1."""

from django.urls import path, re_path

from ninelives.api import (
    attachments,
    cases,
    conversations,
    customers,
    problems,
    promises,
    receipts,
    routing,
    snoozes,
    tags,
    ties,
    webhooks,
)
from ninelives.api.door import Described, Lenient, at_the_door, for_machines, nowhere

# No page with the documentation: ninja's loads its scripts from elsewhere. See docs/reference/api.md.
api = Described(title="Ninelives", version="1", urls_namespace="api", docs_url=None, parser=Lenient())
problems.teach(api)
for prefix, noun in (
    ("/conversations", conversations),
    ("/conversations", snoozes),
    ("/conversations", ties),
    ("/conversations", tags),
    ("/cases", cases),
    ("/customers", customers),
    ("/promises", promises),
    ("/receipts", receipts),
    ("/attachments", attachments),
    ("/webhooks", webhooks),
):
    api.add_router(prefix, noun.router)
for prefix, router in (
    ("/queues", routing.queues),
    ("/agents", routing.agents),
    ("/offers", routing.offers),
    ("/conversations", routing.stories),
):
    api.add_router(prefix, router)

urlpatterns = [
    path("", at_the_door(api)),
    re_path("", for_machines(nowhere)),
]
