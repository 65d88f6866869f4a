"""A thin module a command: reads what was typed, asks the library, prints."""
