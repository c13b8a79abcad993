"""Commands about the installation: release, serve, doctor, keys, demo."""
