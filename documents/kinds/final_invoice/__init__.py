"""The final invoice: an order less the advances paid for it."""
