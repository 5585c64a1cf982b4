"""Gradients along a structure: of a matrix that moves only as a symmetric, a diagonal or a Toeplitz matrix.

With G the gradient in free entries, the derivative in the parameters, written as a matrix of the same structure, is

    symmetric   G + Gᵀ − diag(G)            (one parameter for each pair of entries off the diagonal)
    diagonal    diag(G)
    toeplitz    T with T_ij = Σ over k − l = i − j of G_kl

References
----------
Petersen & Pedersen, *The Matrix Cookbook*, 2012, 2.8.
"""

from __future__ import annotations

from collections.abc import Callable

from symgd.arguments import read_choice
from symgd.errors import ShapeError
from symgd.graph.node import Node
from symgd.graph.shape import show_shape
from symgd.primitives.axes import transpose
from symgd.primitives.concatenation import concatenate
from symgd.primitives.constant_tensors import zeros
from symgd.primitives.diagonals import diag
from symgd.primitives.index_items import BACKWARDS, FULL
from symgd.primitives.indexing import index
from symgd.primitives.reshaping import reshape_record
from symgd.primitives.summation import sum
from symgd.primitives.windows import windows_record

__all__ = ["STRUCTURES", "along_structure"]


def _symmetric(gradient: Node) -> Node:
    return gradient + transpose(gradient) - diag(diag(gradient))


def _diagonal(gradient: Node) -> Node:
    return diag(diag(gradient))


def _toeplitz(gradient: Node) -> Node:
    """Sum along the diagonals: with zeros behind, each row read on by one place less stands one place further right."""
    n = gradient.shape[0]
    turned = index.make((gradient,), ((BACKWARDS, FULL),))
    wide = concatenate([turned, zeros((n, n))], axis=1)
    count = n * n * 2 - n
    flat = reshape_record.make((wide,), ((n * n * 2,),))
    skewed = reshape_record.make((index.make((flat,), (((None, count, None),),)),), ((n, n * 2 - 1),))
    diagonals = sum(skewed, axis=0)
    return index.make((windows_record.make((diagonals,), (-1, n)),), ((BACKWARDS, FULL),))


STRUCTURES: dict[str, Callable[[Node], Node]] = {"symmetric": _symmetric, "diagonal": _diagonal, "toeplitz": _toeplitz}


def along_structure(gradient: Node, structure: str) -> Node:
    """Return the gradient of a matrix that moves only within a structure.

    Raises
    ------
    SymgdError, ShapeError
        For an unknown structure, and for what is no square matrix.
    """
    read_choice(structure, STRUCTURES, "structure")
    if gradient.rank != 2 or gradient.shape[0] != gradient.shape[1]:
        raise ShapeError(f"a {structure} matrix is square, not {show_shape(gradient.shape)}")
    return STRUCTURES[structure](gradient)
