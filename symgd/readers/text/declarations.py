"""What is declared of the names in a formula: shapes and facts, which every reader takes alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from symgd.errors import ParseError, ShapeError
from symgd.graph.conversion import name_of
from symgd.graph.shape import Shape, parse_shape

__all__ = ["FactsOf", "read_shapes", "refuse_unused"]

FactsOf = Mapping[str, Mapping[str, object]]
"""What is known of inputs, by name: the keywords of :func:`symgd.tensor`."""


def read_shapes(shapes: Mapping[str, object] | None) -> dict[str, Shape]:
    """Read declared shapes.

    Raises
    ------
    ShapeError
        For a declaration that is not a shape.
    """
    declared: dict[str, Shape] = {}
    for key, spec in (shapes or {}).items():
        name = name_of(key)
        try:
            declared[name] = parse_shape(spec)
        except ShapeError as error:
            raise ShapeError(f"the shape of {name[:40]}: {error.cause}", hint=error.hint) from None
    return declared


def refuse_unused(unused: Sequence[str], used: Iterable[str], text: str) -> None:
    """Refuse shapes of names that are not in a formula.

    Raises
    ------
    ParseError
        Where there is such a name.
    """
    if unused:
        names = ", ".join(list(used)[:8])
        hint = f"its names are {names}" if names else "leave shapes out"
        raise ParseError(f"a shape is given for {unused[0]}, which is not in the formula", formula=text, hint=hint)
