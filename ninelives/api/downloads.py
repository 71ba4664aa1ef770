"""Bytes of strangers: handed over as they are, never shown in place."""

import io
from typing import Any

from django.http import FileResponse

from ninelives.api.problems import GONE, Problem
from ninelives.foundation import files

MEDIA_TYPE = "application/octet-stream"
# For OpenAPI: what ninja cannot tell by itself.
OCTETS: dict[str, Any] = {
    "responses": {
        200: {"description": "The bytes", "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}}
    }
}


def of_file(sha256: str, name: str) -> FileResponse:
    """Streamed, as a file may be large. Raises Problem when the data folder lost it."""
    try:
        return _download(files.path_of(sha256).open("rb"), name)
    except FileNotFoundError as reason:
        raise Problem(GONE) from reason


def octets(content: bytes, name: str) -> FileResponse:
    return _download(io.BytesIO(content), name)


def _download(stream: Any, name: str) -> FileResponse:
    # A name from a mail may have anything in it; a header may not.
    safe = "".join(letter for letter in name if letter.isprintable()).replace("/", "_") or "file"
    response = FileResponse(stream, as_attachment=True, filename=safe, content_type=MEDIA_TYPE)
    response["X-Content-Type-Options"] = "nosniff"
    return response
