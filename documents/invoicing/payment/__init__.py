"""How an invoice is paid: terms, what was paid before, and the code of a transfer."""
