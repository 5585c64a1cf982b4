"""Matrices of data in quadratic forms, in terms of what decides the curvature: their symmetric parts.

    xᵀAx = xᵀSx,   S = (A + Aᵀ)/2

A matrix is replaced where no other place of it is left. A symmetric part that is negative semidefinite is written as −N.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from symgd.curvature.data_facts import definiteness_of_symmetric_part
from symgd.curvature.second_derivatives.index_products import Expansion, Network
from symgd.evaluation.entries import Array
from symgd.graph.node import SYMBOL, Node, intern
from symgd.graph.traversal import depends_on, substitute, symbols_of, toposort
from symgd.primitives.axes import transpose

__all__ = ["SymmetricParts", "symmetric_parts"]

_MAX_FACTORS = 6

Order = tuple[tuple[int, tuple[int, ...]], ...]
"""Factors, and their labels as numbers."""


@dataclass(frozen=True)
class SymmetricParts:
    """A formula with symmetric parts in the place of matrices.

    Attributes
    ----------
    formula : Node
    values : mapping of Node to array
        The data, with those of the new inputs.
    meaning : mapping of Node to Node
        Each new input as a formula of the matrix it was made of.
    """

    formula: Node
    values: Mapping[Node, Array]
    meaning: Mapping[Node, Node]

    @property
    def in_words(self) -> str:
        """What the new inputs are."""
        return ", ".join(f"{part} = {meaning}" for part, meaning in self.meaning.items())


def symmetric_parts(formula: Node, values: Mapping[Node, Array]) -> SymmetricParts | None:
    """Replace matrices that stand in quadratic forms alone; None where there is none.

    Parameters
    ----------
    formula : Node
    values : mapping of Node to array
        Data; floats are the decimals they print as.
    """
    parts = SymmetricParts(formula, values, {})
    for matrix, array in values.items():
        if array.ndim == 2 and array.shape[0] == array.shape[1] and matrix.shape[0] == matrix.shape[1]:
            parts = _with_part(parts, matrix, array)
    return parts if parts.meaning else None


def _with_part(known: SymmetricParts, matrix: Node, array: Array) -> SymmetricParts:
    is_symmetric = np.array_equal(array, array.T)
    sign = -1 if definiteness_of_symmetric_part(-array)[0] else 1
    if is_symmetric and sign > 0:
        return known
    part = _input(matrix, known.formula, sign, sign * array)
    formula = _replaced(known.formula, matrix, sign * part, is_symmetric)
    if matrix in symbols_of(formula):
        return known
    values = {node: value for node, value in known.values.items() if node is not matrix}
    values[part] = sign * (array / 2 + array.T / 2)
    return SymmetricParts(formula, values, {**known.meaning, part: sign * (matrix + transpose(matrix)) / 2})


def _input(matrix: Node, formula: Node, sign: int, array: Array) -> Node:
    taken = {node.name for node in symbols_of(formula)}
    title = f"{matrix.name}_{'symmetric' if sign > 0 else 'negated'}"
    names = itertools.chain([title], (f"{title}_{k}" for k in itertools.count(1)))
    name = next(candidate for candidate in names if candidate not in taken)
    is_semidefinite, is_definite = definiteness_of_symmetric_part(array)
    facts = dataclasses.replace(
        type(matrix.facts)(),
        is_symmetric=True,
        is_positive_semidefinite=is_semidefinite,
        is_positive_definite=is_definite,
    )
    return intern(SYMBOL, (), (name, facts, matrix.shape))


def _replaced(formula: Node, matrix: Node, part: Node, is_symmetric: bool) -> Node:
    """Replace a matrix in its quadratic forms; everywhere, where it is its symmetric part itself."""
    if is_symmetric:
        return substitute([formula], {matrix: part})[0]
    touched = depends_on((formula,), [matrix])
    forms = [node for node in toposort((formula,)) if node in touched and not node.shape and _is_form(node, matrix)]
    return substitute([formula], {form: substitute([form], {matrix: part})[0] for form in forms})[0]


def _is_form(node: Node, matrix: Node) -> bool:
    """Whether a number is linear in a matrix, and the same for its transpose."""
    networks = Expansion().of(node)
    if networks is None:
        return False
    same: dict[Order, Fraction] = defaultdict(Fraction)
    for network in networks:
        if len(network.factors) > _MAX_FACTORS or not _is_linear(network, matrix):
            return False
        same[_order(network.factors)] += network.coefficient
        same[_order(_transposed(network, matrix))] -= network.coefficient
    return not any(same.values())


def _is_linear(network: Network, matrix: Node) -> bool:
    atoms = [atom for atom, _ in network.factors]
    return atoms.count(matrix) == 1 and not any(atom is not matrix and matrix in symbols_of(atom) for atom in atoms)


Factors = Sequence[tuple[Node, tuple[int, ...]]]


def _transposed(network: Network, matrix: Node) -> Factors:
    return [(atom, labels[::-1] if atom is matrix else labels) for atom, labels in network.factors]


def _order(factors: Factors) -> Order:
    """Return a contraction to a number with its factors in one order and its labels renamed: equal ones become the same."""
    alike = [list(group) for _, group in itertools.groupby(sorted(factors, key=lambda factor: id(factor[0])), lambda f: f[0])]
    orders = itertools.product(*(itertools.permutations(group) for group in alike))
    return min(_renamed(list(itertools.chain.from_iterable(order))) for order in orders)


def _renamed(factors: Factors) -> Order:
    names: dict[int, int] = {}
    return tuple((id(atom), tuple(names.setdefault(label, len(names)) for label in labels)) for atom, labels in factors)
