"""Ink on blanks."""
