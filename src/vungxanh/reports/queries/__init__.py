"""What the boards show, put together from the modules below: a unit's day, the control room, two weeks."""
