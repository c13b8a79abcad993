"""Commands about the books and what is decided over them: sync, doubts, rules, run, explain, replay."""
