"""How much a gradient can change, and what follows for descent."""
