"""Eyes behind one protocol."""
