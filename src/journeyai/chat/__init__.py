"""The loop at the terminal in which a map is checked and refined."""
