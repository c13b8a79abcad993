"""Commands about the books and what is decided over them: sync, rules, run, explain, replay."""
