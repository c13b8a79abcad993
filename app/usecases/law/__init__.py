"""What the law says of a case in figures, and of an account in the white list."""
