"""The verbs that judge: gradients, Jacobians and Hessians, symgd's own or claimed, formulas or somebody's code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from symgd import api
from symgd.derive import jacobian as derivatives
from symgd.errors import ShapeError, SymgdError, UnsupportedError
from symgd.formula.from_numpy import from_numpy
from symgd.graph.memory import without_collection
from symgd.graph.node import Node, is_sympy, symbols_of, tensor
from symgd.graph.shape import show_shape

__all__ = ["accuracy", "check_gradient", "check_hessian", "check_jacobian", "derive_and_check"]

Check = Any
"""A GradientCheck; the room that makes it is opened when something is checked."""


class DerivedAndChecked(NamedTuple):
    """A gradient and the verdict on it."""

    gradient: Node
    check: Check


@without_collection
def check_gradient(loss: Any, wrt: Any, *, gradient: Any = None, at: Any = None, seed: int = 0, points: int = 5) -> Check:
    """Judge a gradient: symgd's own, a claimed one, or somebody's code.

    Parameters
    ----------
    loss : Node, text, SymPy expression, or callable
        A scalar formula; or a function of one array, with its gradient function as `wrt`.
    wrt : Node, SymPy symbol, name, list of scalars, or callable
        The variable; or the gradient function to judge.
    gradient : Node, text or callable, optional
        The claimed gradient; symgd's own without it. A text is read with the inputs of `loss`. A callable takes the
        inputs of the formula in order of appearance.
    at : mapping or array, or a list of mappings, optional
        The point: ``{"x": …}``; for callables an array of NumPy, PyTorch or JAX. Random points inside the domain without it.
    seed, points : int
        Of the random points. More are added where the branches of the formula are not all visited.

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
    if _is_code(loss) and callable(wrt):
        return _check_code(loss, wrt, at, seed, "gradient")
    loss = api.formula(loss)
    nodes = api._variables(loss, wrt)
    own = _own_gradients(loss, nodes)
    claims = list(own.finished or _refuse(loss)) if gradient is None else _claims(loss, api.variable(loss, wrt), gradient, ())
    return _check_claims(loss, nodes, own, claims, at, seed, points, "gradient")


@without_collection
def check_jacobian(output: Any, wrt: Any, *, jacobian: Any = None, at: Any = None, seed: int = 0, points: int = 5) -> Check:
    """Judge a Jacobian: symgd's own, a claimed one, or somebody's code.

    Parameters
    ----------
    output : Node, text, SymPy expression, or callable
        A formula of any shape; or a function of one array, with its Jacobian function as `wrt`.
    wrt : Node, SymPy symbol, name, list of scalars, or callable
    jacobian : Node, text or callable, optional
        The claim, of the output's axes and then the variable's; symgd's own without it.
    at, seed, points
        As in :func:`check_gradient`.

    Returns
    -------
    GradientCheck

    Examples
    --------
    >>> import numpy as np, symgd as sg
    >>> A = np.array([[1.0, 2.0], [3.0, 4.0]])
    >>> sg.check_jacobian(lambda x: A @ x, lambda x: A, at=[1.0, 2.0]).verdict
    <Verdict.RIGHT: 'RIGHT'>
    >>> sg.check_jacobian(lambda x: A @ x, lambda x: A.T, at=[1.0, 2.0]).causes
    ['transposed']
    """
    if _is_code(output) and callable(wrt):
        return _check_code(output, wrt, at, seed, "Jacobian")
    output = api.formula(output)
    nodes = api._variables(output, wrt)
    own = _own_jacobians(output, nodes)
    target = api.variable(output, wrt)
    claims = list(own.finished or _refuse(output)) if jacobian is None else _claims(output, target, jacobian, output.shape)
    return _check_claims(output, nodes, own, claims, at, seed, points, "Jacobian")


@without_collection
def check_hessian(
    loss: Any, wrt: Any, *, hessian: Any = None, gradient: Any = None, at: Any = None, seed: int = 0, points: int = 5
) -> Check:
    """Judge a Hessian: symgd's own, a claimed one, or somebody's code.

    The gradient is judged first; the Hessian is its Jacobian.

    Parameters
    ----------
    loss : Node, text, SymPy expression, or callable
        A scalar formula; or a function of one array, with its Hessian function as `wrt`.
    wrt : Node, SymPy symbol, name, or callable
    hessian : Node, text or callable, optional
        The claim; symgd's own without it.
    gradient : callable, optional
        The gradient of a function that cannot be read as a formula.
    at, seed, points
        As in :func:`check_gradient`.

    Returns
    -------
    GradientCheck

    Examples
    --------
    >>> import numpy as np, symgd as sg
    >>> sg.check_hessian(lambda x: np.sum(x**4), lambda x: np.diag(12*x**2), at=[1.0, 2.0]).verdict
    <Verdict.RIGHT: 'RIGHT'>
    >>> sg.check_hessian("x @ A @ x", "x", hessian="2*A").verdict
    <Verdict.WRONG: 'WRONG'>
    """
    if _is_code(loss) and callable(wrt):
        return _check_hessian_code(loss, wrt, gradient, at, seed)
    loss = api.formula(loss)
    target = api.variable(loss, wrt)
    if not isinstance(target, Node):
        raise SymgdError("a Hessian is judged in one variable", hint="give a tensor, or check the Jacobian of the gradient")
    slope = api.gradient(loss, target)
    first = _check_claims(loss, [target], _Own((slope,)), [slope], at, seed, points, "gradient")
    if str(first.verdict) in ("WRONG", "UNSURE"):
        return first
    own = _own_jacobians(slope, [target])
    claims = list(own.finished or _refuse(loss)) if hessian is None else _claims(loss, target, hessian, slope.shape)
    return _check_claims(slope, [target], own, claims, at, seed, points, "Hessian")


