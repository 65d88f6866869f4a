"""Labelled pairs of a belief and what customers say, and how well the two are matched by meaning."""
