"""A study on disk: `journey.toml`, `sources/`, `map.json`, and `.journeyai/` beside them."""
