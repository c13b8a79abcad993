"""The wiring: settings, and which part gets which."""
