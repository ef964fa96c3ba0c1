"""The emulation movement: campaigns as files, how units launch them, what units, groups and people pledge."""
