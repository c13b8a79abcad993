"""`python -m app`: the same as the command `monitum`."""

from __future__ import annotations

from app.commands.main import main

main(prog_name="monitum")
