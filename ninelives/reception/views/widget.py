"""`/widget.js`: the program for the organisation's own site, under an address that never changes."""

import gzip
from functools import cache

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.views.decorators.http import require_safe

from ninelives.reception.views.door import ALLOWED
from ninelives.ui.assets import DIST, FrontEndMissingError, url_of


@login_not_required
@require_safe
def widget(request: HttpRequest) -> HttpResponse:
    try:
        name, plain, packed = _program()
    except FrontEndMissingError as missing:
        raise Http404 from missing
    etag = f'"{name}"'
    response = HttpResponseNotModified() if etag in request.headers.get("If-None-Match", "") else HttpResponse()
    if response.status_code == 200:
        is_packed = "gzip" in request.headers.get("Accept-Encoding", "")
        response.content = packed if is_packed else plain
        response["Content-Type"] = "text/javascript; charset=utf-8"
        if is_packed:
            response["Content-Encoding"] = "gzip"
    response["ETag"], response["Cache-Control"], response["Vary"] = etag, "public, max-age=300", "Accept-Encoding"
    for header, value in ALLOWED.items():
        response[header] = value
    return response


@cache
def _program() -> tuple[str, bytes, bytes]:
    name = url_of("widget.js").rpartition("/")[2]
    plain = (DIST / name).read_bytes()
    return name, plain, gzip.compress(plain, 9, mtime=0)
