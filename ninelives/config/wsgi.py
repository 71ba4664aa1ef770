"""The screens and the API. Files of the front end are served from memory-mapped copies, for ever cacheable."""

import os
from collections.abc import Iterable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ninelives.config.settings")

from django.core.wsgi import get_wsgi_application
from whitenoise import WhiteNoise

from ninelives.foundation.standing_back import stand_back
from ninelives.ui.assets import DIST, has_hash

_pages = get_wsgi_application()


def _standing_back(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    stand_back()
    return _pages(environ, start_response)


application = WhiteNoise(_standing_back, root=str(DIST), prefix="static/", immutable_file_test=has_hash, max_age=600)
