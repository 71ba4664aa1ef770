"""Answers to the organisation's own server, and files from it."""

import base64
from urllib.parse import urlsplit

from ninelives.channels.asking import Interface, refusal
from ninelives.channels.bodies import text
from ninelives.channels.protocol import AccountView, FileKeeper, FileOpener, InboundFile, Outbound, OutboundFile

from .reading import VERSION
from .signing import HEADER, signature

MOST_FETCHED = 20_000_000


def send(outbound: Outbound, account: AccountView, open_file: FileOpener) -> str:
    """Without anybody to tell, it is sent as soon as it can be fetched."""
    url = account.settings.get("callback_url", "")
    if not url:
        return outbound.external_id
    heard = _server(url).post_signed(
        url.removeprefix(_origin(url)), _told(outbound, open_file), HEADER, lambda body: signature(body, account)
    )
    if not heard.is_well:
        raise refusal(heard, text(heard.told, "error")[:300])
    return text(heard.told, "id")[:300] or outbound.external_id


def fetch(file: InboundFile, account: AccountView, keep: FileKeeper) -> InboundFile:
    """From the server itself, or from anywhere outside."""
    sha256, media_type = _server(account.settings.get("callback_url", "")).keep(file.reference, keep, MOST_FETCHED)
    told = file.media_type if file.media_type != "application/octet-stream" else ""
    return InboundFile(file.name, told or media_type or file.media_type, sha256=sha256)


def _server(url: str) -> Interface:
    return Interface(_origin(url) if url else "")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _told(outbound: Outbound, open_file: FileOpener) -> dict[str, object]:
    # `<our account>:<their id>`, or `<our account>/<our id>` of somebody who is signed in nowhere.
    whose = outbound.to.address.value[36:]
    number = outbound.reply_token.partition("-")[0]
    return {
        "version": VERSION,
        "event": "message",
        "id": outbound.external_id,
        "conversation": int(number) if number.isdecimal() else None,
        "to": whose[1:] if whose[:1] == ":" else "",
        "visitor": whose[1:] if whose[:1] == "/" else "",
        "name": outbound.to.name,
        "from": outbound.from_name,
        "text": outbound.text,
        "answers": outbound.in_reply_to,
        "language": outbound.language,
        "automatic": outbound.automatic,
        "files": [_file(one, open_file) for one in outbound.files],
    }


def _file(file: OutboundFile, open_file: FileOpener) -> dict[str, object]:
    content = base64.b64encode(open_file(file.sha256)).decode()
    return {"name": file.name, "media_type": file.media_type, "size": file.size, "content": content}
