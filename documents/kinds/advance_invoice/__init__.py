"""The advance invoice: what was paid of an order before its supply."""
