"""Doors: everything that touches the world."""
