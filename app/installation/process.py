"""The name of this process among all that work on a database."""

from __future__ import annotations

import os
import socket


def process_name() -> str:
    """Host and number, as claims and occurrences name the process that has them."""
    return f"{socket.gethostname()}:{os.getpid()}"
