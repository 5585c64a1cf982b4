"""NumPy's calls on stacks of matrices and on all axes at once: linear algebra, einsum with an ellipsis, flat running sums."""

from __future__ import annotations

import itertools
import string
from collections.abc import Callable
from math import prod
from typing import Any

from symgd.errors import ShapeError, UnsupportedError
from symgd.graph.conversion import Operand, as_node
from symgd.graph.node import Node
from symgd.graph.primitive import FUNCTIONS
from symgd.graph.shape import Shape, lengths, show_shape
from symgd.readers.numpy.binding import leaves_numbers

__all__ = ["OF_STACKS"]

_MOST_MATRICES = 100


def _of_each(name: str) -> Callable[[Operand], Node]:
    """Return a function of a matrix, for each matrix of a stack."""

    def build(a: Operand) -> Node:
        x = as_node(a)
        if x.rank < 3:
            return FUNCTIONS[name](x)
        return _joined([FUNCTIONS[name](x[place]) for place in _places(name, x.shape[:-2])], x.shape[:-2])

    return build


def _solve(a: Operand, b: Operand) -> Node:
    """Solve for each matrix of a stack; right sides are one vector, or matrices."""
    x, y = as_node(a), as_node(b)
    if x.rank < 3 and y.rank < 3:
        return FUNCTIONS["solve"](x, y)
    lead, lead_of_sides = x.shape[:-2], y.shape[:-2]
    if lead and lead_of_sides and lead != lead_of_sides:
        raise ShapeError(f"stacks of matrices {show_shape(x.shape)} and of right sides {show_shape(y.shape)} differ in shape")
    shape = lead or lead_of_sides
    solutions = [
        FUNCTIONS["solve"](x[place] if lead else x, y[place] if lead_of_sides else y) for place in _places("solve", shape)
    ]
    return _joined(solutions, shape)


def _places(name: str, shape: Shape) -> list[tuple[int, ...]]:
    """Return the places of the matrices in a stack."""
    sizes = lengths(shape)
    if sizes is None or prod(sizes) > _MOST_MATRICES:
        raise UnsupportedError(
            f"numpy.{name} of {show_shape(shape)} matrices: at most {_MOST_MATRICES}, whose number is given, are known",
            hint="write the formula for one matrix",
        )
    return list(itertools.product(*map(range, sizes)))


def _joined(results: list[Node], shape: Shape) -> Node:
    stacked: Node = FUNCTIONS["stack"](results)
    return stacked if len(shape) == 1 else FUNCTIONS["reshape"](stacked, (*shape, *stacked.shape[1:]))


def _einsum(subscripts: Any, *operands: Any, order: object = "K") -> Node:
    """Write out the axes of an ellipsis."""
    if isinstance(subscripts, str) and "..." in subscripts:
        subscripts = _written_out(subscripts, [as_node(one).shape for one in operands])
    return FUNCTIONS["einsum"](subscripts, *operands)


def _written_out(subscripts: str, shapes: list[Shape]) -> str:
    given, arrow, kept = subscripts.replace(" ", "").partition("->")
    parts = given.split(",")
    if len(parts) != len(shapes):
        raise ShapeError(f"{subscripts!r} is a pattern of {len(parts)} arrays, not {len(shapes)}")
    free = [letter for letter in string.ascii_letters if letter not in subscripts]
    leads = [_of_ellipsis(part, shape) for part, shape in zip(parts, shapes, strict=True)]
    longest = max(leads, key=len)
    if any(lead != longest[len(longest) - len(lead) :] for lead in leads):
        raise ShapeError(f"the axes of ... in {subscripts!r} do not have the same sizes", hint="index with None and multiply")
    letters = "".join(free[: len(longest)])
    written = [part.replace("...", letters[len(longest) - len(lead) :]) for part, lead in zip(parts, leads, strict=True)]
    if not arrow:
        once = sorted(letter for letter in set(given) - set(".,") if given.count(letter) == 1)
        kept = "..." + "".join(once)
    if "..." not in kept and letters:
        raise ShapeError(f"the axes of ... are summed in {subscripts!r}, which NumPy refuses", hint="write ... behind ->")
    return f"{','.join(written)}->{kept.replace('...', letters)}"


def _of_ellipsis(part: str, shape: Shape) -> Shape:
    """Return the sizes of the axes that an ellipsis stands for."""
    before, dots, after = part.partition("...")
    return shape[len(before) : len(shape) - len(after)] if dots else ()


def _running(name: str) -> Callable[..., Node]:
    """Return a running sum or product; of all entries in a row where no axis is given."""

    def build(a: Operand, axis: Any = None, dtype: object = None, out: object = None) -> Node:
        leaves_numbers(name, "dtype", dtype)
        leaves_numbers(name, "out", out)
        x = as_node(a)
        if axis is None and x.rank != 1:
            return FUNCTIONS[name](FUNCTIONS["ravel"](x), axis=0)
        return FUNCTIONS[name](x, axis=0 if axis is None else axis)

    return build


OF_STACKS: dict[str, Callable[..., Any]] = {
    **{name: _of_each(name) for name in ("inv", "det")},
    "solve": _solve,
    "einsum": _einsum,
    **{name: _running(name) for name in ("cumsum", "cumprod")},
}
