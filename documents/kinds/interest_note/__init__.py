"""The interest note: what each delay cost, with its working."""
