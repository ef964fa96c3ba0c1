"""What the papers of the control room say, made from the figures that it shows."""
