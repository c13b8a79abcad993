"""One module per channel: facts re-read, guards re-checked, the exact bytes prepared."""
