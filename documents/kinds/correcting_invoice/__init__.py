"""The correcting invoice: lines or particulars as they were and as they are."""
