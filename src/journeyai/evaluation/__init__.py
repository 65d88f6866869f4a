"""How good a map is: gold corpora, what matches what, the figures, and how sure they are.

Everything here is counted by plain code from a map, the gold labels and the sources: nothing is asked of an engine,
so a map that was kept can be scored again at any time.
"""
