"""The local engine's summary of one transcript: words of the source, chosen; no sentence is made up."""

from journeyai.engines.local.summarising.summarise import summarise

__all__ = ["summarise"]
