"""Sample companies, and the program that writes the invented one."""
