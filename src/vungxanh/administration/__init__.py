"""Settings of the installation: what holds, what it is connected to, what runs by the clock, and how it is."""
