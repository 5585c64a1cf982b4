"""Laws of declarations: for every field of a :class:`~symgd.graph.primitive.Primitive` what must be so where it is declared."""
