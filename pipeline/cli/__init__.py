"""The command line: words for people, one command group a file."""
