"""What a formula is: sizes, facts, primitives, nodes, and traversals of them."""
