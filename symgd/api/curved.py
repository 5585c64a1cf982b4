"""The verb that proves or refutes convexity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from symgd.api.formulas import formula
from symgd.api.inputs import read, read_beside, read_seed, read_variables
from symgd.errors import SymgdError
from symgd.graph.node import Node, symbols_of

Variable = Any


def convexity(
    formula: Any,
    wrt: Variable | None = None,
    *,
    domain: Mapping[str, Sequence[Any]] | None = None,
    constraints: Sequence[Any] = (),
    seed: int = 0,
) -> Any:
    """Prove or refute that a scalar formula is convex; never guess.

    Parameters
    ----------
    formula : Node, text or SymPy expression
    wrt : Node, SymPy symbol, name or list, optional
        The variables; all inputs without it.
    domain : mapping of str to (low, high), optional
        Bounds of scalar variables; exact, None is unbounded.
    constraints : sequence of str, Node or SymPy relation
        Conditions that hold, such as ``"x - y > 0"``.
    seed : int
        Of the search for a counterexample.

    Returns
    -------
    Convexity
        ``kind`` (STRONGLY_CONVEX, STRICTLY_CONVEX, CONVEX, AFFINE, STRICTLY_CONCAVE, CONCAVE, NEITHER, UNKNOWN), ``proof``,
        ``witness``, ``modulus``, ``reason``.

    References
    ----------
    Boyd & Vandenberghe, *Convex Optimization*, 2004, chapter 3.

    Examples
    --------
    >>> import symgd as sg
    >>> loss = sg.formula("mean(log(1 + exp(-y*(X@w))))", shapes={"X": "m n", "y": "m", "w": "n"})
    >>> print(sg.convexity(loss, "w").kind)
    CONVEX
    >>> print(sg.convexity("x**3", domain={"x": (0, None)}).kind, sg.convexity("x**3").kind)
    STRICTLY_CONVEX NEITHER
    """
    from symgd.convexity.domain import read_domain
    from symgd.convexity.judge import judge

    source = read(formula)
    target = list(symbols_of(source)) if wrt is None else read_variables(source, wrt)
    conditions = [_condition(one, source) for one in constraints]
    return judge(source, target, read_domain(source, target, domain or {}, conditions), read_seed(seed))


def _condition(given: Any, source: Node) -> Node:
    condition = read_beside(given, source) if isinstance(given, str) else formula(given)
    if not condition.is_boolean:
        raise SymgdError(f"{str(given)[:60]} is not a condition", hint='as in "x - y > 0"')
    return condition
