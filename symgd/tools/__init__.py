"""The command line, and the extensions of Sphinx and pytest."""
