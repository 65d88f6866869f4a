"""Values: what was said (`source`), what it does for the map (`observation`), the map (`journey`)."""
