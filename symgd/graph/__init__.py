"""What a formula is: sizes, facts, primitives, nodes, and the walks over them."""
