"""What people write (rulesets, guards, cases) and the code that reads, checks and explains it."""
