"""What an attacker or an operator does to the archive, done for real. Run: python -m tests.drills.NAME"""
