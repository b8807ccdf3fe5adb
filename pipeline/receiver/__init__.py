"""The reference recipient, a real HTTP service for demonstrations and tests."""
