"""Functions that check gradients, Jacobians and Hessians: symgd's own or claimed ones, formulas or hand-written code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from symgd.api.binding import GradientOf, ValueOf
from symgd.api.claims import Own, check_claims, is_code, own_gradients, own_jacobians, read_claims, refuse
from symgd.api.code import check_code, check_hessian_code
from symgd.api.compilation import lambdify
from symgd.api.coordinate_checks import check_in_coordinate
from symgd.api.derivatives import gradient as derive_gradient
from symgd.api.formula import formula
from symgd.api.inputs import read_variables, read_with_data, the_variable, variable
from symgd.api.restatement import as_nodes
from symgd.api.simplification import finish, recognise
from symgd.arguments import Function, read_budget, read_count, read_seed
from symgd.checking.judgement import Verdict
from symgd.derive import jacobian as derivatives
from symgd.errors import SymgdError
from symgd.graph.node import Node
from symgd.graph.traversal import symbols_of

if TYPE_CHECKING:
    from symgd.checking.accuracy import Accuracy
    from symgd.checking.verdict import GradientCheck
    from symgd.typing import Claim, FormulaLike, Point, Variable


class DerivedAndChecked(NamedTuple):
    """A gradient and the verdict on it."""

    gradient: Node
    check: GradientCheck


def check_gradient(
    loss: FormulaLike, wrt: Variable | Function | Literal[True] | None = None, *, gradient: Claim | None = None,
    at: Point | None = None, seed: int = 0, points: int = 5, arguments: Sequence[str] | None = None,
    args: tuple[object, ...] = (), budget: float | None = None,
) -> GradientCheck:  # fmt: skip
    """Check a gradient: symgd's own, a claimed one, or hand-written code.

    Parameters
    ----------
    loss : Node, text, SymPy expression, or callable
        A scalar formula; or a function, with its gradient function as `wrt`.
    wrt : Node, SymPy symbol, name, list of scalars, callable, or True, optional
        The variable, as in :func:`gradient`, the only input where it is left out; or the gradient function to check; True where
        `loss` returns ``(value, gradient)``.
    gradient : Node, text or callable, optional
        The claimed gradient; symgd's own without it. A text is read with the inputs of `loss`. A callable whose parameters
        all have the names of inputs is called by name, one of whose parameters none has in the order in which the inputs
        appear; a partial match is an error. It may return ``(value, gradient)``, of which the value is checked too.
    at : mapping or array, or a list of mappings, optional
        The point: ``{"x": …}``. For callables an array of NumPy, PyTorch or JAX, a tuple of arguments, or nested parameters
        (dicts, lists and tuples of arrays), in which the gradient is nested too. Random points inside the domain without it.
    seed, points : int
        Of the random points. Symbolic sizes get at least three sets of numbers, and points on the boundaries between
        branches are added.
    arguments : sequence of str, optional
        The inputs that the parameters of `gradient` are.
    args : tuple
        Further arguments of functions, behind the parameters.
    budget : float, optional
        Seconds, of code that cannot be read as a formula: up to 250 entries are compared one by one, with about 100 calls of
        the function for each, and after the budget the rest only along random directions. Without it nothing depends on the
        clock.

    Returns
    -------
    GradientCheck
        With ``verdict`` (RIGHT, WRONG, KINK, UNSURE), ``worst``, ``digits``, ``explain()`` and ``raise_if_wrong()``.
        A claim of another shape than its variable is WRONG.

    Raises
    ------
    SymgdError
        For a point that does not fit, or a function that is not finite there.

    References
    ----------
    Moré & Wild, *Estimating computational noise*, 2011.
    Squire & Trapp, *Using complex variables to estimate derivatives of real functions*, 1998.

    Examples
    --------
    >>> import symgd as sg
    >>> loss = sg.formula("mean((X @ w - y)**2)", shapes={"X": "m n", "y": "m", "w": "n"})
    >>> sg.check_gradient(loss, "w").verdict
    <Verdict.RIGHT: 'RIGHT'>
    >>> sg.check_gradient(loss, "w", gradient="2*X.T @ (X @ w - y)").causes
    ['missing factor 1/m']
    """
    seconds = read_budget(budget)
    if is_code(loss) and (callable(wrt) or wrt is True):
        return check_code(loss, wrt, at, seed, "gradient", args, seconds)
    loss = read_with_data(loss, at)
    wrt = the_variable(loss, wrt)
    in_place = check_in_coordinate(loss, wrt, gradient, "gradient", at, seed, points)
    if in_place is not None:
        return in_place
    nodes = read_variables(loss, wrt)
    derived = own_gradients(loss, nodes)
    claims = (
        list(derived.finished or refuse(loss))
        if gradient is None
        else read_claims(loss, variable(loss, wrt), gradient, (), arguments)
    )
    check = check_claims(loss, nodes, derived, claims, at, seed, points, "gradient")
    pair = getattr(claims[0], "__wrapped__", None)
    if isinstance(pair, GradientOf) and pair.has_value and check.verdict in (Verdict.RIGHT, Verdict.KINK):
        value = check_value(loss, ValueOf(pair.function), at=at, seed=seed, points=points)
        return value if value.verdict is Verdict.WRONG else check
    return check


def check_jacobian(
    output: FormulaLike, wrt: Variable | Function | None = None, *, jacobian: Claim | None = None, at: Point | None = None,
    seed: int = 0, points: int = 5, arguments: Sequence[str] | None = None, args: tuple[object, ...] = (),
    budget: float | None = None,
) -> GradientCheck:  # fmt: skip
    """Check a Jacobian: symgd's own, a claimed one, or hand-written code.

    Parameters
    ----------
    output : Node, text, SymPy expression, or callable
        A formula of any shape; or a function of one array, with its Jacobian function as `wrt`.
    wrt : Node, SymPy symbol, name, list of scalars, or callable, optional
    jacobian : Node, text or callable, optional
        The claim, of the output's axes and then the variable's; symgd's own without it.
    at, seed, points, arguments, args, budget
        As in :func:`check_gradient`.

    Returns
    -------
    GradientCheck
        As of :func:`check_gradient`.

    Raises
    ------
    SymgdError
        Where the variable is not an input of the formula, and for a claim or a point that does not fit it.

    Examples
    --------
    >>> import numpy as np, symgd as sg
    >>> A = np.array([[1.0, 2.0], [3.0, 4.0]])
    >>> sg.check_jacobian(lambda x: A @ x, lambda x: A, at=[1.0, 2.0]).verdict
    <Verdict.RIGHT: 'RIGHT'>
    >>> sg.check_jacobian(lambda x: A @ x, lambda x: A.T, at=[1.0, 2.0]).causes
    ['transposed']
    """
    seconds = read_budget(budget)
    if is_code(output) and callable(wrt):
        return check_code(output, wrt, at, seed, "Jacobian", args, seconds)
    output = read_with_data(output, at)
    wrt = the_variable(output, wrt)
    in_place = check_in_coordinate(output, wrt, jacobian, "Jacobian", at, seed, points)
    if in_place is not None:
        return in_place
    nodes = read_variables(output, wrt)
    derived = own_jacobians(output, nodes)
    target = variable(output, wrt)
    claims = (
        list(derived.finished or refuse(output))
        if jacobian is None
        else read_claims(output, target, jacobian, output.shape, arguments)
    )
    return check_claims(output, nodes, derived, claims, at, seed, points, "Jacobian")


def check_hessian(
    loss: FormulaLike, wrt: Variable | Function | None = None, *, hessian: Claim | None = None, gradient: Claim | None = None,
    at: Point | None = None, seed: int = 0, points: int = 5,
    arguments: Sequence[str] | None = None, args: tuple[object, ...] = (), budget: float | None = None,
) -> GradientCheck:  # fmt: skip
    """Check a Hessian: symgd's own, a claimed one, or hand-written code.

    The gradient is checked first; the Hessian is its Jacobian.

    Parameters
    ----------
    loss : Node, text, SymPy expression, or callable
        A scalar formula; or a function of one array, with its Hessian function as `wrt`.
    wrt : Node, SymPy symbol, name, or callable, optional
    hessian : Node, text or callable, optional
        The claim; symgd's own without it.
    gradient : callable, Node or text, optional
        A claimed gradient, which is checked first; a function that cannot be read as a formula needs one.
    at, seed, points, arguments, args, budget
        As in :func:`check_gradient`.

    Returns
    -------
    GradientCheck
        As of :func:`check_gradient`.

    Raises
    ------
    ShapeError
        Where the formula is not a scalar.
    SymgdError
        Where the variable is not one input of the formula, and for a claim or a point that does not fit it.

    Examples
    --------
    >>> import numpy as np, symgd as sg
    >>> sg.check_hessian(lambda x: np.sum(x**4), lambda x: np.diag(12*x**2), at=[1.0, 2.0]).verdict
    <Verdict.RIGHT: 'RIGHT'>
    >>> sg.check_hessian(sg.formula("x @ A @ x", shapes={"A": "n n", "x": "n"}), "x", hessian="2*A").verdict
    <Verdict.WRONG: 'WRONG'>
    """
    seconds = read_budget(budget)
    if is_code(loss) and callable(wrt):
        return check_hessian_code(loss, wrt, gradient, at, seed, args, seconds)
    loss = read_with_data(loss, at)
    wrt = the_variable(loss, wrt)
    in_place = check_in_coordinate(loss, wrt, gradient, "gradient", at, seed, points)
    if in_place is not None:
        if in_place.verdict in (Verdict.WRONG, Verdict.UNSURE):
            return in_place
        place = as_nodes(loss, wrt)
        slope = derive_gradient(loss, place)
        return check_jacobian(slope, place, jacobian=hessian, at=at, seed=seed, points=points)
    target = variable(loss, wrt)
    if not isinstance(target, Node):
        raise SymgdError("a Hessian is judged in one variable", hint="give a tensor, or check the Jacobian of the gradient")
    slope = derive_gradient(loss, target)
    claimed = [slope] if gradient is None else read_claims(loss, target, gradient, (), arguments)
    first = check_claims(loss, [target], Own((slope,)), claimed, at, seed, points, "gradient")
    if first.verdict in (Verdict.WRONG, Verdict.UNSURE):
        return first
    derived = own_jacobians(slope, [target], loss)
    inputs = symbols_of(loss)
    claims = (
        list(derived.finished or refuse(loss))
        if hessian is None
        else read_claims(slope, target, hessian, slope.shape, arguments, inputs)
    )
    return check_claims(slope, [target], derived, claims, at, seed, points, "Hessian", loss)


def check_value(
    source: FormulaLike,
    claim: Claim,
    *,
    at: Point | None = None,
    seed: int = 0,
    points: int = 5,
    arguments: Sequence[str] | None = None,
) -> GradientCheck:
    """Check whether a function, or another formula, has the values of a formula.

    Parameters
    ----------
    source : Node, text or SymPy expression
        Of any shape.
    claim : callable, Node or text
        Code of the inputs of the formula, bound as in :func:`check_gradient`; or a formula of the same inputs.
    at, seed, points, arguments
        As in :func:`check_gradient`.

    Returns
    -------
    GradientCheck
        As of :func:`check_gradient`.

    Raises
    ------
    SymgdError
        For a claim that does not have the inputs of the formula, and for a point that does not fit it.

    Examples
    --------
    >>> import numpy as np, symgd as sg
    >>> sg.check_value("log(1 + exp(x))", lambda x: np.logaddexp(0, x)).verdict
    <Verdict.RIGHT: 'RIGHT'>
    >>> loss = sg.formula("sum(x**2) + sum(x)", shapes={"x": "n"})
    >>> sg.check_value(loss, lambda x: np.sum(x**2) - np.sum(x)).causes
    ['sign of term 2, sum(x)']
    """
    source = formula(source)
    (claim,) = read_claims(source, source, claim, (), arguments)
    return check_claims(source, [], Own((source,)), [claim], at, seed, points, "value")


def derive_and_check(
    loss: FormulaLike, wrt: Variable, *, at: Point | None = None, seed: int = 0, points: int = 2
) -> DerivedAndChecked:
    """Derive a gradient and check it in one call; the check replaces the proof of the simplification.

    Parameters
    ----------
    loss : Node, text or SymPy expression
        Of shape ().
    wrt : Node, SymPy symbol, name, or list of scalars
    at, seed, points
        As in :func:`check_gradient`.

    Returns
    -------
    DerivedAndChecked
        ``(gradient, check)``.

    Raises
    ------
    ShapeError
        Where the formula is not a scalar.
    SymgdError
        Where the variable is not an input of the formula, and for a point that does not fit it.

    Examples
    --------
    >>> import symgd as sg
    >>> gradient, check = sg.derive_and_check("sum((x - a)**2)", "x")
    >>> gradient, check.verdict
    (2*(x - a), <Verdict.RIGHT: 'RIGHT'>)
    """
    loss = read_with_data(loss, at)
    wrt = the_variable(loss, wrt)
    in_place = check_in_coordinate(loss, wrt, None, "gradient", at, seed, points)
    if in_place is not None:
        return DerivedAndChecked(derive_gradient(loss, wrt), in_place)
    target = variable(loss, wrt)
    gradient = derive_gradient(loss, target, prove=False)
    nodes = [target] if isinstance(target, Node) else target
    derived = [gradient] if isinstance(target, Node) else [gradient[k] for k in range(len(nodes))]
    check = check_claims(loss, nodes, Own(tuple(derived)), derived, at, seed, points, "gradient")
    if check.verdict not in (Verdict.RIGHT, Verdict.KINK):
        gradient = derive_gradient(loss, target)
    return DerivedAndChecked(gradient, check)


# -- digits --------------------------------------------------------------------------------------------------


def accuracy(
    source: FormulaLike, wrt: Variable | None = None, *, at: Point | None = None, seed: int = 0, points: int = 5
) -> Accuracy:
    """Measure how many digits compiled code keeps, against as many digits as it takes.

    The value of a formula and, where it is a scalar, its gradients are compiled as :func:`symgd.lambdify` does, called in
    float64, and compared with the formula as it was given.

    Parameters
    ----------
    source : Node, text or SymPy expression
    wrt : Node, SymPy symbol, name, or list of them, optional
        The variables of the gradients; all inputs of a scalar formula without it.
    at : dict of name to value, or list of them, optional
        The points; for scalars also several values each, ``{"x": [1e-10, 1.0, 1e3]}``. Random ones without it.
    seed, points : int
        Of the random points.

    Returns
    -------
    Accuracy
        With ``digits``, ``outputs``, ``worst``, ``warnings`` and ``explain()``.

    Raises
    ------
    SymgdError
        For a point that does not fit the formula.
    UnsupportedError
        For a function without code.

    Examples
    --------
    >>> import symgd as sg
    >>> found = sg.accuracy("log(1 + exp(x))", at={"x": [-700, -1e-9, 40, 800]})
    >>> found.digits > 15, list(found.outputs)
    (True, ['value', 'gradient in x'])
    """
    from symgd.checking.accuracy import measure, read_points
    from symgd.evaluation.sampling import points as sample

    loss = formula(source)
    arguments = list(symbols_of(loss))
    nodes = read_variables(loss, wrt) if wrt is not None else [] if loss.shape else arguments
    slopes = finish(loss, *derivatives.gradients(recognise(loss, nodes), nodes)) if nodes else []
    names = ["value", *(f"gradient in {node.name}" for node in nodes)]
    chosen = sample(loss, read_count(points), read_seed(seed)) if at is None else read_points(arguments, at)
    return measure(names, [loss, *slopes], lambdify(arguments, [loss, *slopes]), arguments, chosen)
