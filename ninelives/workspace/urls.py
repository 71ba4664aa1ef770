"""Addresses of the desk. Deeds are nouns under the view somebody works in, so that they come back to it."""

from django.urls import path

from ninelives.workspace.views import answers, company, deeds, desk, files, finding, joining, ledger, people, reading

app_name = "workspace"
urlpatterns = [
    path("", desk.home, name="home"),
    path("healthz", people.healthz, name="healthz"),
    path("language/", people.language, name="language"),
    path("desk/<slug:view>/", desk.list_, name="list"),
    path("desk/<slug:view>/<uuid:conversation_id>/", desk.conversation, name="conversation"),
    path("desk/<slug:view>/<uuid:conversation_id>/messages/", desk.messages, name="messages"),
    path("desk/<slug:view>/<uuid:conversation_id>/typing/", desk.typing, name="typing"),
    path("desk/<slug:view>/<uuid:conversation_id>/head/", desk.head, name="head"),
    path("desk/<slug:view>/<uuid:conversation_id>/read-mark/", reading.read_mark, name="read_mark"),
    path("desk/<slug:view>/<uuid:conversation_id>/assignment/", deeds.assignment, name="assignment"),
    path("desk/<slug:view>/<uuid:conversation_id>/closure/", deeds.closure, name="closure"),
    path("desk/<slug:view>/<uuid:conversation_id>/snooze/", deeds.snooze, name="snooze"),
    path("desk/<slug:view>/<uuid:conversation_id>/merges/<uuid:merge_id>/", joining.merge, name="merge"),
    path("desk/<slug:view>/<uuid:conversation_id>/reply/", deeds.reply, name="reply"),
    path("desk/<slug:view>/<uuid:conversation_id>/note/", deeds.note, name="note"),
    path("desk/<slug:view>/<uuid:conversation_id>/draft/", deeds.draft, name="draft"),
    path("desk/<slug:view>/<uuid:conversation_id>/draft/files/", deeds.draft_files, name="draft_files"),
    path("desk/<slug:view>/draft/files/<uuid:file_id>/", deeds.draft_file, name="draft_file"),
    path("conversations/<uuid:conversation_id>/earlier/", desk.earlier, name="earlier"),
    path("desk/<slug:view>/messages/<uuid:message_id>/withdrawal/", deeds.withdrawal, name="withdrawal"),
    path("desk/<slug:view>/messages/<uuid:message_id>/another-try/", deeds.another_try, name="another_try"),
    path("messages/<uuid:message_id>/pictures/", files.pictures, name="pictures"),
    path("files/<uuid:attachment_id>/", files.file, name="file"),
    path("customers/<uuid:customer_id>/", people.customer, name="customer"),
    path("customers/<uuid:customer_id>/addresses/", people.addresses, name="addresses"),
    path("desk/<slug:view>/<uuid:conversation_id>/canned/", answers.suggestions, name="canned"),
    path("desk/<slug:view>/<uuid:conversation_id>/attendance/", company.attendance, name="attendance"),
    path("desk/<slug:view>/<uuid:conversation_id>/colleagues/", company.colleagues, name="colleagues"),
    path("mentions/", company.mentions, name="mentions"),
    path("notices/", company.notices, name="notices"),
    path("found/", finding.found, name="found"),
    path("answers/", answers.all_, name="answers"),
    path("answers/new/", answers.new, name="new_answer"),
    path("answers/<uuid:answer_id>/", answers.one, name="answer"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/<uuid:receipt_id>/", ledger.receipt, name="receipt"),
    path("ledger/<uuid:receipt_id>/raw/", ledger.raw, name="raw"),
    path("ledger/<uuid:receipt_id>/replay/", ledger.replay, name="replay"),
]
