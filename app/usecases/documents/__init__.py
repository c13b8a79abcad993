"""What is done with documents: issued once, written as files, sent to KSeF."""
