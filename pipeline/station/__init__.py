"""The verification station's state and keys, once, for every screen."""
