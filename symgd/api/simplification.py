"""What every derivative passes through: functions recognised, the result simplified and proven equal."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from symgd.api.inputs import read, refuse_namesakes
from symgd.arguments import read_flag
from symgd.graph.inference import Facts, domain_of
from symgd.graph.node import Node
from symgd.graph.origins import remember_origin
from symgd.graph.proxy import through_proxies
from symgd.graph.traversal import stands_in, symbols_of
from symgd.primitives.piecewise import equal, sign
from symgd.rewrite.driver import Simplified, naming_rules
from symgd.rewrite.driver import simplify as _simplify
from symgd.rewrite.rule import Purpose

if TYPE_CHECKING:
    from symgd.typing import FormulaLike

What = Literal["gradient", "jacobian", "hessian"]


def recognise(loss: Node, targets: Node | Sequence[Node], prove: bool = True) -> Node:
    """Return what is differentiated: the formula with functions recognised in their naive spelling, isolated points settled."""
    nodes = [targets] if isinstance(targets, Node) else targets
    return settle(simplify_and_prove(loss, [loss], prove, "recognise").roots[0], nodes)


def settle(core: Node, nodes: Sequence[Node]) -> Node:
    """Return a formula whose isolated points are settled: a condition x = 0 does not move with x."""
    if not stands_in(equal, (core,)):
        return core
    from symgd.derive.taylor.isolated_points import settle_isolated_points

    return settle_isolated_points(core, nodes)


def simplify_and_prove(source: Node | None, raw: Sequence[Node], prove: bool, purpose: Purpose = "people") -> Simplified:
    """Simplify what is used where `source` is defined, and prove that it stayed the same."""
    prove = read_flag(prove, "prove")
    run = _simplify(raw, Facts(domain_of(source), is_inside=True) if source is not None else None, purpose)
    if not prove or not any(map(operator.is_not, raw, run.roots)):
        return run
    from symgd.equality.proof import proven

    with naming_rules(run.steps):
        roots = proven(raw, run.roots, source, fills_holes=purpose in ("code", "limit"))
    return Simplified(roots, run.steps if roots == run.roots else [])


def finish(loss: Node, *raw: Node, prove: bool = True) -> list[Node]:
    """Simplify derivatives of `loss`; where they are used, the formula itself is defined."""
    purpose: Purpose = "people" if stands_in(sign, (loss,)) else "derivative"
    simplified = simplify_and_prove(loss, raw, prove, purpose).roots
    remember_origin(simplified, loss)
    return simplified


def slope_of(loss: Node, raw: Node, targets: Node | Sequence[Node], prove: bool = True) -> Node:
    """Return a first derivative that may be differentiated again.

    What is declared of a variable's structure (Aᵀ = A, Σy = 1) holds at the point but not around it, where the variable moves
    freely: such a slope is differentiated as it came out, not as it is simplified to be read.
    """
    nodes = [targets] if isinstance(targets, Node) else targets
    is_structured = any(node.facts.is_symmetric or node.facts.sums_to is not None for node in nodes)
    return raw if is_structured else finish(loss, raw, prove=prove)[0]


@through_proxies
def simplify(expression: FormulaLike, *, prove: bool = True, keep_domain: bool = True) -> Node:
    """Return an equal formula that is shorter to read, and stable for numbers.

    Parameters
    ----------
    expression : Node, text or SymPy expression
        Of any shape.
    prove : bool
        Prove that the result equals the formula, before it is returned.
    keep_domain : bool
        Whether the result has values at the same points as the formula. If not, it equals the formula where that has values,
        and may have more: x·y/x is y, and (√x)² is x. Derivatives are simplified so, as they are used where their formula is.

    Returns
    -------
    Node
        Of the shape of the formula.

    Raises
    ------
    ParseError
        For a text that is not a formula.
    SymgdError
        For anything else that cannot be read as a formula.

    Examples
    --------
    >>> import symgd as sg
    >>> sg.simplify(sg.formula("log(1 + exp(x)) + 2*x + x"))
    softplus(x) + 3*x
    >>> sg.simplify("y*z/(x*y*z)", keep_domain=False)
    1/x
    """
    source = read(expression)
    refuse_namesakes(symbols_of(source))
    inside = None if read_flag(keep_domain, "keep_domain") else source
    simplified = simplify_and_prove(inside, [source], prove).roots
    remember_origin(simplified, source)
    return simplified[0]
