"""Plans as far as the viewer may see them, what a template is filled with, and what differs between texts."""
