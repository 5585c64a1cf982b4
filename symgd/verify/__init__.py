"""Judges that know nothing of the derivation: 50-digit arithmetic and finite differences."""
