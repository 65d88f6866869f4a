"""Finding passages again: the study's own store, its vectors, keywords, and the search over all three."""
