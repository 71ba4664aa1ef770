"""The screens and the API. Files of the front end are served from memory-mapped copies, for ever cacheable."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ninelives.config.settings")

from django.core.wsgi import get_wsgi_application
from whitenoise import WhiteNoise

from ninelives.ui.assets import DIST, has_hash

application = WhiteNoise(
    get_wsgi_application(), root=str(DIST), prefix="static/", immutable_file_test=has_hash, max_age=600
)
