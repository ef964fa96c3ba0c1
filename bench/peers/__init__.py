"""Other ways of taking declarations, each with the same duties as ours and as well written as its kind allows."""
