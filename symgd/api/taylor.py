"""The function that expands formulas in Taylor polynomials."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from typing import TYPE_CHECKING, cast

from symgd.api.inputs import read, the_variable, variable
from symgd.api.restatement import Restated, is_undefined, restated
from symgd.api.simplification import finish, simplify
from symgd.arguments import read_number
from symgd.errors import DomainError, ShapeError, SymgdError, UnsupportedError, shown
from symgd.graph.conversion import is_sympy, name_of
from symgd.graph.node import Node
from symgd.graph.shape import show_shape
from symgd.graph.time_limit import time_limit

if TYPE_CHECKING:
    from symgd.derive.taylor.expansion import TaylorExpansion
    from symgd.typing import FormulaLike, Point, Variable


def taylor(
    formula: FormulaLike, wrt: Variable | None = None, at: Point = 0, order: int = 4, *, budget: float = 60.0
) -> TaylorExpansion:
    """Expand a scalar formula in a Taylor polynomial with exact coefficients.

        f(x) = Σₖ f⁽ᵏ⁾(a)/k! · (x − a)ᵏ + remainder

    Parameters
    ----------
    formula : Node, text or SymPy expression
    wrt : Node, SymPy symbol, name, or list of them, optional
        The only input where it is left out.
        Scalars, also an entry (``"A[0, 1]"``) and SymPy's q(t); other inputs stay symbolic.
    at : number, list, or mapping of variable to number
        An exact point (int, Fraction, SymPy number, formula without inputs); one number serves all variables.
    order : int
        The highest total power, at most 200.
    budget : float
        Seconds after which the expansion is given up, and the remainder and its bound, too, each time they are asked for.

    Returns
    -------
    TaylorExpansion
        With ``coefficients`` (power, or tuple of powers → exact SymPy number), ``polynomial`` and ``remainder`` (formulas), and
        ``bound(domain)``, a proven bound of the remainder over a box.

    Raises
    ------
    DomainError
        At a kink, at a jump, at a pole, or outside the domain. Where these cancel there is an expansion: (1 − cos x)/x²,
        x·Γ(x), (sin x/x)^(1/x²), cos √x, abs(x)·sin abs(x) and Ci x − log x at 0. A formula that is defined on one side of the
        point only has the expansion of that side.
    UnsupportedError
        Where no expansion of one of its functions at the point is known, and where the budget is spent.

    Notes
    -----
    A derivative that no closed form is known of, such as ζ′(2), stays a coefficient of its own, ``D[1, 0]zeta(2, 1)``, with as
    many digits as are asked for.

    Examples
    --------
    >>> import symgd as sg
    >>> t = sg.taylor("sin(x)", "x", order=7)
    >>> t.polynomial
    x - x**3/6 + x**5/120 - x**7/5040
    >>> t.coefficients[5], float(t.bound({"x": (-1, 1)})) < 2.5e-5
    (1/120, True)
    >>> sg.taylor("(1 - cos(x))/x**2", "x", order=4).polynomial
    1/2 - x**2/24 + x**4/720
    >>> sg.taylor("exp(x)*cos(y)", ["x", "y"], order=2).coefficients
    {(0, 0): 1, (1, 0): 1, (2, 0): 1/2, (0, 2): -1/2}
    >>> sg.taylor(sg.formula("log(x[0] + x[1])", shapes={"x": "2"}), "x[0]", order=1).polynomial
    log(x[1]) + x[0]/x[1]
    """
    from symgd.curvature.smooth_branch import smooth_branch
    from symgd.derive.taylor.expand import taylor as expansion_of
    from symgd.evaluation.intervals import bounds_over_box

    source = read(formula)
    wrt = the_variable(source, wrt)
    view = restated(source, wrt, plain_names=True)
    if view is not None:
        _refuse_tensors(view)
        source, at = view.formula, at if view is None else view.point(at)
    variables = variable(source, wrt) if view is None else view.variables
    targets = [variables] if isinstance(variables, Node) else variables
    point = _point_of(targets, at)

    seconds = read_number(budget, "the budget, a number of seconds,", "(0, inf]")

    finished = functools.partial(_finished, source)

    def expand(formula: Node) -> TaylorExpansion:
        return expansion_of(formula, targets, point, order, finished, bounds_over_box, smooth_branch, seconds)

    try:
        with limited(seconds):
            expansion = _expanded(source, expand)
            return expansion if view is None else _restored(expansion, view)
    except SymgdError:
        raise
    except (ValueError, ArithmeticError) as error:  # of SymPy or mpmath: erf(−8) is −1 in its first 28 digits
        raise UnsupportedError(
            f"a value that the expansion needs cannot be computed: {shown(str(error))}",
            hint="choose another point",
        ) from None


def _restored(expansion: TaylorExpansion, view: Restated) -> TaylorExpansion:
    """Return an expansion whose coefficients hold SymPy's functions again, and whose formulas will."""
    import sympy as sp

    functions = {node.name: meaning.to_sympy() for node, meaning in view.meaning.items() if is_undefined(meaning)}
    coefficients = {
        power: number.xreplace({one: functions[one.name] for one in number.atoms(sp.Symbol) if one.name in functions})
        for power, number in expansion.coefficients.items()
    }
    return dataclasses.replace(expansion, coefficients=coefficients, meaning={**expansion.meaning, **view.meaning})


def _refuse_tensors(view: Restated) -> None:
    tensor = next((node for node in view.variables if node.shape), None)
    if tensor is not None:
        raise ShapeError(
            f"{tensor.name} has the shape {show_shape(tensor.shape)}, and an expansion is in scalars", hint="give its entries"
        )


def _finished(source: Node, node: Node) -> Node:
    """Return a derivative of a formula as it is shown."""
    return finish(source, node)[0]


def limited(seconds: float, *, interrupts: bool = False) -> AbstractContextManager[None]:
    """Limit the time of an expansion, and of what is asked of it inside."""
    return time_limit(seconds, "this expansion", "choose a lower order, or give it a larger budget", interrupts=interrupts)


def _expanded(source: Node, expand: Callable[[Node], TaylorExpansion]) -> TaylorExpansion:
    """Expand the formula, or where it seems to have a kink its simpler form."""
    try:
        return expand(source)
    except DomainError:
        simpler = simplify(source)  # |x|² has no kink
        if simpler is not source:
            with suppress(DomainError):
                return expand(simpler)
        raise


def _point_of(targets: Sequence[Node], at: Point) -> list[object]:
    """Return one number for every variable."""
    if isinstance(at, Mapping):
        coordinates = {name_of(key): value for key, value in at.items()}
        unknown = [name for name in coordinates if name not in {node.name for node in targets}]
        missing = [node.name for node in targets if node.name not in coordinates]
        if unknown or missing:
            raise SymgdError(
                f"{unknown[0]} is not among the variables" if unknown else f"the point has no value for {missing[0]}",
                hint=f"the variables are {', '.join(node.name for node in targets)}",
            )
        return [coordinates[node.name] for node in targets]
    if hasattr(at, "tolist") and not is_sympy(at):
        shape = tuple(at.shape) if hasattr(at, "shape") else (len(cast("Sequence[object]", at)),)
        if shape not in ((), (len(targets),)):  # asked before a view of any size is written out
            raise SymgdError(f"the point has the shape {shape}, and there are {len(targets)} variables")
        at = at.tolist() if shape else at
    if isinstance(at, list | tuple):
        if len(at) != len(targets):
            raise SymgdError(f"the point has {len(at)} numbers for {len(targets)} variables")
        return list(at)
    return [at] * len(targets)
