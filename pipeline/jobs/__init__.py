"""A day's work: verbs and doors joined."""
