"""The story in one file: each public verb is a few lines that compose passes.

    formula → recognise → derive → simplify → compile · check · judge · descend · explain

SymPy takes a quarter of a second to import, so the passes that need it are imported by the verbs that use them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import symgd.simplify  # noqa: F401  (fills the rule book)
from symgd.derive import jacobian as derivatives
from symgd.errors import ShapeError, SymgdError, UnsupportedError
from symgd.graph.infer import Facts, domain_of
from symgd.graph.node import Node, as_node, symbols_of
from symgd.graph.primitive import CONVERSIONS
from symgd.graph.shape import show_shape
from symgd.simplify.rewrite import simplify as _simplify

Variable = Any
What = Literal["gradient", "jacobian", "hessian"]


# -- formulas -------------------------------------------------------------------------------------------------


def formula(
    source: Any,
    *arguments: Node,
    shapes: Mapping[str, Any] | None = None,
    facts: Mapping[str, Mapping[str, Any]] | None = None,
    syntax: Literal["symgd"] = "symgd",
) -> Node:
    """Read a formula: text, a SymPy expression, or a NumPy function.

    Parameters
    ----------
    source : str, SymPy expression, callable or Node
        Text is read by symgd's own grammar and never evaluated. A callable is called with `arguments` and may use operators and
        NumPy functions.
    *arguments : Node
        What a callable is called with.
    shapes : mapping of str to str or tuple
        Shapes of the inputs in a text: ``{"X": "m n", "y": "m"}``. Other names are scalars.
    facts : mapping of str to mapping
        What is known of inputs in a text: ``{"y": {"one_hot": True}}``; see :func:`tensor`.
    syntax : {"symgd"}
        The language of a text.

    Returns
    -------
    Node

    Raises
    ------
    ParseError, ShapeError, DomainError, UnsupportedError
        What is wrong, where, and what to do.

    Examples
    --------
    >>> import symgd as sg
    >>> sg.formula("mean((X @ w - y)**2)", shapes={"X": "m n", "w": "n", "y": "m"})
    mean((X @ w - y)**2)
    """
    if isinstance(source, Node):
        return source
    if isinstance(source, str):
        if syntax != "symgd":
            raise UnsupportedError(f"formulas in {str(syntax)[:20]} cannot be read yet", hint='use syntax="symgd"')
        from symgd.formula.from_text import parse

        return parse(source, shapes, facts)
    if callable(source) and not type(source).__module__.startswith("sympy"):
        return as_node(source(*arguments))
    if type(source).__module__.partition(".")[0] == "sympy":
        from symgd.formula.from_sympy import from_sympy

        return from_sympy(source)
    return as_node(source)


CONVERSIONS["from_sympy"] = formula


def _to_sympy(node: Node) -> Any:
    from symgd.formula.to_sympy import to_sympy

    return to_sympy(node)


CONVERSIONS["to_sympy"] = _to_sympy


def _to_latex(node: Node) -> str:
    from symgd.explain.latex import to_latex

    return to_latex(node)


CONVERSIONS["latex"] = _to_latex


def variable(loss: Node, wrt: Variable) -> Node | list[Node]:
    """Return the input(s) meant by `wrt`: a Node, a SymPy symbol, a name, or a list of scalars, which counts as one vector.

    Raises
    ------
    SymgdError
        For a name that is not in the formula.
    """
    if isinstance(wrt, list | tuple):
        found = [variable(loss, one) for one in wrt]
        nodes = [one for one in found if isinstance(one, Node)]
        if len(nodes) != len(found) or any(node.shape for node in nodes):
            raise ShapeError("a list of variables is one vector, so its members are scalars", hint="use gradients for tensors")
        return nodes
    if isinstance(wrt, Node):
        return wrt
    if isinstance(wrt, str):
        name = wrt
    elif type(wrt).__module__.partition(".")[0] == "sympy":
        name = str(getattr(wrt, "name", wrt))
    else:
        raise SymgdError(f"{type(wrt).__name__} is not a variable", hint="give a Node, a SymPy symbol or a name")
    matching = [node for node in symbols_of(loss) if node.name == name]
    if len(matching) == 1:
        return matching[0]
    if matching:
        raise SymgdError(f"two inputs are called {name}", hint="declare it once, and use that Node everywhere")
    if not isinstance(wrt, str):
        return formula(wrt)
    names = ", ".join(node.name for node in symbols_of(loss))
    raise SymgdError(f"{name[:40]!a} is not in the formula", hint=f"its inputs are {names or 'none'}")


def _read(loss: Any) -> Node:
    return formula(loss)


def _recognised(loss: Node) -> Node:
    """Return the formula with functions recognised in their naive spelling, which is what is differentiated."""
    return _simplify([loss], Facts(domain_of(loss))).roots[0]


def _finished(loss: Node, *raw: Node) -> list[Node]:
    """Simplify derivatives of `loss`; where they are used, the formula itself is defined."""
    return _simplify(raw, Facts(domain_of(loss))).roots


def simplify(expression: Any) -> Node:
    """Return an equal formula, shorter for people and stable for numbers.

    >>> import symgd as sg
    >>> sg.simplify(sg.formula("log(1 + exp(x)) + 2*x + x"))
    softplus(x) + 3*x
    """
    return _recognised(_read(expression))


# -- derivatives ----------------------------------------------------------------------------------------------


def gradient(loss: Any, wrt: Variable) -> Node:
    """Return the gradient of a scalar formula.

        [∇f]ᵢ = ∂f/∂xᵢ

    Parameters
    ----------
    loss : Node, text or SymPy expression
        Of shape ().
    wrt : Node, SymPy symbol, name, or list of scalars

    Returns
    -------
    Node
        Of the shape of `wrt`; a list of n scalars gives shape (n,).

    Raises
    ------
    ShapeError
        Where the formula is not a scalar.

    References
    ----------
    Baur & Strassen, *The complexity of partial derivatives*, 1983.

    Examples
    --------
    >>> import symgd as sg
    >>> loss = sg.formula("mean(log(1 + exp(-y*(X@w))))", shapes={"X": "m n", "y": "m", "w": "n"})
    >>> sg.gradient(loss, "w")
    -X.T @ (y * sigmoid(-y * (X @ w))) / m
    """
    loss = _read(loss)
    target = variable(loss, wrt)
    return _finished(loss, derivatives.gradient(_recognised(loss), target))[0]


def gradients(loss: Any, wrt: Sequence[Variable]) -> dict[str, Node]:
    """Return the gradient in several variables, from one sweep.

    Parameters
    ----------
    loss : Node, text or SymPy expression
    wrt : sequence of Node, SymPy symbol or name

    Returns
    -------
    dict of str to Node

    Examples
    --------
    >>> import symgd as sg
    >>> sg.gradients("a*n*t", ["a", "n", "t"])
    {'a': n*t, 'n': a*t, 't': a*n}
    """
    loss = _read(loss)
    targets = [variable(loss, one) for one in wrt]
    nodes = [node for node in targets if isinstance(node, Node)]
    results = _finished(loss, *derivatives.gradients(_recognised(loss), nodes))
    return {node.name: result for node, result in zip(nodes, results, strict=True)}


def jacobian(output: Any, wrt: Variable) -> Node:
    """Return the Jacobian: the axes of the output, then those of `wrt`.

        Jᵢⱼ = ∂fᵢ/∂xⱼ

    Parameters
    ----------
    output : Node, text or SymPy expression
        Of any shape.
    wrt : Node, SymPy symbol, name, or list of scalars

    Returns
    -------
    Node
        Of shape ``(*output.shape, *wrt.shape)``.

    Examples
    --------
    >>> import symgd as sg
    >>> sg.jacobian(sg.formula("A @ x", shapes={"A": "m n", "x": "n"}), "x")
    A
    """
    output = _read(output)
    target = variable(output, wrt)
    return _finished(output, derivatives.jacobian(_recognised(output), target))[0]


def hessian(loss: Any, wrt: Variable) -> Node:
    """Return the Hessian: the axes of `wrt` twice.

        Hᵢⱼ = ∂²f/∂xᵢ∂xⱼ

    Parameters
    ----------
    loss : Node, text or SymPy expression
        Of shape ().
    wrt : Node, SymPy symbol, name, or list of scalars

    Returns
    -------
    Node
        Of shape ``(*wrt.shape, *wrt.shape)``.

    Examples
    --------
    >>> import symgd as sg
    >>> sg.hessian(sg.formula("x @ A @ x", shapes={"A": "n n", "x": "n"}), "x")
    A + A.T
    """
    loss = _read(loss)
    target = variable(loss, wrt)
    (slope,) = _finished(loss, derivatives.gradient(_recognised(loss), target))
    return _finished(loss, derivatives.jacobian(slope, target))[0]


def hvp(loss: Any, wrt: Variable, vector: Any) -> Node:
    """Return the Hessian times a vector, without the Hessian.

    Parameters
    ----------
    loss : Node, text or SymPy expression
    wrt : Node, SymPy symbol or name
    vector : Node
        Of the shape of `wrt`.

    Returns
    -------
    Node
        Of the shape of `wrt`.

    References
    ----------
    Pearlmutter, *Fast exact multiplication by the Hessian*, 1994.

    Examples
    --------
    >>> import symgd as sg
    >>> v = sg.tensor("v", "n")
    >>> sg.hvp(sg.formula("x @ A @ x", shapes={"A": "n n", "x": "n"}), "x", v)
    (A + A.T) @ v
    """
    loss = _read(loss)
    target = variable(loss, wrt)
    (slope,) = _finished(loss, derivatives.directional_derivative(_recognised(loss), target, as_node(vector)))
    return _finished(loss, derivatives.gradient(slope, target))[0]


def directional_derivative(loss: Any, wrt: Variable, vector: Any) -> Node:
    """Return the slope of a formula along a direction, ∇f·v.

    Parameters
    ----------
    loss : Node, text or SymPy expression
    wrt : Node, SymPy symbol, name or list of scalars
    vector : Node
        Of the shape of `wrt`.

    Examples
    --------
    >>> import symgd as sg
    >>> sg.directional_derivative(sg.formula("x @ x", shapes={"x": "n"}), "x", sg.tensor("v", "n"))
    2*(x @ v)
    """
    loss = _read(loss)
    target = variable(loss, wrt)
    return _finished(loss, derivatives.directional_derivative(_recognised(loss), target, as_node(vector)))[0]


# -- compiled -------------------------------------------------------------------------------------------------


def lambdify(arguments: Any, outputs: Any, backend: str = "numpy", *, name: str = "f") -> Any:
    """Compile formulas to a function of arrays, through ``sympy.lambdify``.

    Parameters
    ----------
    arguments : Node, SymPy symbol, name, or sequence of them
        In the order of the call. Arguments that the formulas do not use are accepted.
    outputs : Node or sequence of Node
        A sequence gives a function that returns a list.
    backend : {"numpy", "cupy"}
    name : str
        Name of the function in the source.

    Returns
    -------
    Compiled
        Callable; ``.source`` is its code. Formulas of scalars broadcast over arrays (constants too; tensor axes come last).
        float32 stays float32; integers become float64.

    Raises
    ------
    SymgdError
        For an input of the formulas that is not among the arguments, or an unknown backend.

    Examples
    --------
    >>> import numpy as np, symgd as sg
    >>> loss = sg.formula("sum((X @ w - y)**2)", shapes={"X": "m n", "y": "m", "w": "n"})
    >>> f = sg.lambdify(["X", "y", "w"], [loss, sg.gradient(loss, "w")])
    >>> f(np.eye(2), np.ones(2), np.zeros(2))
    [np.float64(2.0), array([-2., -2.])]
    """
    from symgd.codegen.lambdify import compile_formulas

    if not name.isidentifier() or not name.isascii():
        raise SymgdError(f"{name[:40]!a} cannot name a function")
    several = isinstance(outputs, list | tuple)
    formulas = [_read(output) for output in (outputs if several else [outputs])]
    given = arguments if isinstance(arguments, list | tuple) else [arguments]
    known = {node.name: node for node in symbols_of(*formulas)}
    nodes = [_argument(one, known) for one in given]
    ready = _simplify(formulas, Facts(domain_of(*formulas)), purpose="code").roots
    return compile_formulas(nodes, ready, backend, as_list=several, name=name)


def _argument(given: Any, known: Mapping[str, Node]) -> Node:
    from symgd.graph.node import tensor

    if isinstance(given, Node):
        if not given.is_symbol:
            raise SymgdError(f"{given} is not an input, so it cannot be an argument")
        return given
    name = given if isinstance(given, str) else str(getattr(given, "name", given))
    if name in known:
        return known[name]
    return tensor(name) if isinstance(given, str) else formula(given)


# -- judged ---------------------------------------------------------------------------------------------------


def check_gradient(
    loss: Any,
    wrt: Any,
    *,
    gradient: Any = None,
    at: Any = None,
    seed: int = 0,
    points: int = 5,
) -> Any:
    """Judge a gradient: symgd's own, a claimed one, or somebody's code.

    Parameters
    ----------
    loss : Node, text, SymPy expression, or callable
        A scalar formula; or a function of one array, with its gradient function as `wrt`.
    wrt : Node, SymPy symbol, name, list of scalars, or callable
        The variable; or the gradient function to judge.
    gradient : Node, text or callable, optional
        The claimed gradient; symgd's own without it. A text is read with the inputs of `loss`. A callable takes the inputs of the
        formula in order of appearance.
    at : mapping or array, optional
        The point: ``{"x": …}``, an array for callables; random points inside the domain without it.
    seed, points : int
        Of the random points.

    Returns
    -------
    GradientCheck
        With ``verdict`` (RIGHT, WRONG, KINK, UNSURE), ``worst``, ``digits``, ``explain()`` and ``raise_if_wrong()``.

    Raises
    ------
    ShapeError
        Where a gradient does not have the shape of its variable.

    References
    ----------
    Ridders, *Accurate computation of F'(x) and F'(x)F''(x)*, 1982.

    Examples
    --------
    >>> import symgd as sg
    >>> loss = sg.formula("mean((X @ w - y)**2)", shapes={"X": "m n", "y": "m", "w": "n"})
    >>> sg.check_gradient(loss, "w").verdict
    <Verdict.RIGHT: 'RIGHT'>
    >>> print(sg.check_gradient(loss, "w", gradient="X.T @ (X @ w - y) / m").worst)  # doctest: +ELLIPSIS
    w[...]  got ...  expected ...  ratio 0.5
    """
    from symgd.verify.gradient_check import check_callables, check_formula

    if callable(loss) and not isinstance(loss, Node) and callable(wrt):
        if at is None:
            raise SymgdError("two functions are compared at a point", hint="give at=x0")
        return check_callables(loss, wrt, at)
    loss = _read(loss)
    target = variable(loss, wrt)
    nodes = [target] if isinstance(target, Node) else list(target)
    arguments = list(symbols_of(loss))
    if gradient is None:
        claims: list[Any] = _finished(loss, *derivatives.gradients(_recognised(loss), nodes))
        compiled = lambdify(arguments, claims)
    else:
        claims = _claims(loss, target, gradient)
        formulas_only = all(isinstance(claim, Node) for claim in claims)
        compiled = lambdify(arguments, claims) if formulas_only else None
    return check_formula(
        loss, nodes, claims, at=at, seed=seed, count=points, compiled=compiled, arguments=arguments
    )


def _claims(loss: Node, target: Node | list[Node], gradient: Any) -> list[Any]:
    """Return a claimed gradient as one claim for each variable."""
    if isinstance(gradient, str):
        from symgd.formula.from_text import parse

        gradient = parse(gradient, symbols={node.name: node for node in symbols_of(loss)})
    if callable(gradient) and not isinstance(gradient, Node) and not type(gradient).__module__.startswith("sympy"):
        if isinstance(target, Node):
            return [gradient]
        raise SymgdError("a gradient function is judged in one variable", hint="give a formula, or one variable at a time")
    if isinstance(gradient, list | tuple):
        return [formula(one) for one in gradient]
    claim = formula(gradient)
    if isinstance(target, Node):
        return [claim]
    if claim.shape != (len(target),):
        raise ShapeError(f"the claimed gradient has shape {show_shape(claim.shape)}, not ({len(target)},)")
    return [claim[k] for k in range(len(target))]
