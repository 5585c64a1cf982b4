"""Functions that find stationary points and classify them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from symgd.api.convexity import read_region
from symgd.api.inputs import continuous, read, read_variables, refuse_namesakes
from symgd.arguments import read_seed
from symgd.errors import SymgdError, UnsupportedError
from symgd.evaluation.exact import exact_coordinate
from symgd.graph.conversion import name_of
from symgd.graph.node import Node
from symgd.graph.traversal import symbols_of

if TYPE_CHECKING:
    from symgd.curvature.stationary import StationaryPoint, StationaryPoints
    from symgd.typing import FormulaLike, Values, Variable

MAX_VARIABLES = 6


def stationary_points(
    formula: FormulaLike, wrt: Variable | None = None, *, domain: Values | None = None, seed: int = 0
) -> StationaryPoints:
    """Return the points at which the gradient of a formula of scalars is 0, each proven, with what it is.

    Parameters
    ----------
    formula : Node, text or SymPy expression
        Of up to six scalars, all of which are variables.
    wrt : Node, SymPy symbol, name or list, optional
    domain : mapping, optional
        Bounds, as in :func:`convexity`.
    seed : int
        Of the search.

    Returns
    -------
    StationaryPoints
        A sequence, with ``is_complete``: proven to be all (for one variable whose derivative is a quotient of polynomials).

    Raises
    ------
    SymgdError
        For tensors, or inputs that are no variables.

    References
    ----------
    Krawczyk, "Newton-Algorithmen zur Bestimmung von Nullstellen mit Fehlerschranken", 1969.

    Examples
    --------
    >>> import symgd as sg
    >>> print(sg.stationary_points("x**3 - 3*x"))
    minimum at x = 1, f = -2: derivative 2 is the first that is not 0, and it is positive
    maximum at x = -1, f = 2: derivative 2 is the first that is not 0, and it is negative
    2 stationary points; these are all
    """
    from symgd.curvature.stationary import find_stationary_points

    source, variables = _scalars(formula, wrt)
    return find_stationary_points(source, variables, read_region(source, variables, domain, ()), read_seed(seed))


def classify(formula: FormulaLike, at: Values, wrt: Variable | None = None) -> StationaryPoint:
    """Return what a stationary point is: minimum, maximum, saddle or degenerate, from the exact signs of the Hessian.

    Parameters
    ----------
    formula : Node, text or SymPy expression
    at : mapping of Node, SymPy symbol or name to exact number
        The point; texts such as "1/2" are read exactly.
    wrt : Node, SymPy symbol, name or list, optional

    Returns
    -------
    StationaryPoint
        ``nature``, ``point``, ``value``, ``reason``.

    Raises
    ------
    DomainError
        Where the gradient is not 0 there.

    References
    ----------
    Gantmacher, *The Theory of Matrices*, 1959, chapter X.

    Examples
    --------
    >>> import symgd as sg
    >>> print(sg.classify("x**2 - y**2", {"x": 0, "y": 0}))
    saddle at x = 0, y = 0, f = 0: 1 positive, 0 zero, 1 negative eigenvalues of the Hessian
    """
    from symgd.curvature.stationary import classify_point

    source, variables = _scalars(formula, wrt)
    coordinates = {name_of(key): value for key, value in at.items()} if isinstance(at, Mapping) else None
    if coordinates is None:
        raise SymgdError("a point is a mapping of names to numbers", hint='as in {"x": 0, "y": "1/2"}')
    names = {node.name for node in variables}
    unknown, missing = [name for name in coordinates if name not in names], [name for name in names if name not in coordinates]
    if unknown or missing:
        raise SymgdError(
            f"{unknown[0][:40]!a} is not among the variables" if unknown else f"the point has no value for {sorted(missing)[0]}"
        )
    point = {
        node: exact_coordinate(
            read(coordinates[node.name]) if isinstance(coordinates[node.name], str) else coordinates[node.name]
        )
        for node in variables
    }
    return classify_point(source, variables, point)


def _scalars(formula: FormulaLike, wrt: Variable | None) -> tuple[Node, list[Node]]:
    """Read a formula of scalars all of which are variables."""
    source = read(formula)
    refuse_namesakes(symbols_of(source))
    variables = [continuous(node) for node in symbols_of(source)] if wrt is None else read_variables(source, wrt)
    if source.shape or any(node.shape for node in (*variables, *symbols_of(source))):
        raise SymgdError("stationary points are found for formulas of scalars", hint="minimize finds minima of tensor formulas")
    from symgd.curvature.second_derivatives.hessian import has_kink

    others = [node.name for node in symbols_of(source) if node not in variables]
    if others:
        raise SymgdError(f"{', '.join(others)} has no value", hint="substitute it, or make it a variable")
    if has_kink(source, variables):
        raise UnsupportedError("the formula has kinks or jumps, where it has no gradient", hint="ask on each smooth piece")
    if not 0 < len(variables) <= MAX_VARIABLES:
        raise SymgdError(f"stationary points are found for 1 to {MAX_VARIABLES} variables, not {len(variables)}")
    return source, variables
