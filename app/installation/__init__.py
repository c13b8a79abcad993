"""The wiring, by concern: settings, and which part gets which."""
