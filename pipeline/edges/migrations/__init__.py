"""Revisions of the tables, from the first release on."""
