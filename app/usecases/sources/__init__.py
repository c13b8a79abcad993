"""What is done with a source before its books are mirrored: looked at, as it would be read."""
