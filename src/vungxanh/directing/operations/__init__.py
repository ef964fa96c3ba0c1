"""What is done in directing."""
