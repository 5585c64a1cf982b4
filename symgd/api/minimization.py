"""Functions that pass formulas to optimisers: objective and minimize."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, overload

from symgd.api.compilation import lambdify, structure
from symgd.api.curvature_bounds import safe_learning_rate
from symgd.api.derivatives import hessian
from symgd.api.goals import check_values, data_of, read_goal, values_of_data
from symgd.api.inputs import read_variables, read_with_data, the_variable
from symgd.api.simplification import finish, recognise, slope_of
from symgd.arguments import Function, read_function, read_seed
from symgd.array_entries import Foreign
from symgd.arrays import read_finite_array
from symgd.derive import jacobian as derivatives
from symgd.errors import SymgdError, shown
from symgd.graph.conversion import name_of
from symgd.graph.node import Node, tensor

if TYPE_CHECKING:
    from symgd.arrays import Array
    from symgd.descent.direction import Direction, SecondOrderDirection
    from symgd.descent.history import Run
    from symgd.descent.minimize import IntermediateResult
    from symgd.descent.objective import Objective
    from symgd.descent.step_size import StepSize
    from symgd.graph.shape import Size
    from symgd.typing import FormulaLike, Operand, SupportsSymPy, Values, Variable


_SECONDS_FOR_A_PROOF = 1.0


def objective(loss: FormulaLike, wrt: Variable | None = None, data: Values | None = None) -> Objective:
    """Return a loss with its data as functions of one flat vector, as ``scipy.optimize.minimize`` takes them.

    Parameters
    ----------
    loss : Node, text or SymPy expression
        Of shape ().
    wrt : Node, SymPy symbol, name, or list of them, optional
        The variables, or the only input without data where it is left out; several are laid one after the other.
    data : mapping of Node, SymPy symbol or name to array
        Values of all other inputs.

    Returns
    -------
    Objective
        With ``fun(x)``, ``jac(x)``, ``hess(x)``, ``hessp(x, v)``, ``pack`` and ``unpack``.

    Raises
    ------
    SymgdError
        Where a value is missing; ShapeError where it does not fit.

    Examples
    --------
    >>> import numpy as np, scipy.optimize, symgd as sg
    >>> obj = sg.objective("(1 - x)**2 + 100*(y - x**2)**2", ["x", "y"])
    >>> found = scipy.optimize.minimize(obj.fun, [0, 0], jac=obj.jac, hess=obj.hess, method="Newton-CG")
    >>> found.x.round(3)
    array([1., 1.])
    """
    values = data_of(data)
    source = read_with_data(loss, values)
    return _objective(source, the_variable(source, wrt, map(name_of, values)), values, None)


def _objective(source: Node, wrt: Variable, data: Values, start: object) -> Objective:
    from symgd.descent.objective import Constant, Objective

    nodes, values, shapes = read_goal(source, wrt, data, start)
    core = recognise(source, nodes)
    others = list(values)

    def slopes() -> list[Node]:
        return [slope_of(source, gradient, nodes) for gradient in derivatives.gradients(core, nodes)]

    def make_hess() -> Function:
        if len(nodes) > 1 and not as_vector:
            blocks = [derivatives.jacobian(slope, node) for slope in slopes() for node in nodes]
            return lambdify([*nodes, *others], finish(source, *blocks), name="hess")
        target = nodes if as_vector else nodes[0]
        if not as_vector and not nodes[0].shape:
            return lambdify([*nodes, *others], hessian(source, target), name="hess")
        hessian_structure = structure(hessian(source, target), target)
        compiled = lambdify([*nodes, *others], hessian_structure, name="hess")
        return Constant(compiled) if hessian_structure.is_constant else compiled

    def make_hessp() -> Function:
        from symgd.primitives.arithmetic import add, mul
        from symgd.primitives.summation import sum as total

        directions = [tensor(f"direction_{node.name}"[:64], node.shape) for node in nodes]
        along = add.make(tuple(total(mul.make(pair)) for pair in zip(slopes(), directions, strict=True)))
        return lambdify([*nodes, *directions, *others], finish(source, *derivatives.gradients(along, nodes)), name="hessp")

    gradients = finish(source, *derivatives.gradients(core, nodes))
    first = lambdify([*nodes, *others], [source, *gradients], name="value_and_gradient")
    axis = _sample_axis(others)
    batched = [axis is not None and bool(node.shape) and node.shape[0] == axis for node in others]
    as_vector = isinstance(wrt, list | tuple) and all(not node.shape for node in nodes)
    return Objective(
        [node.name for node in nodes],
        shapes,
        list(values.values()),
        first,
        make_hess,
        make_hessp,
        as_vector,
        batched,
        not isinstance(axis, int),
        (_objective, (source, nodes if isinstance(wrt, list | tuple) else nodes[0], values, start)),
        shown(source),
    )


def _starts(goal: Objective, start: Foreign) -> dict[str, object]:
    """Return the first values of variables as they were given, by name."""
    if isinstance(start, Mapping):
        return {name: start[name] for name in goal.names}
    is_one = goal.as_vector or len(goal.names) == 1
    return {", ".join(goal.names): start} if is_one else dict(zip(goal.names, start, strict=True))


def _refuse_not_finite(data: Values, starts: Mapping[str, object]) -> None:
    """Name the entry of the data or of the start that is not finite, where there is one."""
    for key, value in data.items():
        read_finite_array(value, f"the value of {name_of(key)}")
    for name, value in starts.items():
        read_finite_array(value, f"the start of {name}")


def _sample_axis(nodes: Sequence[Node]) -> Size | None:
    """Return the size of the axis that counts samples: the first axis of the data of highest rank."""
    tensors = [node for node in nodes if node.shape]
    return max(tensors, key=lambda node: node.rank).shape[0] if tensors else None


def _first_part_without_value(loss: Node, wrt: Variable, data: Values, goal: Objective, x: Array) -> str:
    """Return a sentence that names the part of a loss that has no finite value at a point, where there is one."""
    from symgd.api.values_that_are_not_finite import first_part_without_value

    nodes = read_variables(loss, wrt)
    values = dict(zip(nodes, goal.split(x), strict=True)) | values_of_data(loss, nodes, data)
    found = first_part_without_value(recognise(loss, nodes), values)
    return "" if found is None else f" {found}."


def _in_shapes(callback: Callable[..., object], goal: Objective) -> Callable[[IntermediateResult], object]:
    """Return a callback of the variables in the form in which they were given."""
    return lambda result: callback(replace(result, x=goal.unpack(result.x)))


@overload
def minimize(
    loss: FormulaLike,
    wrt: Node | str | SupportsSymPy | None = None,
    *,
    data: Values | None = None,
    start: Operand | Values | None = None,
    seed: int = 0,
    direction: Direction | SecondOrderDirection | type | str | None = None,
    step_size: StepSize | type | str | float | None = None,
    batch_size: int | None = None,
    epochs: int = 100,
    gradient_tolerance: float = 1e-8,
    value_tolerance: float = 0.0,
    max_seconds: float | None = None,
    progress: Callable[[int, float], None] | None = None,
    callback: Callable[[IntermediateResult], object] | None = None,
) -> Run[Array]: ...


@overload
def minimize(
    loss: FormulaLike,
    wrt: Variable | None = None,
    *,
    data: Values | None = None,
    start: Operand | Values | None = None,
    seed: int = 0,
    direction: Direction | SecondOrderDirection | type | str | None = None,
    step_size: StepSize | type | str | float | None = None,
    batch_size: int | None = None,
    epochs: int = 100,
    gradient_tolerance: float = 1e-8,
    value_tolerance: float = 0.0,
    max_seconds: float | None = None,
    progress: Callable[[int, float], None] | None = None,
    callback: Callable[[IntermediateResult], object] | None = None,
) -> Run: ...


def minimize(
    loss: FormulaLike,
    wrt: Variable | None = None,
    *,
    data: Values | None = None,
    start: Operand | Values | None = None,
    seed: int = 0,
    direction: Direction | SecondOrderDirection | type | str | None = None,
    step_size: StepSize | type | str | float | None = None,
    batch_size: int | None = None,
    epochs: int = 100,
    gradient_tolerance: float = 1e-8,
    value_tolerance: float = 0.0,
    max_seconds: float | None = None,
    progress: Callable[[int, float], None] | None = None,
    callback: Callable[[IntermediateResult], object] | None = None,
) -> Run:
    """Descend along the gradient: w ← w − λ·d.

    Parameters
    ----------
    loss : Node, text or SymPy expression
    wrt : Node, SymPy symbol, name, or list of them, optional
        The variables; the only input without data where it is left out.
    data : mapping of Node, SymPy symbol or name to array
        Values of all other inputs. Samples lie along their first axis.
    start : array or dict of arrays, optional
        The first point; small seeded random numbers without it.
    seed : int
        Of the start and of the shuffling.
    direction : a direction such as ``Momentum(0.5)``, a class or a name ("momentum"), optional
    step_size : a step size such as ``LearningRate(0.1)``, a class, a name, "safe" or a number, optional
        "safe" is 1/L with the bound L of :func:`curvature_bounds` for these data. Without it backtracking for full batches,
        else a learning rate of 0.01.
    batch_size : int, optional
        Samples of a batch: None takes all of them, 1 is stochastic descent. A batch's loss is the formula on its
        samples, so write the loss as a mean.
    epochs : int
        At most so many passes over the samples.
    gradient_tolerance, value_tolerance : float
        Stop where the norm of the gradient is that small, relative to the largest one so far where that is below 1, or where
        the loss changes relatively that little over an epoch (0 never does).
    max_seconds : float, optional
        Stop after so much time.
    progress : callable, optional
        Called with the epoch and the loss.
    callback : callable, optional
        ``callback(intermediate_result)`` after each epoch, as in SciPy: the result has ``x``, ``fun``, ``jac`` and ``nit``, and
        raising StopIteration stops the run.

    Returns
    -------
    Run
        With ``x``, ``value``, ``outcome``, ``history`` and ``plot()``, and the fields of SciPy's results. Where the gradient is
        small, the loss is looked at around the point: ``outcome`` is CONVERGED at a minimum, SADDLE or FLAT elsewhere.

    Raises
    ------
    SymgdError
        For missing data, an impossible batch, or a start where the loss is not finite.

    References
    ----------
    Robbins & Monro 1951; Polyak 1964; Kingma & Ba 2015.

    Examples
    --------
    >>> import numpy as np, symgd as sg
    >>> X, y = np.array([[1.0], [2.0], [3.0]]), np.array([2.0, 4.0, 6.0])
    >>> loss = sg.formula("mean((X @ w - y)**2)", shapes={"X": "m n", "y": "m", "w": "n"})
    >>> run = sg.minimize(loss, "w", data={"X": X, "y": y}, start=[3.0])
    >>> run.x.round(6), run.outcome.name
    (array([2.]), 'CONVERGED')
    """
    import numpy as np

    from symgd.descent.batches import Batches
    from symgd.descent.direction import as_direction
    from symgd.descent.minimize import Problem, descend
    from symgd.descent.outcome import Outcome
    from symgd.descent.step_size import SAFE, LearningRate, as_step_size

    data = data_of(data)
    loss = read_with_data(loss, data, start)
    wrt = the_variable(loss, wrt, map(name_of, data))
    if isinstance(step_size, str) and step_size.lower() == SAFE:
        step_size = LearningRate(float(safe_learning_rate(loss, wrt, data).rate))
    chosen = as_direction(direction)
    chosen_step_size = as_step_size(step_size, batch_size is None, chosen)
    start = {name_of(key): value for key, value in start.items()} if isinstance(start, Mapping) else start
    goal = _objective(loss, wrt, data, start)
    samples = next((len(value) for value, is_batched in zip(goal.data, goal.batched, strict=True) if is_batched), 1)
    if batch_size is not None and not (any(goal.batched) and goal.has_named_samples):
        raise SymgdError("there are no samples to take batches of", hint="give the loss data with named axes, as in X: m n")
    batches = Batches(samples, batch_size, read_seed(seed))
    first = goal.pack(start) if start is not None else 0.1 * np.random.default_rng(read_seed(seed)).normal(size=goal.size)
    what, hint = ("start", None) if start is not None else ("random start", "give a start that is: start={name: array}")
    check_values(dict(zip(read_variables(loss, wrt), goal.split(first), strict=True)), what, hint)
    with np.errstate(all="ignore"):
        value, slope = goal.value_and_gradient(first)
    if not (np.isfinite(value) and np.isfinite(slope).all()):
        _refuse_not_finite(data, {} if start is None else _starts(goal, start))

    def is_convex() -> bool:
        from symgd.api.convexity import convexity
        from symgd.curvature.kind import Kind

        try:
            verdict = convexity(loss, wrt, budget=_SECONDS_FOR_A_PROOF)
        except SymgdError:
            return False
        return verdict.kind in (Kind.CONVEX, Kind.AFFINE)  # a strictly convex one is nowhere flat

    told = None if callback is None else _in_shapes(read_function(callback, "callback", "callback=print"), goal)
    run: Run[Any] = descend(
        Problem(goal.fun, goal.value_and_gradient, goal.hess, is_convex),
        first,
        chosen,
        chosen_step_size,
        batches,
        epochs=epochs,
        gradient_tolerance=gradient_tolerance,
        value_tolerance=value_tolerance,
        max_seconds=max_seconds,
        progress=progress,
        callback=told,
    )
    if run.outcome is Outcome.NOT_FINITE:
        run.message += _first_part_without_value(loss, wrt, data, goal, run.x_last)
    run.x, run.x_last = goal.unpack(run.x), goal.unpack(run.x_last)
    return run
