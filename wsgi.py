"""The web server's entry: `gunicorn wsgi:app`."""

from __future__ import annotations

import gc

from api.app import create_app
from app.installation.system import System

app = create_app(System.from_environment().web.services)
# What serves for good is not looked through again by every collection: that would make one answer in a hundred late.
gc.collect()
gc.freeze()
