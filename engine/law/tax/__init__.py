"""What tax law asks: bad debts, exchange days, KSeF, retention."""
