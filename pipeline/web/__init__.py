"""Pages that are served or handed over."""
