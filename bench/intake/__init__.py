"""Declarations over HTTP: ours beside others with the same duties, each acknowledged one looked for afterwards."""
