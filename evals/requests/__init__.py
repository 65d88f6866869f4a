"""The known requests that the local engine's guesses rest on: taken from labelled ones, and how well they do."""
