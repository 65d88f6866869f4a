"""Finds personal data, hides it before anything leaves this machine, and puts it back into what comes in return."""

from journeyai.privacy.finding import find
from journeyai.privacy.found import KINDS, Found, Kind
from journeyai.privacy.masking import Masker

__all__ = ["KINDS", "Found", "Kind", "Masker", "find"]
