"""A formula of tensors of numeric sizes, written out as a formula of scalars."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from symgd.errors import ShapeError, UnsupportedError
from symgd.evaluation.evaluator import entries_of
from symgd.graph.names import names_in
from symgd.graph.node import SYMBOL, Node, intern
from symgd.graph.traversal import substitute, symbols_of, toposort
from symgd.primitives.indexing import index

__all__ = ["ScalarForm", "scalar_form"]


class ScalarForm(NamedTuple):
    """A formula of scalars, and the entry that each new scalar stands for."""

    formula: Node
    entries: dict[Node, Node]


def scalar_form(formula: Node) -> ScalarForm:
    """Return a scalar formula in which all parts are scalars.

    Raises
    ------
    UnsupportedError
        For axes of symbolic size.
    """
    if all(not node.shape for node in toposort((formula,))):
        return ScalarForm(formula, {})
    originals = _renamed(formula)
    try:
        ((entries,), inputs) = entries_of(substitute([formula], {tensor: renamed for renamed, tensor in originals.items()}))
    except ShapeError:
        raise UnsupportedError("a Taylor expansion needs numeric sizes", hint="declare the shapes with numbers") from None
    written_out: Node = entries[()]
    places = {
        array[place]: index.make((originals.get(node, node),), (place,))
        for node, array in inputs.items()
        if node.shape
        for place in np.ndindex(*array.shape)
    }
    return ScalarForm(written_out, places)


def _renamed(formula: Node) -> dict[Node, Node]:
    """Return the tensors whose entries would have the names of other inputs, x_0 for x[0], by tensors of other names."""
    names = names_in(formula)
    renamed: dict[Node, Node] = {}
    for node in symbols_of(formula):
        base = node.name
        while node.shape and any(name.startswith(f"{base}_") for name in names):
            base += "_"
        if base != node.name:
            renamed[intern(SYMBOL, (), (base, node.facts, node.shape))] = node
    return renamed
