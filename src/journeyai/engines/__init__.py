"""Who labels utterances and finds words: the `Engine` protocol and the table of engines."""