@without_collection
def derive_and_check(loss: Any, wrt: Any, *, at: Any = None, seed: int = 0, points: int = 3) -> DerivedAndChecked:
    """Derive a gradient and judge it, in one go: the check takes the place of the simplification's proof.

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

    Examples
    --------
    >>> import symgd as sg
    >>> gradient, check = sg.derive_and_check("sum((x - a)**2)", "x")
    >>> gradient, check.verdict
    (2*(x - a), <Verdict.RIGHT: 'RIGHT'>)
    """
    loss = api.formula(loss)
    target = api.variable(loss, wrt)
    gradient = api.gradient(loss, target, prove=False)
    nodes = [target] if isinstance(target, Node) else target
    own = [gradient] if isinstance(target, Node) else [gradient[k] for k in range(len(nodes))]
    check = _check_claims(loss, nodes, _Own(tuple(own)), own, at, seed, points, "gradient")
    if str(check.verdict) not in ("RIGHT", "KINK"):
        gradient = api.gradient(loss, target)
    return DerivedAndChecked(gradient, check)


# -- digits --------------------------------------------------------------------------------------------------


def accuracy(source: Any, wrt: Any = None, *, at: Any = None, seed: int = 0, points: int = 5) -> Any:
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
    from symgd.verify.accuracy import measure, read_points
    from symgd.verify.sampling import points as sample

    loss = api.formula(source)
    arguments = list(symbols_of(loss))
    nodes = api._variables(loss, wrt) if wrt is not None else [] if loss.shape else arguments
    slopes = api._finished(loss, *derivatives.gradients(api._recognised(loss, nodes), nodes)) if nodes else []
    names = ["value", *(f"gradient in {node.name}" for node in nodes)]
    chosen = sample(loss, points, seed) if at is None else read_points(arguments, at)
    return measure(names, [loss, *slopes], api.lambdify(arguments, [loss, *slopes]), arguments, chosen)


# -- formulas -------------------------------------------------------------------------------------------------


def _refuse(formula: Node) -> list[Node]:
    raise UnsupportedError(f"{str(formula)[:60]} has no derivative that symgd knows", hint="give the claim to be judged")


class _Own(NamedTuple):
    """symgd's derivatives as they are written for people, and as they came out."""

    finished: tuple[Node, ...] | None
    raw: tuple[Node, ...] = ()


def _own_gradients(loss: Node, nodes: Sequence[Node]) -> _Own:
    """Return symgd's gradients; where it has none, a claim can be judged all the same."""
    return _own(loss, nodes, lambda core: derivatives.gradients(core, nodes))


def _own_jacobians(output: Node, nodes: Sequence[Node]) -> _Own:
    return _own(output, nodes, lambda core: [derivatives.jacobian(core, node) for node in nodes])


def _own(output: Node, nodes: Sequence[Node], derive: Callable[[Node], Sequence[Node]]) -> _Own:
    try:
        raw = derive(api._recognised(output, nodes))
        return _Own(tuple(api._finished(output, *raw)), tuple(raw))
    except UnsupportedError:
        return _Own(None)


def _claims(output: Node, target: Node | list[Node], claim: Any, leading: tuple[Any, ...]) -> list[Any]:
    """Return a claim for one variable, or for a list of scalars, as one claim for each variable."""
    if isinstance(claim, str):
        claim = api._read_beside(claim, output)
    if _is_code(claim):
        if isinstance(target, Node):
            from symgd.verify.arrays import asked_with_numpy

            return [asked_with_numpy(claim)]
        raise SymgdError("a gradient function is judged in one variable", hint="give a formula, or one variable at a time")
    if isinstance(claim, list | tuple):
        return [api.formula(one) for one in claim]
    claim = api.formula(claim)
    if isinstance(target, Node):
        return [claim]
    if claim.shape != (*leading, len(target)):
        wanted = show_shape((*leading, len(target)))
        raise ShapeError(f"the claimed derivative has shape {show_shape(claim.shape)}, not {wanted}")
    return [claim[..., k] for k in range(len(target))]


