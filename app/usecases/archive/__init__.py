"""What is done with the archive: found, shown, exported, decided again, anchored, erased, held."""
