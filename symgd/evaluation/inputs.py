"""What the inputs of a formula are like: sizes for its named axes, whole numbers, the work that it means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from symgd.errors import DataError, ShapeError, SymgdError
from symgd.graph.node import Node, intern
from symgd.graph.shape import Dim, Size, show_shape, size_product, size_value
from symgd.graph.traversal import symbols_of, toposort

__all__ = ["TooLargeError", "check_facts", "check_work", "read_sizes", "row_numbers", "smaller", "work_of"]

_SMALL = (2, 3, 5, 4, 3, 2)
_ROUNDING = 8 * float(np.finfo(float).eps)
"""How far products of matrices may be from what they are declared to be."""
MAX_WORK = 100_000


class TooLargeError(SymgdError):
    """A formula is too large to be checked in 50-digit arithmetic."""


def read_sizes(values: Mapping[Node, Any]) -> dict[str, int]:
    """Read the symbolic sizes off arrays.

    Raises
    ------
    ShapeError
        Where an array does not have the shape of its input.
    """
    sizes: dict[str, int] = {}
    for node, value in values.items():
        shape = np.shape(value)
        if len(shape) != node.rank:
            raise ShapeError(f"{node.name} has shape {show_shape(node.shape)}, and its value {shape}")
        for size, length in zip(node.shape, shape, strict=True):
            if isinstance(size, Dim) and size.name is not None:
                sizes.setdefault(size.name, length)
    for node, value in values.items():
        wanted = tuple(size_value(size, sizes) for size in node.shape)
        if wanted != np.shape(value):
            raise ShapeError(f"{node.name} has shape {show_shape(node.shape)} = {wanted}, and its value {np.shape(value)}")
    return sizes


def check_facts(node: Node, value: Any, name: str | None = None, hint: str | None = None) -> None:
    """Refuse values that violate what is declared of an input: the formula may mean nothing there.

    Parameters
    ----------
    node : Node
    value : array
    name : str, optional
        What the value is, for errors; "the value of x" without it.
    hint : str, optional

    Raises
    ------
    DataError
    """
    array, facts = np.asarray(value, dtype=float), node.facts
    low, high = float(facts.interval.low), float(facts.interval.high)
    broken = None
    if (array <= low if facts.interval.open_low else array < low).any() or (
        array >= high if facts.interval.open_high else array > high
    ).any():
        broken = f"its numbers lie in {facts.interval}"
    elif facts.values is not None and not np.isin(array, [float(value) for value in facts.values]).all():
        broken = f"its numbers are {' or '.join(map(str, facts.values))}"
    elif facts.is_nonzero and not array.all():
        broken = "its numbers are not 0"
    elif facts.is_one_hot and not (np.isin(array, (0.0, 1.0)).all() and (array.sum(-1) == 1).all()):
        broken = "its rows are one-hot"
    elif facts.sums_to is not None and not np.allclose(array.sum(-1), float(facts.sums_to), rtol=1e-9, atol=0):
        broken = f"its rows sum to {facts.sums_to}"
    elif facts.is_symmetric and not np.allclose(array, array.T, rtol=0, atol=_ROUNDING * np.abs(array).max()):
        broken = "it is symmetric"
    elif facts.is_positive_semidefinite:
        least, rounding = np.linalg.eigvalsh(array).min(), _ROUNDING * len(array) * np.abs(array).max()
        if facts.is_positive_definite and least <= rounding:
            broken = "all its eigenvalues are positive"
        elif least < -rounding:
            broken = "it has no negative eigenvalue"
    if broken is not None:
        raise DataError(
            f"{name or f'the value of {node.name}'} is not what was declared: {broken}",
            hint=hint or "change the value, or the facts",
        )


def work_of(node: Node, sizes: Mapping[str, int]) -> int:
    """Return how many numbers a node computes (for products of tensors, how many it multiplies)."""
    size = node.primitive.work(node) if node.primitive.work is not None else size_product(node.shape)
    return size_value(size, sizes)


def check_work(formulas: Iterable[Node], sizes: Mapping[str, int]) -> None:
    """Refuse what would take minutes in 50-digit arithmetic.

    Raises
    ------
    TooLargeError
    """
    total = 0
    for node in toposort(formulas):
        total += work_of(node, sizes)
        if total > MAX_WORK:
            raise TooLargeError(
                f"the formula has more than {MAX_WORK:,} numbers to compute, which is too much for 50-digit arithmetic",
                hint="give large axes a name instead of a number: x: n",
            )


def row_numbers(nodes: Iterable[Node]) -> dict[Node, Size]:
    """Return the inputs, among the nodes of formulas, that hold whole numbers from 0 to below a size: they look up rows."""
    looked_up = (pair for node in nodes if node.primitive.whole is not None for pair in node.primitive.whole(node))
    return {arg: size for arg, size in looked_up if arg.is_symbol}


_LARGE = 8


def smaller(formulas: Sequence[Node], turn: int = 0) -> list[Node] | None:
    """Return the same formulas with small axes for large fixed ones, or None where that cannot be or changes nothing.

    Every turn has other small axes: sum(x) is x[0] + x[1] where an axis has two entries.
    """
    large = {size for node in symbols_of(*formulas) for size in node.shape if isinstance(size, int) and size > _LARGE}
    if not large:
        return None
    small = {size: _SMALL[(k + turn) % len(_SMALL)] for k, size in enumerate(sorted(large))}
    known: dict[Node, Node] = {}
    try:
        for node in toposort(formulas):
            if node.is_constant:
                known[node] = node
                continue
            params = _with_sizes(node.params, small)
            now = (
                node.primitive.make(tuple(known[arg] for arg in node.args), params)
                if node.args
                else intern(node.primitive, (), params)
            )
            if now.shape != _with_sizes(node.shape, small) or not _reaches(now):
                return None
            known[node] = now
    except (SymgdError, IndexError, ValueError, TypeError):
        return None
    return [known[formula] for formula in formulas]


def _reaches(node: Node) -> bool:
    """Whether what is taken out of an array, or placed in one, lies inside it."""
    if node.primitive.name not in ("index", "scatter"):
        return True
    sizes = node.args[0].shape if node.primitive.name == "index" else node.shape
    for size, item in zip(sizes, node.params[0], strict=False):
        ends = (
            (item + 1 if item >= 0 else -item,)
            if isinstance(item, int)
            else (abs(end) for end in item[:2] if isinstance(end, int))
        )
        if isinstance(size, int) and any(end > size for end in ends):
            return False
    return True


def _with_sizes(params: Any, sizes: Mapping[int, int]) -> Any:
    if isinstance(params, tuple) and type(params) is tuple:
        return tuple(_with_sizes(param, sizes) for param in params)
    return sizes.get(params, params) if type(params) is int else params
