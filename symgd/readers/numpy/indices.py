"""NumPy's indices of traced arrays that symgd's own do not have: masks of known truth values, and arrays of several axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from symgd.graph.node import Node
from symgd.graph.primitive import FUNCTIONS
from symgd.graph.proxy import Proxy
from symgd.graph.shape import Shape, show_shape

__all__ = ["taken", "without_masks"]


def without_masks(item: Any, shape: Shape) -> Any:
    """Return an index with row numbers in place of masks of NumPy's.

    Raises
    ------
    IndexError
        For a mask whose shape is not that of the axes it is for, as NumPy does.
    """
    parts = [_as_mask(part) for part in (item if isinstance(item, tuple) else (item,))]
    if not any(map(_is_mask, parts)):
        return item
    plain: list[Any] = []
    axis = 0
    for k, part in enumerate(parts):
        if part is Ellipsis:
            axis = len(shape) - sum(_axes_of(later) for later in parts[k + 1 :])
        elif _is_mask(part):
            if shape[axis : axis + part.ndim] != part.shape:
                raise IndexError(
                    f"a mask of shape {show_shape(part.shape)} does not index axes of sizes "
                    f"{show_shape(shape[axis : axis + part.ndim])}"
                )
            plain.extend(np.nonzero(part))
            axis += part.ndim
            continue
        else:
            axis += _axes_of(part)
        plain.append(part)
    return tuple(plain)


def _as_mask(part: Any) -> Any:
    """Return a list of truth values as an array."""
    is_list = isinstance(part, list) and len(part) > 0 and all(type(value) in (bool, np.bool_) for value in part)
    return np.array(part) if is_list else part


def _is_mask(part: Any) -> bool:
    return isinstance(part, np.ndarray) and not isinstance(part, Proxy) and part.dtype == bool and part.ndim > 0


def _axes_of(part: Any) -> int:
    """Return how many axes a part of an index is for."""
    return 0 if part is None or part is Ellipsis else part.ndim if _is_mask(part) else 1


def taken(node: Node, item: Any) -> Node:
    """Return entries of a formula, as NumPy's index takes them."""
    arrays = item if isinstance(item, tuple) else (item,)
    if len(arrays) > 1 and _is_one_array_beside_a_block(arrays):
        return _in_two_steps(node, arrays)
    are_numbers = all(isinstance(part, np.ndarray) and part.dtype.kind in "iu" for part in arrays)
    if not are_numbers or len(arrays) < 2 or all(part.ndim < 2 for part in arrays):
        return node[item]
    shape = np.broadcast_shapes(*(part.shape for part in arrays))
    if all(part.ndim == len(arrays) and part.size == part.shape[axis] for axis, part in enumerate(arrays)):
        for axis, part in enumerate(arrays):  # what np.ix_ makes
            node = node[(*(slice(None),) * axis, part.ravel())]
        return node
    rest = node.shape[len(arrays) :]
    rows = node[tuple(np.broadcast_to(part, shape).ravel() for part in arrays)]
    return FUNCTIONS["reshape"](rows, (*shape, *rest))


def _is_one_array_beside_a_block(parts: tuple[Any, ...]) -> bool:
    """Whether there is one array of row numbers, and the whole numbers stand beside it, so that its axis stays in place."""
    arrays = [k for k, part in enumerate(parts) if isinstance(part, list | np.ndarray)]
    others = [part for k, part in enumerate(parts) if k not in arrays]
    if len(arrays) != 1 or np.ndim(parts[arrays[0]]) != 1:
        return False
    if not all(part is None or part is Ellipsis or isinstance(part, int | np.integer | slice) for part in others):
        return False
    block = [k for k, part in enumerate(parts) if k in arrays or isinstance(part, int | np.integer)]
    return block[-1] - block[0] == len(block) - 1


def _in_two_steps(node: Node, parts: tuple[Any, ...]) -> Node:
    """Take rows by their numbers along one axis, and then index the other axes."""
    place = next(k for k, part in enumerate(parts) if isinstance(part, list | np.ndarray))
    axis = sum(map(_axes_of, parts[:place]))
    if Ellipsis in [part for part in parts[:place] if not isinstance(part, slice)]:
        axis = node.rank - sum(map(_axes_of, parts[place:]))
    rows = node[(*(slice(None),) * axis, parts[place])]
    return rows[(*parts[:place], slice(None), *parts[place + 1 :])]
