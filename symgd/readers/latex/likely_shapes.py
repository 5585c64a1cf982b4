r"""The shapes that names have in papers: capital letters are matrices, small ones vectors where the formula is a number then.

x^\top A x  →  {"x": "n", "A": "n n"}
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Mapping

from symgd.errors import SymgdError
from symgd.graph.node import Node
from symgd.graph.shape import Shape
from symgd.readers.latex.stream import TokenStream
from symgd.readers.text.shape_inference import unified

__all__ = ["likely_shapes"]

_MOST_NAMES = 6


def likely_shapes(text: str, known: Collection[str], read: Callable[[Mapping[str, Shape]], Node]) -> dict[str, str] | None:
    """Return shapes of all names that have none, with which a formula can be read; None where there are none.

    Parameters
    ----------
    text : str
    known : collection of str
        Names that have a shape.
    read : callable
        ``read(shapes) -> formula``.
    """
    names = [name for name in _names(text) if name not in known]
    matrices = [name for name in names if name[0].isupper()]
    others = [name for name in names if name not in matrices]
    if len(names) > _MOST_NAMES:
        return None
    used = {*names, *known}
    readings = []
    for count in range(len(others), -1, -1):  # y in ‖y − Xw‖ is a vector
        for vectors in itertools.combinations(others, count):
            ranks = {name: 2 if name in matrices else int(name in vectors) for name in names}
            if not any(ranks.values()):
                continue
            found = unified(ranks, used, read) or (unified(ranks, used, read, are_square=True) if matrices else None)
            if found is not None and not found[1].shape:
                return _written(found[0])
            if found is not None:
                readings.append(found[0])
    return _written(readings[-1]) if readings else None


def _written(shapes: Mapping[str, Shape]) -> dict[str, str]:
    return {name: " ".join(str(size).replace(" ", "") for size in shape) for name, shape in shapes.items() if shape}


def _names(text: str) -> list[str]:
    """Return the names of a formula, in order of appearance."""
    tokens = TokenStream(text)
    found: dict[str, None] = {}
    end_of_word = 0
    for place, token in enumerate(tokens.tokens):
        if token.text in _WORDS:
            end_of_word = next((k for k in range(place, len(tokens.tokens)) if tokens.tokens[k].text == "}"), place)
        is_below = place > 0 and tokens.tokens[place - 1].text == "_"
        tokens.position = place
        try:
            name = tokens.read_name() if tokens.is_name and not is_below and place >= end_of_word else None
        except SymgdError:
            return []
        if name is not None and name not in ("e", "pi", "d", "T") and not name.isdigit():
            found[name] = None
    return list(found)


_WORDS = (r"\operatorname", r"\text", r"\mathrm")
