"""Functions of entries with one argument that moves: a function of one number, of something monotone along every line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace

from symgd.curvature.domain import Domain, read_domain
from symgd.curvature.kinds.one_variable import shape_of_one_variable
from symgd.curvature.proof import Step
from symgd.curvature.rules.lifting import ScalarFunction, leaves_of, scalar_function
from symgd.errors import SymgdError
from symgd.evaluation.effort import Effort
from symgd.graph.assumptions import Curvature
from symgd.graph.inference import Facts
from symgd.graph.node import Node

__all__ = ["domain_of_scalar", "leaves_on_lines", "scalar_of", "shape_of_entry"]

UNITS = 1_000_000
"""The work that one function of entries is worth."""


class _AsKnown(dict[Node, SimpleNamespace]):
    """What moves monotonically along every line, where curvatures are asked for."""

    def __init__(self, quasi: Callable[[Node], Curvature]) -> None:
        super().__init__()
        self.quasi = quasi

    def __missing__(self, node: Node) -> SimpleNamespace:
        return SimpleNamespace(curvature=self.quasi(node))


def leaves_on_lines(node: Node, quasi: Callable[[Node], Curvature], moving: set[Node]) -> Iterator[tuple[Node, ...]]:
    """Yield where the function of entries that a node computes can end, with one node that moves.

    Parameters
    ----------
    node : Node
    quasi : callable
        Returns AFFINE of what is monotone along every line.
    moving : set of Node
    """
    if not node.primitive.is_elementwise:
        return
    choices = dict.fromkeys(leaves_of(node, _AsKnown(quasi), moving, is_deep) for is_deep in (False, True))
    for leaves in choices:
        if leaves is not None and sum(leaf in moving for leaf in leaves) == 1:
            yield leaves


def scalar_of(node: Node, leaves: tuple[Node, ...], moving: set[Node], facts: Facts) -> ScalarFunction | None:
    """Return the function of one number, or None."""
    written = scalar_function(node, leaves, moving, facts)
    return None if written is None or len(written.variables) != 1 else written


def domain_of_scalar(written: ScalarFunction) -> Domain | None:
    """Return where the number lies, or None where the function needs more than that."""
    try:
        domain = read_domain(written.formula, written.variables, {}, [])
    except SymgdError:
        return None
    return None if domain.natural else domain


def shape_of_entry(node: Node, leaves: tuple[Node, ...], moving: set[Node], facts: Facts, effort: Effort) -> Step | None:
    """Return what is known of the function of one number, as a step."""
    written = scalar_of(node, leaves, moving, facts)
    domain = None if written is None else domain_of_scalar(written)
    if written is None or domain is None:
        return None
    try:
        return shape_of_one_variable(written.formula, written.variables[0], domain, effort.part(UNITS))
    except SymgdError:
        return None
