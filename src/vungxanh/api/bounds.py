"""Where the API stands and how much it takes; read by the dispatcher before Django is there."""

ROOT = "/api/"
LARGEST_BODY = 256 * 1024
