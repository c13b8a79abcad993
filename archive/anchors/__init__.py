"""What binds the log to the world outside: witnesses and timestamps."""
