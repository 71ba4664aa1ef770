"""The doors over HTTP: `in/` of providers, `chat/` of customers (its `stream` is served beside Django)."""

from django.urls import path

from ninelives.reception.views import chat, chat_files, door, providers, widget

app_name = "reception"
urlpatterns = [
    path("in/<slug:kind>/<uuid:account_id>", providers.take, name="take"),
    path("widget.js", widget.widget, name="widget"),
    path("chat/<str:key>/", chat.config, name="chat"),
    path("chat/<str:key>/sessions", chat.sessions, name="sessions"),
    path("chat/<str:key>/address", chat.address, name="address"),
    path("chat/<str:key>/messages", chat.messages, name="messages"),
    path("chat/<str:key>/files", chat_files.uploads, name="files"),
    path("chat/<str:key>/files/<uuid:attachment_id>", chat_files.file, name="file"),
    path("chat/<str:key>/typing", chat.typing, name="typing"),
    path("chat/<str:key>/seen", chat.seen, name="seen"),
    path("chat/<path:rest>", door.nowhere),
]
