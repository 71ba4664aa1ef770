"""What happened, as one line between the messages."""

from datetime import datetime
from uuid import UUID

from ninelives.workspace.screens.timeline import Bubble


def line(
    row_id: UUID,
    at: datetime,
    text: str,
    which: str = "",
    undo_url: str = "",
    link_url: str = "",
    link_label: str = "",
    page_url: str = "",
) -> Bubble:
    return Bubble(
        id=f"{row_id}{which}", kind="event", author="", initials="", hue=0, address="", at=at, subject="", text=text,
        html="", full_text="", full_html="", files=(), remarks=(), remote_pictures=0, pictures_url="", proof="",
        proof_label="", is_automatic=False, is_import=False, sending=None, undo_url=undo_url, link_url=link_url,
        link_label=link_label, page_url=page_url,
    )  # fmt: skip
