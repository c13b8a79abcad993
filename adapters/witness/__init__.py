"""The log as a witness on another machine asks for it."""
