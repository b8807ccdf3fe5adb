"""Teaching the readers: drawn examples, networks, and how they become files in the package; see README.md."""
