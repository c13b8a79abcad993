"""What a creditor may do and when: contact, suspension, registers, confirmations."""
