"""`vungxanh simulate`: one working day of an agency, played through the real interface and compared with its truth."""
