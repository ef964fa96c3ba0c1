"""The asynchronous door beside Django: what must be answered even when every page thread is busy."""
