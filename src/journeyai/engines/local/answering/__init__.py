"""Answers to free questions without a language model: what the map, the sources and the guide say, word for word.

Every sentence about the sources points at its places.  What is not there is said not to be there, in one sentence.
"""

from journeyai.engines.local.answering.routing import answer

__all__ = ["answer"]
