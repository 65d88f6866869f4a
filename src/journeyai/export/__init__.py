"""Hands a map on: as JSON, as one Markdown page; and reads it the way people do (`reading`, `plot`, `plain`)."""
