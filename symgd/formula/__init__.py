"""Ways into the graph, and back."""