def _check_claims(
    output: Node,
    nodes: Sequence[Node],
    own: _Own,
    claims: Sequence[Any],
    at: Any,
    seed: int,
    points: int,
    what: str,
) -> Check:
    from symgd.verify.gradient_check import Question, check_formula

    arguments = symbols_of(output)
    question = Question(output, tuple(nodes), own.finished, tuple(claims), tuple(arguments), what, raw=own.raw)
    formulas = [claim for claim in claims if isinstance(claim, Node)]
    return check_formula(
        question,
        at=at,
        seed=seed,
        count=points,
        compiled=(lambda: _compiled_if_possible(arguments, formulas)) if len(formulas) == len(claims) else None,
        traced=lambda: _traced_claims(claims, arguments),
    )


def _compiled_if_possible(arguments: Sequence[Node], claims: Sequence[Node]) -> Any:
    """Return the compiled claims, or None where a function has no code: a formula can be judged without."""
    try:
        return api.lambdify(list(arguments), list(claims))
    except UnsupportedError:
        return None


def _traced_claims(claims: Sequence[Any], arguments: Sequence[Node]) -> list[Node] | None:
    found = [claim if isinstance(claim, Node) else _traced(getattr(claim, "__wrapped__", claim), arguments) for claim in claims]
    return None if any(one is None for one in found) else [one for one in found if one is not None]


# -- code -----------------------------------------------------------------------------------------------------


def _is_code(value: Any) -> bool:
    return callable(value) and not isinstance(value, Node) and not is_sympy(value)


def _traced(function: Callable[..., Any], arguments: Sequence[Node]) -> Node | None:
    """Read somebody's function as a formula, where that can be done."""
    try:
        return from_numpy(function, arguments)
    except Exception:  # it may fail in any way, and is then judged by its values
        return None


def _check_code(function: Any, claim: Any, at: Any, seed: int, what: str) -> Check:
    """Judge somebody's derivative: as a formula where the function can be read as one and has its values, else by values."""
    from symgd.verify.arrays import asked_with_numpy, in_double_precision, library_of
    from symgd.verify.black_box import HandWritten, check_hand_written, has_values_of
    from symgd.verify.complex_step import is_analytic

    x = _read_point(at)
    with in_double_precision():
        library = library_of(at)
        fun, grad = asked_with_numpy(function, library), asked_with_numpy(claim, library)
        value = fun(x.copy())
        if what == "gradient" and value.ndim:
            raise ShapeError(
                f"the function returns an array of shape {value.shape}, and a gradient belongs to a scalar",
                hint="judge its Jacobian with check_jacobian",
            )
        variable = tensor("x", x.shape)
        formula = _traced(function, [variable]) if library == "numpy" else None
        if formula is not None and formula.shape == value.shape and has_values_of(formula, variable, fun, x):
            check = _check_traced(formula, variable, grad, x, seed, what)
            if check is not None and str(check.verdict) != "UNSURE":
                return check
        analytic = function if formula is not None and is_analytic(formula) else None
        return check_hand_written(HandWritten(fun, grad, analytic, what), x, seed)


def _check_traced(formula: Node, variable: Node, claim: Any, x: Any, seed: int, what: str) -> Check | None:
    """Judge a function's derivative by the formula it was read as; None where symgd cannot derive it or it is too large."""
    from symgd.verify.black_box import around
    from symgd.verify.gradient_check import Question, check_formula

    own = _own_gradients(formula, [variable]) if what == "gradient" else _own_jacobians(formula, [variable])
    if own.finished is None:
        return None
    nearby = [{variable: place} for place in around(x, 4, np.random.default_rng(seed))]
    label = "grad" if what == "gradient" else what
    question = Question(formula, (variable,), own.finished, (claim,), (variable,), what, label, own.raw)
    return check_formula(
        question, at={variable: x}, nearby=nearby, seed=seed, traced=lambda: _traced_claims([claim], [variable])
    )


def _check_hessian_code(function: Any, claim: Any, gradient: Any, at: Any, seed: int) -> Check:
    if gradient is None:
        x = _read_point(at)
        variable = tensor("x", x.shape)
        formula = _traced(function, [variable])
        if formula is None or formula.shape:
            raise SymgdError(
                "the function cannot be read as a formula, and differences of differences carry too few digits",
                hint="give gradient=…, its gradient function; the Hessian is judged as the Jacobian of that",
            )
        from symgd.verify.arrays import asked_with_numpy
        from symgd.verify.black_box import has_values_of

        fun = asked_with_numpy(function)
        if has_values_of(formula, variable, fun, x):
            slope = api.gradient(formula, variable)
            check = _check_traced(slope, variable, asked_with_numpy(claim), x, seed, "Jacobian")
            if check is not None:
                return check
        raise SymgdError("the function is not what it was read as", hint="give gradient=…, its gradient function")
    first = _check_code(function, gradient, at, seed, "gradient")
    if str(first.verdict) == "WRONG":
        return first
    return _check_code(gradient, claim, at, seed, "Hessian")


def _read_point(at: Any) -> Any:
    from symgd.verify.arrays import to_numpy

    if at is None:
        raise SymgdError("two functions are compared at a point", hint="give at=x0")
    try:
        return to_numpy(at)
    except (SymgdError, TypeError, ValueError):
        raise SymgdError("two functions are compared at a point that is an array of numbers", hint="at=[1.0, 2.0]") from None
