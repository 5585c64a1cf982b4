"""Documents of a derivation in one format each."""
