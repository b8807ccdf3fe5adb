"""Blankett reads scanned notifications into settled records, with nothing lost and nothing wrong in silence."""

__version__ = "0.1.0"
