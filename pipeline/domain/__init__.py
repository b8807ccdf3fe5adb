"""Nouns: frozen facts that flow downhill through the stages."""
