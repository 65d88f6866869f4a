"""The local engine's understanding of free requests."""

from journeyai.engines.local.proposing.propose import propose

__all__ = ["propose"]
