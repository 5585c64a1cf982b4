"""The function that proves or refutes convexity."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from symgd.api.formula import formula
from symgd.api.inputs import ranges_of, read, read_beside, read_values, read_variables, read_with_data, refuse_namesakes
from symgd.api.restatement import Restated, is_undefined, restated
from symgd.arguments import read_budget, read_choice, read_function, read_mapping, read_seed
from symgd.array_entries import Foreign
from symgd.errors import SymgdError, shown
from symgd.evaluation.exact import exact_coordinate
from symgd.graph.assumptions import Interval
from symgd.graph.conversion import is_sympy, name_of
from symgd.graph.node import Node
from symgd.graph.traversal import substitute, symbols_of, toposort

if TYPE_CHECKING:
    from symgd.arrays import Array
    from symgd.curvature.domain import Domain
    from symgd.curvature.kind import Kind
    from symgd.curvature.verdict import Convexity
    from symgd.typing import FormulaLike, Values, Variable


def convexity(
    formula: FormulaLike,
    wrt: Variable | None = None,
    *,
    domain: Values | None = None,
    constraints: Sequence[FormulaLike] = (),
    data: Values | None = None,
    kind: str = "convex",
    budget: float | None = None,
    seed: int = 0,
    progress: Callable[[str], None] | None = None,
) -> Convexity:
    """Prove or refute that a scalar formula is convex, or of a kind beside; never guess.

    A formula is convex where f(θa + (1 − θ)b) ≤ θf(a) + (1 − θ)f(b) for all a, b of its domain and 0 ≤ θ ≤ 1; strictly where
    the relation is <; strongly with modulus m where f − m/2·‖x‖² is convex. It is quasiconvex where the right side is
    max(f(a), f(b)); log-convex where f ≥ 0 and, for 0 < θ < 1, it is f(a)^θ·f(b)^(1−θ). Quasiconcave and log-concave formulas
    satisfy the relation ≥, with min for max. What is not a variable is held fixed, at any value.

    Parameters
    ----------
    formula : Node, text or SymPy expression
    wrt : Node, SymPy symbol, name or list, optional
        The variables; where it is left out, all inputs without data but those that are declared to take single values only.
    domain : mapping, optional
        Bounds of variables: ``{"x": (0, None)}`` with exact ends (numbers, texts such as "1/2", SymPy numbers), None for
        unbounded; or a text with open and closed ends, ``{"x": "(0, 1]"}``; or a SymPy Interval. A tensor's bounds are those of
        its entries.
    constraints : sequence of str, Node or SymPy relation
        Conditions that hold, such as ``"x - y > 0"``.
    data : mapping of Node, SymPy symbol or name to array, optional
        Values of other inputs. They must be what is declared. Their signs, bounds, symmetry and definiteness are then known,
        least squares with these data are strongly convex with modulus λ_min, and small formulas are judged entry by entry.
    kind : str
        What is asked: "convex" (concave and affine formulas are recognized, too), "quasiconvex", "quasiconcave", "log-convex"
        or "log-concave".
    budget : float, optional
        Seconds after which the search stops; the verdict is then UNKNOWN. Without it only the counted work is
        limited, so that the verdict is the same on every machine.
    seed : int
        Of the search for a counterexample.
    progress : callable, optional
        Called with the name of each stage as it begins.

    Returns
    -------
    Convexity
        ``kind`` (STRONGLY_CONVEX, STRICTLY_CONVEX, CONVEX, AFFINE, STRICTLY_CONCAVE, CONCAVE, NEITHER, UNKNOWN; where another
        kind is asked, QUASICONVEX, NOT_QUASICONVEX and so on, or UNKNOWN), ``proof``, ``witness``, ``modulus``, ``reason``,
        ``domain``.

    Raises
    ------
    SymgdError
        For bounds or constraints on what is not an input, for an empty domain, and for a kind that is not known.
    DeclarationError
        Where the verdict rests on a function declared outside symgd of which a false fact is declared. Each is judged once,
        which takes about half a second.

    References
    ----------
    Boyd & Vandenberghe, *Convex Optimization*, 2004, chapter 3; sections 3.4 and 3.5 for the kinds beside.

    Examples
    --------
    >>> import symgd as sg
    >>> loss = sg.formula("mean(log(1 + exp(-y*(X@w))))", shapes={"X": "m n", "y": "m", "w": "n"})
    >>> print(sg.convexity(loss, "w").kind)
    CONVEX
    >>> print(sg.convexity("x**3", domain={"x": (0, None)}).kind, sg.convexity("x**3").kind)
    STRICTLY_CONVEX NEITHER
    >>> print(sg.convexity("x**2 + 2*y**2 + x*y").modulus)
    3 - sqrt(2)
    >>> print(sg.convexity("exp(-x**2/2)", kind="log-concave").kind, sg.convexity("sqrt(abs(x))", kind="quasiconvex").kind)
    LOG_CONCAVE QUASICONVEX
    >>> print(sg.convexity("1/(1 + x**2)", kind="log-concave").witness.points.check())
    True
    """
    from symgd.api.convexity_with_data import with_data
    from symgd.curvature.data_facts import with_facts_of
    from symgd.curvature.kind import Kind
    from symgd.curvature.prover import prove_or_refute
    from symgd.curvature.small_instances import with_numbers
    from symgd.curvature.symmetric_parts import symmetric_parts

    data = None if data is None else read_mapping(data, "data", "data={name: array}")
    source = read_with_data(formula, data)
    asked = _kind(kind)
    seconds = read_budget(budget)
    if progress is not None:
        progress = read_function(progress, "progress", "progress=print")
    refuse_namesakes(symbols_of(source))
    view = _in_functions(source, wrt)
    if view is not None:
        source = view.formula
        domain = view.named(domain) if isinstance(domain, Mapping) else domain
    if view is not None and wrt is not None:
        target = view.variables
    elif wrt is None:
        data_names = {name_of(key) for key in data or ()}
        target = [node for node in symbols_of(source) if node.name not in data_names and node.facts.values is None]
    else:
        target = read_variables(source, wrt)
    values = None if data is None else read_values(source, target, data, is_complete=False)
    if values:
        known = {node: with_facts_of(node, array) for node, array in values.items()}
        (source,) = substitute([source], known)
        values = {known[node]: array for node, array in values.items()}
    region = read_region(source, target, domain, constraints, values)
    end = time.monotonic() + seconds
    verdict = prove_or_refute(source, target, region, kind=asked, budget=seconds, seed=read_seed(seed), report=progress)
    if values and asked is None and verdict.kind is Kind.UNKNOWN:
        parts = None if constraints else symmetric_parts(source, values)
        if parts is not None:
            region_of_parts = read_region(parts.formula, target, domain, (), parts.values)
            remaining = max(0.0, end - time.monotonic())
            verdict_of_parts = prove_or_refute(parts.formula, target, region_of_parts, budget=remaining, seed=read_seed(seed))
            # a counterexample holds for the data as they are, unrounded
            if verdict_of_parts.kind not in (Kind.UNKNOWN, Kind.NEITHER):
                verdict_of_parts = with_data(verdict_of_parts, parts.values)
                return dataclasses.replace(verdict_of_parts, reason=f"{verdict_of_parts.reason}, for {parts.in_words}")
        written = with_numbers(source, target, region)
        if written is not None:
            remaining = max(0.0, end - time.monotonic())
            entries = prove_or_refute(
                written.formula, written.variables, written.domain, budget=remaining, seed=read_seed(seed)
            )
            if entries.kind is not Kind.UNKNOWN:
                return dataclasses.replace(entries, reason=f"{entries.reason}, with these data, entry by entry")
    return verdict if values is None or asked is not None else with_data(verdict, values)


def _kind(kind: str) -> Kind | None:
    """Return the kind that is asked beside convexity, None for convexity."""
    from symgd.curvature.kind import KINDS

    return KINDS.get(read_choice(kind, ("convex", *KINDS), "kind of convexity"))


def _in_functions(source: Node, wrt: object) -> Restated | None:
    """Return a formula restated in the entries and functions of SymPy that `wrt` names, by default in all such functions."""
    if wrt is not None:
        return restated(source, wrt)
    functions = [node for node in toposort((source,)) if is_undefined(node)]
    return restated(source, functions) if functions else None


def read_region(
    source: Node,
    variables: Sequence[Node],
    domain: Values | None,
    constraints: Sequence[FormulaLike],
    values: Mapping[Node, Array] | None = None,
) -> Domain:
    """Return the domain that bounds, constraints and the formula itself describe."""
    from symgd.curvature.domain import read_domain

    if isinstance(constraints, str) or not isinstance(constraints, Sequence):
        raise SymgdError("constraints are a list of conditions", hint='as in ["x - y > 0"]')
    if domain is not None and not isinstance(domain, Mapping):
        raise SymgdError("a domain is a mapping of variables to bounds", hint='as in {"x": (0, None)}')
    conditions = [_condition(constraint, source) for constraint in constraints]
    bounds = {name_of(key): _interval(name_of(key), ends) for key, ends in (domain or {}).items()}
    return read_domain(source, variables, bounds, conditions, ranges_of(values or {}), values)


def _condition(constraint: FormulaLike, source: Node) -> Node:
    condition = read_beside(constraint, source) if isinstance(constraint, str) else formula(constraint)
    if not condition.is_boolean:
        raise SymgdError(f"{shown(constraint)} is not a condition", hint='as in "x - y > 0"')
    return condition


def _interval(name: str, bounds: Foreign) -> Interval:
    """Read bounds: two ends, a text such as "(0, 1]", or SymPy's Interval."""
    if is_sympy(bounds) and hasattr(bounds, "left_open"):
        return Interval(_end(bounds.start, -1), _end(bounds.end, 1), bool(bounds.left_open), bool(bounds.right_open))
    open_low = open_high = False
    if isinstance(bounds, str):
        text = bounds.strip()
        if len(text) < 2 or text[0] not in "([" or text[-1] not in ")]":
            raise SymgdError(f"the bounds of {name} are not understood: {text[:40]}", hint='as in "(0, 1]"')
        open_low, open_high, bounds = text[0] == "(", text[-1] == ")", text[1:-1].split(",")
    if not isinstance(bounds, Sequence) or len(bounds) != 2:
        raise SymgdError(f"the bounds of {name} are two ends", hint='as in domain={"x": (0, None)}')
    return Interval(_end(bounds[0], -1), _end(bounds[1], 1), open_low, open_high)


def _end(value: object, side: int) -> Fraction | float:
    """Return an end of an interval exactly; None and ±inf are unbounded."""
    if isinstance(value, str):
        word = value.strip().removeprefix("+").replace("oo", "inf")
        value = float(word) if word in ("inf", "-inf") else read(value)
    if value is None or (isinstance(value, float) and abs(value) == float("inf")):
        return side * float("inf") if value is None else value
    try:
        number = exact_coordinate(value)
    except SymgdError:
        raise SymgdError("a bound is a number or None") from None
    if number.is_infinite:
        return float("inf") if number > 0 else -float("inf")
    if not number.is_Rational:
        raise SymgdError(f"{number} is not a rational number", hint="round the bound to a fraction, such as 22/7")
    return Fraction(int(number.p), int(number.q))
