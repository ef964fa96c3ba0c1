"""Views of the boards, by subject."""
