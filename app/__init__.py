"""The application: what is done with Monitum, how its parts are wired, and its command line."""
