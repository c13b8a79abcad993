"""Rules in plain sentences, Polish and English."""
