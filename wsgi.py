"""The web server's entry: `gunicorn wsgi:app`."""

from __future__ import annotations

from api.app import create_app
from bootstrap import System

app = create_app(System.from_environment().services)
