"""Plans are begun, written, moved, commented; those who owe one are reminded."""
