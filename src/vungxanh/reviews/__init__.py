"""Launch reports, interim, annual and final reviews of a movement: drafted from what was counted, edited, issued."""
