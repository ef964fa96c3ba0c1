"""Forms of papers, outgoing and incoming."""
