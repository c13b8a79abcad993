"""The rule language: YAML into the engine, and back."""
