"""The local engine's heads: the sentences they learn from, and their training."""
