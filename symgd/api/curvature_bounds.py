"""Functions that bound how fast a gradient can change, and the learning rate that follows."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from symgd.api.compilation import lambdify
from symgd.api.inputs import ranges_of, read, read_values, read_variables
from symgd.arguments import read_number
from symgd.arrays import read_finite_array
from symgd.errors import DataError, SymgdError, UnsupportedError, shown
from symgd.graph.assumptions import Interval
from symgd.graph.conversion import name_of
from symgd.graph.inference import Facts
from symgd.graph.node import Node
from symgd.graph.shape import show_shape
from symgd.graph.traversal import substitute, symbols_of, toposort
from symgd.primitives.contraction import einsum
from symgd.rewrite.driver import simplify

if TYPE_CHECKING:
    from symgd.arrays import Array
    from symgd.curvature.bounds.losses import Spread
    from symgd.curvature.bounds.rates import CurvatureBounds, SafeLearningRate
    from symgd.typing import FormulaLike, Operand, Values, Variable


def curvature_bounds(
    loss: FormulaLike,
    wrt: Variable,
    data: Values | None = None,
    *,
    around: Operand | Values | None = None,
    radius: float | None = None,
) -> CurvatureBounds:
    """Return m and L with m·I ⪯ ∇²f ⪯ L·I: as formulas, and as numbers for given data.

    For a loss Σ g(rᵢ) of affine residuals r = A·w + b, L = sup g″·‖A‖² and m = inf g″·λ_min(AᵀA), with a proven range of g″.

    Parameters
    ----------
    loss : Node, text or SymPy expression
        Of shape ().
    wrt : Node, SymPy symbol, name, or list of them
    data : mapping of Node, SymPy symbol or name to array, optional
        Values of all other inputs.
    around, radius : array (or mapping of arrays) and float, optional
        A ball of the variables, for losses such as the Poisson one that have no bound everywhere; needs data.

    Returns
    -------
    CurvatureBounds
        ``lipschitz`` (L), ``modulus`` (m), ``condition_number``, ``formulas``, ``text()``.

    Raises
    ------
    UnsupportedError
        Where a term is no sum of functions of affine residuals, or has no bound.
    SymgdError
        Where data are missing.

    References
    ----------
    Nesterov, *Introductory Lectures on Convex Optimization*, 2004, section 2.1.

    Examples
    --------
    >>> import symgd as sg
    >>> loss = sg.formula("mean(log(1 + exp(-y*(X@w))))", shapes={"X": "m n", "y": "m", "w": "n"},
    ...                   facts={"y": {"lower": -1, "upper": 1}})
    >>> sg.curvature_bounds(loss, "w").lipschitz
    norm(X, 2)**2/(4*m)
    >>> squares = sg.formula("sum((X@w - y)**2)", shapes={"X": "m n", "y": "m", "w": "n"})
    >>> bounds = sg.curvature_bounds(squares, "w", data={"X": [[3, 0], [0, 1]], "y": [1, 1]})
    >>> round(bounds.lipschitz, 6), round(bounds.modulus, 6)
    (18.0, 2.0)
    """
    from symgd.curvature.bounds.losses import spread_of
    from symgd.curvature.bounds.rates import CurvatureBounds

    source = read(loss)
    variables = read_variables(source, wrt)
    values = None if data is None else read_values(source, variables, data)
    facts = Facts(ranges_of(values or {}))
    if (around is None) != (radius is None):
        raise SymgdError("a ball has a centre and a radius", hint="give both around= and radius=")
    formulas: tuple[Node, Node] | None
    if around is None:
        spread = _spread_with_data(source, variables, facts, values or {})
        formulas, where = (spread.lower, spread.upper), ""
    else:
        if values is None and set(symbols_of(source)) <= set(variables):
            values = {}
        if values is None:
            raise SymgdError("a bound inside a ball needs the data", hint="give data=")
        ball = _Ball(variables, values, _centre(variables, around), read_number(radius, "a radius", "(0, inf)"))
        spread = spread_of(source, variables, facts, ball.interval)
        formulas = None
        where = f"inside the ball of radius {ball.radius:g}"
    lower, upper = spread.lower, spread.upper
    if values is not None or (lower.is_constant and upper.is_constant):
        modulus, lipschitz = _numbers(lower, upper, values or {})
        return CurvatureBounds(lipschitz, modulus, formulas, where, spread.reasons)
    return CurvatureBounds(
        upper if spread.is_convex else _lipschitz_formula(lower, upper), lower, formulas, where, spread.reasons
    )


def safe_learning_rate(
    loss: FormulaLike,
    wrt: Variable,
    data: Values | None = None,
    *,
    around: Operand | Values | None = None,
    radius: float | None = None,
) -> SafeLearningRate:
    """Return the learning rate 1/L, the threshold 2/L of divergence, and the predicted rate (1 − m/L)ᵏ.

    Parameters
    ----------
    loss, wrt, data, around, radius
        As in :func:`curvature_bounds`.

    Returns
    -------
    SafeLearningRate
        ``rate``, ``divergence``, ``contraction``, ``after(k)``, ``bounds``.

    Raises
    ------
    UnsupportedError
        Where no bound of the curvature is found.

    References
    ----------
    Nesterov, *Introductory Lectures on Convex Optimization*, 2004, theorems 2.1.14 and 2.1.15.

    Examples
    --------
    >>> import symgd as sg
    >>> squares = sg.formula("sum((X@w - y)**2)", shapes={"X": "m n", "y": "m", "w": "n"})
    >>> safe = sg.safe_learning_rate(squares, "w", data={"X": [[3, 0], [0, 1]], "y": [1, 1]})
    >>> round(safe.rate, 6), round(safe.divergence, 6), round(safe.after(2), 6)
    (0.055556, 0.111111, 0.790123)
    """
    from symgd.curvature.bounds.rates import SafeLearningRate

    bounds = curvature_bounds(loss, wrt, data, around=around, radius=radius)
    lipschitz = bounds.lipschitz
    if not isinstance(lipschitz, Node) and not lipschitz > 0:
        raise UnsupportedError("the loss is affine, so that every learning rate is safe and none ends")
    if isinstance(lipschitz, Node):
        rate, divergence = simplify([1 / lipschitz, 2 / lipschitz]).roots
        return SafeLearningRate(rate, divergence, bounds)
    return SafeLearningRate(1 / lipschitz, 2 / lipschitz, bounds)


def _spread_with_data(source: Node, variables: list[Node], facts: Facts, values: Mapping[Node, Array]) -> Spread:
    """Return the spread of a loss, with what the data show of its square matrices."""
    from symgd.curvature.bounds.losses import spread_of
    from symgd.curvature.data_facts import with_facts_of
    from symgd.curvature.symmetric_parts import symmetric_parts

    try:
        return spread_of(source, variables, facts)
    except UnsupportedError:
        known = {node: with_facts_of(node, array) for node, array in values.items() if array.ndim == 2}
        known_source = substitute([source], known)[0]
        parts = symmetric_parts(known_source, {known.get(node, node): array for node, array in values.items()})
        if known_source is source and parts is None:
            raise
        spread = spread_of(known_source if parts is None else parts.formula, variables, facts)
    originals = {known_node: node for node, known_node in known.items()}
    meaning = {} if parts is None else {part: substitute([formula], originals)[0] for part, formula in parts.meaning.items()}
    lower, upper = substitute([spread.lower, spread.upper], {**originals, **meaning})
    reasons = spread.reasons if parts is None else (*spread.reasons, parts.in_words)
    return dataclasses.replace(spread, lower=lower, upper=upper, reasons=reasons)


def _lipschitz_formula(lower: Node, upper: Node) -> Node:
    """Return the larger of |m| and |L| as a formula."""
    if (lower + upper).equals_number(0):
        return upper
    from symgd.primitives.piecewise import abs, maximum

    larger: Node = simplify([maximum(abs(lower), abs(upper))]).roots[0]
    return larger


def _numbers(lower: Node, upper: Node, values: Mapping[Node, Array]) -> tuple[Fraction | float, Fraction | float]:
    """Return m and L as numbers, m rounded down and L rounded up."""
    if lower.is_constant and upper.is_constant:
        low, high = Fraction(lower.value), Fraction(upper.value)
        return low, max(abs(low), abs(high))
    smallest = float(_evaluated(_verified(lower, values), values))
    largest = float(_evaluated(upper, values))
    margin = 1e-12 * (abs(largest) + abs(smallest))
    smallest = smallest - margin if smallest else 0.0
    return smallest, max(abs(smallest), largest + margin if margin and largest else largest)


def _verified(formula: Node, values: Mapping[Node, Array]) -> Node:
    """Replace the smallest eigenvalue of AᵀA by a number that it surely is not below."""
    import numpy as np

    from symgd.curvature.bounds.eigenvalue_bound import smallest_eigenvalue_of_gram
    from symgd.graph.node import constant

    verified: dict[Node, Node] = {}
    for node in toposort((formula,)):
        if node.primitive.name == "eigmin":
            gram = node.args[0]
            if gram.primitive is einsum and len(gram.args) == 2 and gram.args[0] is gram.args[1]:
                matrix = np.asarray(_evaluated(gram.args[0], values))
                columns = gram.params[0][0].index(gram.params[1][0])
                verified[node] = constant(smallest_eigenvalue_of_gram(matrix if columns == 1 else matrix.T))
    return substitute([formula], verified)[0]


def _evaluated(formula: Node, values: Mapping[Node, Array]) -> Array | float:
    """Return the value of a formula of the data."""
    from symgd.graph.shape import size_names

    if formula.is_constant:
        return float(formula.value)
    used = [node for node in values if node in set(symbols_of(formula)) or any(size_names(node.shape))]
    value: Array | float = lambdify(used, formula)(*(values[node] for node in used))
    return value


# -- a ball ---------------------------------------------------------------------------------------------------


def _centre(variables: list[Node], around: object) -> dict[Node, Array]:
    """Return the centre of the ball for every variable."""
    centres = {name_of(key): value for key, value in around.items()} if isinstance(around, Mapping) else None
    if centres is None:
        if len(variables) > 1:
            raise SymgdError("the centre of several variables is a mapping of names to arrays")
        centres = {variables[0].name: around}
    missing = [node.name for node in variables if node.name not in centres]
    if missing:
        raise SymgdError(f"the centre of {', '.join(missing)} is missing")
    unknown = [name for name in centres if name not in {node.name for node in variables}]
    if unknown:
        raise SymgdError(
            f"{shown(unknown[0])} has a centre and is no variable",
            hint=f"they are {', '.join(node.name for node in variables)}",
        )
    return {node: _read_centre(node, centres[node.name]) for node in variables}


def _read_centre(node: Node, centre: object) -> Array:
    """Return the centre of one variable, an array of its axes."""
    array = read_finite_array(centre, f"the centre of {node.name}")
    fits = array.ndim == node.rank and all(
        count == size or not isinstance(size, int) for count, size in zip(array.shape, node.shape, strict=True)
    )
    if not fits or not array.size:
        raise DataError(
            f"the centre of {node.name} is not an array of shape {show_shape(node.shape)}",
            hint="give a value of the variable",
        )
    return array


class _Ball:
    """Where affine residuals can lie while the variables stay within a distance of a centre."""

    def __init__(
        self, variables: list[Node], values: Mapping[Node, Array], centre: Mapping[Node, Array], radius: float
    ) -> None:
        self.variables, self.values, self.centre, self.radius = variables, values, centre, radius

    def interval(self, residual: Node) -> Interval:
        """Return between which numbers all entries of a residual lie: the value at the centre ± radius·‖Aᵢ‖."""
        import numpy as np

        from symgd.derive.jacobian import jacobian

        if residual in self.centre and not residual.shape:
            middle, around = Fraction(float(self.centre[residual])), Fraction(self.radius)
            return Interval(middle - around, middle + around)
        inputs = {**self.values, **self.centre}
        here = np.asarray(_evaluated(residual, inputs), dtype=float)
        if not here.size:
            return Interval(0, 0)
        squares = np.zeros(here.shape)
        for node in self.variables:
            slope = np.asarray(_evaluated(jacobian(residual, node), inputs), dtype=float)
            slope = np.broadcast_to(slope, here.shape + self.centre[node].shape)
            squares = squares + (slope.reshape(*here.shape, -1) ** 2).sum(-1)
        reach = self.radius * np.sqrt(squares) * (1 + 1e-9)
        low, high = float((here - reach).min()), float((here + reach).max())
        margin = 1e-9 * max(1.0, abs(low), abs(high))
        return Interval(_short_below(low - margin), -_short_below(-high - margin))


def _short_below(value: float) -> Fraction:
    """Return a short fraction just below a number."""
    near = Fraction(value).limit_denominator(10**6)
    return near if near <= value else near - Fraction(1, 10**6)
