"""Words: wordings in a sandbox, formats of numbers and dates, amounts in words."""
