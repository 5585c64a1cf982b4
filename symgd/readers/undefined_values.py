"""Numbers where a function has no value: log(0), Γ(0), tan(π/2), 1/(x − x) are refused by every reader, wherever they stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction

from symgd.errors import DomainError, SymgdError
from symgd.graph.assumptions import Sign, sign_of_number
from symgd.graph.conversion import is_finite
from symgd.graph.inference import Facts
from symgd.graph.node import SIZE, Node, Number, constant
from symgd.graph.primitive import Requirement
from symgd.graph.traversal import substitute, symbols_of, toposort
from symgd.primitives.arithmetic import add, mul

__all__ = ["refuse_undefined_numbers"]

_MAX_NODES = 30
"""Parts of an expression of numbers that is evaluated exactly; a longer one is left to the code."""
_MAX_TERMS = 20
"""Terms of a sum that may cancel."""

Terms = dict[tuple[Node, ...], Fraction]
"""A polynomial: the number in front of each product, whose factors stand in one order."""


def refuse_undefined_numbers(formula: Node, text: str | None = None) -> None:
    """Refuse a function of a number outside its domain.

    Parameters
    ----------
    formula : Node
    text : str, optional
        What was read.

    Raises
    ------
    DomainError
    """
    nodes = toposort((formula,))
    zeros = _cancelling(nodes)
    fixed = _fixed(nodes, zeros)
    for node in nodes:
        if not node.args or not all(arg in fixed for arg in node.args):
            continue
        if any(_lies_outside(arg, where, zeros) for arg, where in node.primitive.requirements(node)):
            raise DomainError(f"{node} has no value", formula=text, hint="the formula is defined nowhere")


def _fixed(nodes: Sequence[Node], zeros: Mapping[Node, Node]) -> set[Node]:
    """Return the nodes that are one number whatever the inputs are: those without inputs, and sums whose terms cancel."""
    fixed: set[Node] = set()
    for node in nodes:
        is_free = not node.is_symbol and node.primitive is not SIZE and all(arg in fixed for arg in node.args)
        if is_free or node in zeros:
            fixed.add(node)
    return fixed


def _cancelling(nodes: Sequence[Node]) -> dict[Node, Node]:
    """Return the sums whose terms cancel, as those of x − x do, each with 0."""
    terms: dict[Node, Terms | None] = {}
    for node in nodes:
        terms[node] = _terms(node, [terms[arg] for arg in node.args])
    return {node: constant(0) for node in nodes if node.primitive is add and terms[node] == {}}


def _terms(node: Node, args: Sequence[Terms | None]) -> Terms | None:
    """Return a node as a polynomial in its parts; None for a long one."""
    if node.is_exact:
        return {(): Fraction(node.value)} if node.value else {}
    if node.primitive is add:
        return _sum(args)
    if node.primitive is mul and all(arg is not None and len(arg) == 1 for arg in args):
        (factors, number), *others = (next(iter(arg.items())) for arg in args if arg is not None)
        for more, other in others:
            factors, number = factors + more, number * other
        return {tuple(sorted(factors, key=id)): number} if len(factors) <= _MAX_TERMS else None
    return {(node,): Fraction(1)}


def _sum(args: Sequence[Terms | None]) -> Terms | None:
    total: Terms = defaultdict(Fraction)
    for arg in args:
        if arg is None or len(total) + len(arg) > _MAX_TERMS:
            return None
        for product, number in arg.items():
            total[product] += number
    return {product: number for product, number in total.items() if number}


def _lies_outside(arg: Node, where: Requirement, zeros: Mapping[Node, Node]) -> bool:
    """Whether a number is certain to lie outside a set."""
    if arg in zeros:
        return not _contains(where, 0)
    if arg.is_constant:
        return is_finite(arg.value) and not _contains(where, arg.value)
    if arg.shape or len(toposort((arg,))) > _MAX_NODES:
        return False
    return _is_exactly_outside(arg, where, {node: zero for node, zero in zeros.items() if not node.shape})


def _contains(where: Requirement, value: Number) -> bool:
    return bool(where & sign_of_number(value)) if isinstance(where, Sign) else value in where


def _is_exactly_outside(arg: Node, where: Requirement, zeros: Mapping[Node, Node]) -> bool:
    from symgd.evaluation.exact import exact_number, lies_in

    try:
        (number,) = substitute([arg], zeros)
        if symbols_of(number) or not all(is_finite(part.value) for part in toposort((number,)) if part.is_constant):
            return False
        if isinstance(where, Sign) and not Facts().sign(number) & ~where:
            return False
        return lies_in(exact_number(number), where) is False
    except SymgdError:
        return False  # another part has no value, or none is known
