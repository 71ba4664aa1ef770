"""The doors over HTTP: `in/` of providers, `chat/` of customers (its `stream` is served beside Django), `public/` of
apps, `forms/` of whoever fills in a form."""

from django.urls import path

from ninelives.reception.views import chat, chat_files, choosing, contacts, door, providers, web_form, widget

app_name = "reception"
INBOX = "public/api/v1/inboxes/<str:key>"
CONTACT = f"{INBOX}/contacts/<str:source_id>"
CONVERSATION = f"{CONTACT}/conversations/<int:number>"
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
    path("chat/<str:key>/waiting", choosing.waiting, name="waiting"),
    path("chat/<str:key>/choice", choosing.choice, name="choice"),
    path("chat/<path:rest>", door.nowhere),
    path("forms/<str:key>/", web_form.form, name="form"),
    path("forms/<str:key>/thanks/<str:token>", web_form.thanks, name="form_thanks"),
    path(INBOX, contacts.inbox, name="inbox"),
    path(f"{INBOX}/contacts", contacts.contacts, name="contacts"),
    path(CONTACT, contacts.one_contact, name="contact"),
    path(f"{CONTACT}/conversations", contacts.conversation_list, name="app_conversations"),
    path(CONVERSATION, contacts.conversation, name="app_conversation"),
    path(f"{CONVERSATION}/toggle_status", contacts.toggle_status, name="toggle_status"),
    path(f"{CONVERSATION}/toggle_typing", contacts.toggle_typing, name="toggle_typing"),
    path(f"{CONVERSATION}/update_last_seen", contacts.update_last_seen, name="update_last_seen"),
    path(f"{CONVERSATION}/messages", contacts.messages, name="app_messages"),
    path(f"{CONVERSATION}/messages/<int:message>", contacts.message, name="app_message"),
    path("public/<path:rest>", door.nowhere),
]
