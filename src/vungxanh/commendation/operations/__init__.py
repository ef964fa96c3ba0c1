"""What is written about those who are to be honoured."""
