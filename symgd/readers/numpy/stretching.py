"""NumPy's rule for operands of different ranks that stretch each other: (n, 1) beside (m,) is (n, m).

symgd's own operators refuse it, for it is mostly a mistake. A traced function means what NumPy computes, so there it is
followed, with a warning.
"""

from __future__ import annotations

import itertools
import warnings
from typing import Any

import numpy as np

from symgd.errors import SymgdWarning
from symgd.graph.conversion import operand
from symgd.graph.node import Node
from symgd.graph.shape import show_shape, stretch_each_other

__all__ = ["stretched"]


def stretched(*operands: Any) -> tuple[Any, ...]:
    """Return operands of one rank, where operands of different ranks stretch each other; else the operands as they are.

    Warns
    -----
    SymgdWarning
        Where they do.
    """
    if len(operands) < 2 or not any(isinstance(one, Node) for one in operands):
        return operands
    nodes = [operand(one) if isinstance(one, Node | np.ndarray | list) else None for one in operands]
    shapes = [node.shape for node in nodes if node is not None]
    pairs = [pair for pair in itertools.combinations(shapes, 2) if stretch_each_other(*pair)]
    if not pairs:
        return operands
    left, right = pairs[0]
    warnings.warn(
        f"operands of the shapes {show_shape(left)} and {show_shape(right)} are both stretched, as NumPy does; "
        "where that is not meant, index one of them",
        SymgdWarning,
        stacklevel=4,
    )
    rank = max(map(len, shapes))
    return tuple(
        one if node is None or not node.shape else node[(None,) * (rank - node.rank)] if node.rank < rank else node
        for one, node in zip(operands, nodes, strict=True)
    )
