"""The story in one file: each public verb is a few lines that compose passes.

    formula → recognise → derive → simplify → compile · check · judge · descend · explain

SymPy takes a quarter of a second to import, so the passes that need it are imported by the verbs that use them.
"""

from __future__ import annotations

import keyword
import operator
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Literal

import symgd.simplify  # noqa: F401  (fills the rule book)
from symgd.derive import jacobian as derivatives
from symgd.errors import AmbiguityError, DataError, DomainError, ShapeError, SymgdError, SymgdWarning, UnsupportedError
from symgd.formula.from_numpy import from_numpy
from symgd.graph.infer import Facts, domain_of
from symgd.graph.memory import without_collection
from symgd.graph.node import Node, SymbolFacts, as_node, is_sympy, name_of, size, symbols_of, tensor
from symgd.graph.primitive import CONVERSIONS
from symgd.graph.shape import Shape, show_shape
from symgd.graph.walk import toposort
from symgd.simplify.rewrite import Simplified
from symgd.simplify.rewrite import simplify as _simplify
from symgd.simplify.rule import Purpose

Variable = Any
Structure = Literal["symmetric", "diagonal", "toeplitz"]
Layout = Literal["numerator", "denominator"]
What = Literal["gradient", "jacobian", "hessian"]


# -- formulas -------------------------------------------------------------------------------------------------


def formula(
    source: Any,
    *arguments: Node,
    shapes: Mapping[str, Any] | None = None,
    facts: Mapping[str, Mapping[str, Any]] | None = None,
    syntax: Literal["symgd", "latex"] = "symgd",
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
    syntax : {"symgd", "latex"}
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
        if syntax == "latex":
            from symgd.formula.from_latex import from_latex

            return from_latex(source, shapes, facts)
        if syntax != "symgd":
            raise UnsupportedError(f"there is no syntax called {str(syntax)[:20]!a}", hint='use syntax="symgd" or "latex"')
        from symgd.formula.from_text import parse

        return parse(source, shapes, facts)
    if is_sympy(source):
        from symgd.formula.from_sympy import from_sympy

        return from_sympy(source)
    if callable(source):
        return from_numpy(source, arguments)
    return as_node(source)


CONVERSIONS["from_sympy"] = formula


def _to_sympy(node: Node) -> Any:
    from symgd.formula.to_sympy import to_sympy

    return to_sympy(node)


CONVERSIONS["to_sympy"] = _to_sympy


def _to_latex(node: Node, notation: str = "matrix") -> str:
    if _is_indexed(notation):
        from symgd.explain.index_notation import to_index_notation

        return to_index_notation(node, "latex")
    from symgd.explain.latex import to_latex

    return to_latex(node)


CONVERSIONS["latex"] = _to_latex


def _to_text(node: Node, notation: str = "matrix") -> str:
    if _is_indexed(notation):
        from symgd.explain.index_notation import to_index_notation

        return to_index_notation(node)
    from symgd.explain.textbook import to_textbook

    return to_textbook(node)


CONVERSIONS["text"] = _to_text


def _is_indexed(notation: str) -> bool:
    if notation not in ("matrix", "index"):
        raise SymgdError(f"there is no notation called {str(notation)[:20]!a}", hint="matrix or index")
    return notation == "index"


def _named(node: Node) -> Any:
    from symgd.explain.named import name_parts

    return name_parts({"": node})


CONVERSIONS["named"] = _named


def variable(
    loss: Node, wrt: Variable, inputs: Mapping[str, Sequence[Node]] | None = None, *, is_member: bool = False
) -> Node | list[Node]:
    """Return the input(s) meant by `wrt`: a Node, a SymPy symbol, a name, or a list of scalars, which counts as one vector.

    An input that is declared and does not stand in the formula is accepted, with a warning: the derivative in it is 0.

    Raises
    ------
    SymgdError
        For a name that is not in the formula, and for an input whose name is nearly that of one.
    """
    if inputs is None:
        inputs = _inputs(loss)
    if isinstance(wrt, list | tuple):
        found = [variable(loss, one, inputs, is_member=True) for one in wrt]
        nodes = [one for one in found if isinstance(one, Node)]
        if len(nodes) != len(found) or any(node.shape for node in nodes):
            raise ShapeError("a list of variables is one vector, so its members are scalars", hint="use gradients for tensors")
        return _distinct(nodes)
    if not isinstance(wrt, str | Node) and is_sympy(wrt) and hasattr(wrt, "tolist"):
        return variable(loss, list(wrt), inputs)
    if isinstance(wrt, str):
        name = wrt
    elif isinstance(wrt, Node):
        if not wrt.is_symbol:
            raise SymgdError(f"{str(wrt)[:40]} is not an input, so there is no derivative in it", hint="give an input")
        name = wrt.name
    elif is_sympy(wrt) and (
        getattr(wrt, "is_Symbol", False) or type(wrt).__name__ in ("MatrixSymbol", "ArraySymbol", "IndexedBase")
    ):
        name = str(getattr(wrt, "label", None) or wrt.name)
    else:
        raise SymgdError(f"{str(wrt)[:40]} is not a variable", hint="give a Node, a SymPy symbol, a name, or a list of scalars")
    matching = inputs.get(name, ())
    if len(matching) > 1:
        raise SymgdError(f"two inputs are called {name}", hint="declare it once, and use that Node everywhere")
    if matching:
        if isinstance(wrt, Node) and wrt is not matching[0]:
            raise SymgdError(
                f"{name} is another input of the formula: {_described(matching[0])} there, {_described(wrt)} here",
                hint="declare it once, and use that Node everywhere",
            )
        return matching[0]
    if not isinstance(wrt, str):
        return _absent(wrt, name, inputs, is_member)
    names = ", ".join(inputs)
    hint = "e and pi are constants unless declared as inputs" if name in ("e", "pi") else f"its inputs are {names or 'none'}"
    raise SymgdError(f"{name[:40]!a} is not in the formula", hint=hint)


def _absent(wrt: Any, name: str, inputs: Mapping[str, Any], is_member: bool) -> Node:
    """Return a declared input that the formula does not contain: the derivative in it is 0, which deserves a warning.

    Of a vector of variables some may be absent.

    Raises
    ------
    SymgdError
        Where the name is nearly that of an input, and so probably a typing mistake.
    """
    close = [one for one in inputs if one.casefold() == name.casefold()]
    if close:
        raise SymgdError(f"{name[:40]!a} is not in the formula", hint=f"did you mean {close[0]}?")
    if not is_member:
        warnings.warn(f"{name} is not in the formula, so the derivative in it is 0", SymgdWarning, stacklevel=5)
    return formula(wrt)


def _inputs(loss: Node) -> dict[str, list[Node]]:
    """Return the inputs of a formula by name."""
    found: dict[str, list[Node]] = {}
    for node in symbols_of(loss):
        found.setdefault(node.name, []).append(node)
    return found


def _described(node: Node) -> str:
    return f"{show_shape(node.shape)}{' with facts' if node.facts != SymbolFacts() else ''}"


def _read(loss: Any) -> Node:
    return formula(loss)


def _read_beside(text: str, source: Node) -> Node:
    """Read a text that speaks of the inputs of another formula."""
    from symgd.formula.from_text import parse

    return parse(text, symbols={node.name: node for node in symbols_of(source)})


def _recognised(loss: Node, targets: Node | Sequence[Node], prove: bool = True) -> Node:
    """Return what is differentiated: the formula with functions recognised in their naive spelling, isolated points settled."""
    nodes = [targets] if isinstance(targets, Node) else targets
    return _settled(_simplified(loss, [loss], prove, "recognise").roots[0], nodes)


def _settled(core: Node, nodes: Sequence[Node]) -> Node:
    if not any(node.primitive.name == "equal" for node in toposort((core,))):
        return core
    from symgd.derive.isolated import settle_isolated_points

    return settle_isolated_points(core, nodes)


def _simplified(source: Node | None, raw: Sequence[Node], prove: bool, purpose: Purpose = "people") -> Simplified:
    """Simplify what is used where `source` is defined, and prove that it stayed the same."""
    run = _simplify(raw, Facts(domain_of(source)) if source is not None else None, purpose)
    if not prove or not any(map(operator.is_not, raw, run.roots)):
        return run
    from symgd.verify.equality import proven

    roots = proven(raw, run.roots, source)
    return Simplified(roots, run.steps if roots == run.roots else [])


def _finished(loss: Node, *raw: Node, prove: bool = True) -> list[Node]:
    """Simplify derivatives of `loss`; where they are used, the formula itself is defined."""
    return _simplified(loss, raw, prove).roots


def _slope(loss: Node, raw: Node, targets: Node | Sequence[Node], prove: bool = True) -> Node:
    """Return a first derivative that may be differentiated again.

    What is declared of a variable's structure (Aᵀ = A, Σy = 1) holds at the point but not around it, where the variable moves
    freely: such a slope is differentiated as it came out, not as it is written for people.
    """
    nodes = [targets] if isinstance(targets, Node) else targets
    is_structured = any(node.facts.is_symmetric or node.facts.sums_to is not None for node in nodes)
    return raw if is_structured else _finished(loss, raw, prove=prove)[0]


def simplify(expression: Any, *, prove: bool = True) -> Node:
    """Return an equal formula, shorter for people and stable for numbers; `prove` says whether its equality is proven first.

    >>> import symgd as sg
    >>> sg.simplify(sg.formula("log(1 + exp(x)) + 2*x + x"))
    softplus(x) + 3*x
    """
    return _simplified(None, [_read(expression)], prove).roots[0]


# -- derivatives ----------------------------------------------------------------------------------------------


@without_collection
def gradient(
    loss: Any, wrt: Variable, *, structure: Structure | None = None, layout: Layout = "denominator", prove: bool = True
) -> Node:
    """Return the gradient of a scalar formula.

        [∇f]ᵢ = ∂f/∂xᵢ

    Parameters
    ----------
    loss : Node, text or SymPy expression
        Of shape ().
    wrt : Node, SymPy symbol, name, or list of scalars
    structure : {"symmetric", "diagonal", "toeplitz"}, optional
        The gradient along matrices of a structure: G + Gᵀ − diag(G), diag(G), or sums along diagonals. Without it every entry
        moves freely, also of a matrix that is declared symmetric.
    layout : {"denominator", "numerator"}
        The denominator's has the shape of `wrt`; the numerator's is its transpose, the row that multiplies a small step.
    prove : bool
        Prove that the result equals what was derived, before it is returned.

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
    raw = derivatives.gradient(_recognised(loss, target, prove), target)
    if structure is not None:
        from symgd.derive.structured import along_structure

        raw = along_structure(_finished(loss, raw, prove=prove)[0], structure)
    return _in_layout(_finished(loss, raw, prove=prove)[0], loss, layout, "denominator", prove)


def _in_layout(result: Node, output: Node, layout: str, usual: str, prove: bool) -> Node:
    """Return a first derivative in a layout; in the unusual one the axes of output and variable change places."""
    if layout not in ("numerator", "denominator"):
        raise SymgdError(f"there is no layout called {str(layout)[:20]!a}", hint="numerator or denominator")
    if layout == usual or result.rank < 2:
        return result
    from symgd.primitives.spellings import transpose

    order = [*range(output.rank, result.rank), *range(output.rank)] if output.rank else list(range(result.rank))[::-1]
    return simplify(transpose(result, order), prove=prove)


@without_collection
def gradients(loss: Any, wrt: Sequence[Variable], *, prove: bool = True) -> dict[str, Node]:
    """Return the gradient in several variables, from one sweep.

    Parameters
    ----------
    loss : Node, text or SymPy expression
    wrt : sequence of Node, SymPy symbol or name
    prove : bool
        Prove that the result equals what was derived, before it is returned.

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
    inputs = _inputs(loss)
    targets = [variable(loss, one, inputs) for one in wrt]
    nodes = [node for node in targets if isinstance(node, Node)]
    results = _finished(loss, *derivatives.gradients(_recognised(loss, nodes, prove), nodes), prove=prove)
    return {node.name: result for node, result in zip(nodes, results, strict=True)}


@without_collection
def jacobian(output: Any, wrt: Variable, *, layout: Layout = "numerator", prove: bool = True) -> Node:
    """Return the Jacobian: the axes of the output, then those of `wrt`.

        Jᵢⱼ = ∂fᵢ/∂xⱼ

    Parameters
    ----------
    output : Node, text or SymPy expression
        Of any shape.
    wrt : Node, SymPy symbol, name, or list of scalars
    layout : {"numerator", "denominator"}
        In the numerator's the axes of the output come first, in the denominator's those of `wrt`.
    prove : bool
        Prove that the result equals what was derived, before it is returned.

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
    result = _finished(output, derivatives.jacobian(_recognised(output, target, prove), target), prove=prove)[0]
    return _in_layout(result, output, layout, "numerator", prove)


@without_collection
def hessian(loss: Any, wrt: Variable, *, prove: bool = True) -> Node:
    """Return the Hessian: the axes of `wrt` twice.

        Hᵢⱼ = ∂²f/∂xᵢ∂xⱼ

    Parameters
    ----------
    loss : Node, text or SymPy expression
        Of shape ().
    wrt : Node, SymPy symbol, name, or list of scalars
    prove : bool
        Prove that the result equals what was derived, before it is returned.

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
    slope = _slope(loss, derivatives.gradient(_recognised(loss, target, prove), target), target, prove)
    return _shorter_matrix(loss, _finished(loss, derivatives.second_derivatives(slope, target), prove=prove)[0], prove)


def _shorter_matrix(loss: Node, matrix: Node, prove: bool) -> Node:
    """Return a Hessian as it was simplified, or written as a sum of products with indices where that is shorter."""
    from symgd.derive.structure import recognise
    from symgd.simplify.cost import length

    if not matrix.shape or matrix.primitive.name == "array":
        return matrix
    _, restored = recognise(matrix)
    if restored is None or restored is matrix:
        return matrix
    (tidy,) = _finished(loss, restored, prove=False)  # what is chosen is proven below, against the matrix
    gain = length(matrix) - length(tidy)
    if gain < 0 or (gain == 0 and len(str(tidy)) >= len(str(matrix))):
        return matrix
    if prove:
        from symgd.verify.equality import proven

        return proven([matrix], [tidy], loss)[0]
    return tidy


@without_collection
def hessian_blocks(loss: Any, wrt: Sequence[Variable], *, prove: bool = True) -> dict[tuple[str, str], Node]:
    """Return the second derivatives in every pair of variables.

        H_xy = ∂²f/∂x∂y, the axes of x and then those of y

    Parameters
    ----------
    loss : Node, text or SymPy expression
        Of shape ().
    wrt : sequence of Node, SymPy symbol or name
    prove : bool
        Prove that the result equals what was derived, before it is returned.

    Returns
    -------
    dict of (str, str) to Node

    Examples
    --------
    >>> import symgd as sg
    >>> sg.hessian_blocks(sg.formula("u @ A @ v", shapes={"A": "m n", "u": "m", "v": "n"}), ["u", "v"])["u", "v"]
    A
    """
    loss = _read(loss)
    nodes = _variables(loss, wrt if isinstance(wrt, list | tuple) else [wrt])
    rows = derivatives.hessian_blocks(_recognised(loss, nodes, prove), nodes, lambda slope: _slope(loss, slope, nodes, prove))
    results = iter(_finished(loss, *(block for row in rows for block in row), prove=prove))
    return {(row.name, column.name): next(results) for row in nodes for column in nodes}


@without_collection
def derivative(output: Any, wrt: Variable, order: int = 1, *, prove: bool = True) -> Node:
    """Return a derivative of any order: the axes of the output, then those of `wrt` once for each order.

    Parameters
    ----------
    output : Node, text or SymPy expression
        Of any shape.
    wrt : Node, SymPy symbol, name, or list of scalars
    order : int
        From 0 to 20.
    prove : bool
        Prove that the result equals what was derived, before it is returned.

    Examples
    --------
    >>> import symgd as sg
    >>> sg.derivative("sin(x)*x", "x", 3)
    -x*cos(x) - 3*sin(x)
    """
    if isinstance(order, bool) or not isinstance(order, int) or not 0 <= order <= 20:
        raise SymgdError(f"the order of a derivative is a whole number from 0 to 20, not {str(order)[:20]}")
    source = _read(output)
    target = variable(source, wrt)
    nodes = [target] if isinstance(target, Node) else target
    result = _recognised(source, nodes, prove)
    for _ in range(order):
        result = _slope(source, derivatives.jacobian(result, target), nodes, prove)
    return _finished(source, result, prove=prove)[0]


@without_collection
def vjp(output: Any, wrt: Variable, adjoint: Any, *, prove: bool = True) -> Node:
    """Return an adjoint times the Jacobian, without the Jacobian: Σᵢ tᵢ·∂fᵢ/∂x.

    Parameters
    ----------
    output : Node, text or SymPy expression
        Of any shape.
    wrt : Node, SymPy symbol, name, or list of scalars
    adjoint : Node or name
        Of the shape of the output; a name is a new input of that shape.
    prove : bool
        Prove that the result equals what was derived, before it is returned.

    Examples
    --------
    >>> import symgd as sg
    >>> sg.vjp(sg.formula("tanh(A @ x)", shapes={"A": "m n", "x": "n"}), "x", "t")
    A.T @ (t * (1 - tanh(A @ x)**2))
    """
    source = _read(output)
    target = variable(source, wrt)
    start = _new_input(adjoint, source, source.shape)
    return _finished(source, derivatives.vjp(_recognised(source, target, prove), target, start), prove=prove)[0]


@without_collection
def jvp(output: Any, wrt: Variable, tangent: Any, *, prove: bool = True) -> Node:
    """Return the Jacobian times a tangent, without the Jacobian: Σⱼ ∂f/∂xⱼ·vⱼ.

    Parameters
    ----------
    output : Node, text or SymPy expression
        Of any shape.
    wrt : Node, SymPy symbol, name, or list of scalars
    tangent : Node or name
        Of the shape of `wrt`; a name is a new input of that shape.
    prove : bool
        Prove that the result equals what was derived, before it is returned.

    Examples
    --------
    >>> import symgd as sg
    >>> sg.jvp(sg.formula("tanh(A @ x)", shapes={"A": "m n", "x": "n"}), "x", "v")
    (A @ v) * (1 - tanh(A @ x)**2)
    """
    source = _read(output)
    target = variable(source, wrt)
    return _finished(
        source, derivatives.jvp(_recognised(source, target, prove), target, _direction(tangent, source, target)), prove=prove
    )[0]


@without_collection
def hvp(loss: Any, wrt: Variable, vector: Any, *, prove: bool = True) -> Node:
    """Return the Hessian times a vector, without the Hessian.

    Parameters
    ----------
    loss : Node, text or SymPy expression
    wrt : Node, SymPy symbol or name
    vector : Node
        Of the shape of `wrt`.
    prove : bool
        Prove that the result equals what was derived, before it is returned.

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
    vector = _direction(vector, loss, target)
    return _finished(
        loss,
        derivatives.hvp(_recognised(loss, target, prove), target, vector, lambda slope: _slope(loss, slope, target, prove)),
        prove=prove,
    )[0]


@without_collection
def directional_derivative(loss: Any, wrt: Variable, vector: Any, *, prove: bool = True) -> Node:
    """Return the slope of a formula along a direction, ∇f·v.

    Parameters
    ----------
    loss : Node, text or SymPy expression
    wrt : Node, SymPy symbol, name or list of scalars
    vector : Node
        Of the shape of `wrt`.
    prove : bool
        Prove that the result equals what was derived, before it is returned.

    Examples
    --------
    >>> import symgd as sg
    >>> sg.directional_derivative(sg.formula("x @ x", shapes={"x": "n"}), "x", sg.tensor("v", "n"))
    2*(x @ v)
    """
    loss = _read(loss)
    target = variable(loss, wrt)
    vector = _direction(vector, loss, target)
    return _finished(loss, derivatives.directional_derivative(_recognised(loss, target, prove), target, vector), prove=prove)[0]


def _direction(vector: Any, source: Node, target: Node | list[Node]) -> Node:
    """Return a direction; a name is a new input of the variable's shape."""
    return _new_input(vector, source, target.shape if isinstance(target, Node) else (len(target),))


def _new_input(vector: Any, source: Node, shape: Shape) -> Node:
    """Return a vector that is given, or a new input of a name.

    Raises
    ------
    AmbiguityError
        For the name of an input of the formula.
    ShapeError
        Where one name stands for two inputs.
    """
    inputs = {symbol.name: symbol for symbol in source.symbols}
    if not isinstance(vector, str):
        given = as_node(vector)
        for symbol in given.symbols:
            if inputs.get(symbol.name, symbol) is not symbol:
                shapes = f"{show_shape(inputs[symbol.name].shape)} in the formula and {show_shape(symbol.shape)} in the vector"
                raise ShapeError(f"{symbol.name} has the shape {shapes}", hint="give one of the two inputs another name")
        return given
    if vector in inputs:
        raise AmbiguityError(
            f"the name {vector[:40]}", f"the input {vector[:40]} of the formula", "a new input",
            hint="give the input itself, as a tensor, or another name",
        )  # fmt: skip
    return tensor(vector, shape)


def derivation(
    loss: Any,
    wrt: Variable | Sequence[Variable],
    what: What = "gradient",
    *,
    check: bool = False,
    code: bool = False,
    seed: int = 0,
    prove: bool = True,
) -> Any:
    """Derive and tell how: the named values, the adjoints from t = 1 backwards, the simplifications, the result.

    Parameters
    ----------
    loss : Node, text or SymPy expression
    wrt : Node, SymPy symbol, name, or list of them
        Several variables give several gradients from one sweep.
    what : {"gradient", "jacobian", "hessian"}
    check : bool
        Also let the 50-digit arbiter judge the gradient.
    code : bool
        Also show the compiled code.
    seed : int
        Of the check's points.
    prove : bool
        Prove that the result equals what was derived, before it is returned.

    Returns
    -------
    Derivation
        With ``result``, ``steps``, ``text()``, ``latex()``, ``html()`` and ``adjoints(at=…)``.

    References
    ----------
    Rumelhart, Hinton & Williams, *Learning representations by back-propagating errors*, 1986.

    Examples
    --------
    >>> import symgd as sg
    >>> print(sg.derivation("(x + y)**2", "x").text())
    L(x) = (x + y)²
    <BLANKLINE>
    Forward
      z = x + y
      L = z²
    <BLANKLINE>
    Backward
      t_L = 1         the output's adjoint with respect to itself
      t_z = 2·t_L·z   the slope of a square is twice its root
      t_x = t_z       a sum passes its adjoint on to every term
    <BLANKLINE>
    ∂L/∂x = 2·(x + y)
    """
    from symgd.derive.told import tell
    from symgd.explain.derivation import Derivation
    from symgd.explain.named import Named
    from symgd.graph.story import Story

    if what not in ("gradient", "jacobian", "hessian"):
        raise SymgdError(f"{str(what)[:20]!a} cannot be derived", hint="gradient, jacobian or hessian")
    source = _read(loss)
    nodes = _variables(source, wrt)
    recognised = _simplified(source, [source], prove, "recognise")
    core = _settled(recognised.roots[0], nodes)
    if what == "gradient":
        raw = derivatives.gradients(core, nodes)
    elif what == "jacobian":
        raw = [derivatives.jacobian(core, node) for node in nodes]
    else:
        slopes = [_slope(source, one, nodes, prove) for one in derivatives.gradients(core, nodes)]
        raw = [derivatives.jacobian(slope, node) for slope, node in zip(slopes, nodes, strict=True)]
    finished = _simplified(source, raw, prove)
    lines = tell(core, nodes, lambda formulas: _finished(source, *formulas, prove=prove)) if not source.shape else []
    story = Story(
        source,
        core,
        tuple(nodes),
        what,
        tuple(lines),
        tuple(recognised.steps),
        tuple(finished.steps),
        tuple(raw),
        tuple(finished.roots),
    )
    verdict = None
    if check and what == "gradient":
        from symgd.checks import check_gradient

        verdict = check_gradient(source, wrt, seed=seed)
    text = lambdify(list(symbols_of(source)), [source, *finished.roots], name=what).source if code else ""

    def by_layers() -> tuple[dict[str, Node], dict[str, Node]]:
        from symgd.derive.layers import layers

        definitions, found = layers(core, nodes, lambda formula, adjoint: _finished(formula, adjoint, prove=prove)[0])
        if prove:
            from symgd.verify.equality import proven

            proven(finished.roots, list(Named(definitions, found).expanded().values()), source)
        return definitions, found

    is_gradient = what == "gradient" and not source.shape
    return Derivation(story, _numbers, verdict, text, by_layers if is_gradient else None)


def _numbers(formulas: Sequence[Node], point: Mapping[Any, Any]) -> list[Any]:
    """Evaluate formulas at a point, in float64."""
    symbols = symbols_of(*formulas)
    from symgd.verify.sampling import read_point

    values = read_point(list(symbols), point).values
    return list(lambdify(list(symbols), list(formulas))(*(values[node] for node in symbols)))


# -- structured -----------------------------------------------------------------------------------------------


@without_collection
def structure(matrix: Any, wrt: Variable | None = None, *, prove: bool = True) -> Any:
    """Recognise the structure of a matrix of second derivatives, for sizes that may be symbolic.

    Parameters
    ----------
    matrix : Node, text or SymPy expression
        A Hessian: of shape ``(*shape, *shape)``.
    wrt : Node, SymPy symbol, name, or list of scalars, optional
        The variable; with it a matrix that does not depend on it is known to be constant.
    prove : bool
        Prove that what was read equals the matrix, and the parts what they were simplified from.

    Returns
    -------
    Structure
        With ``kind`` (ZERO, DIAGONAL, BANDED, BLOCK_DIAGONAL, KRONECKER, LOW_RANK_PLUS_DIAGONAL, GRAM, SPARSE, FACTORED,
        DENSE), ``parts`` (formulas of what is stored), ``is_constant`` and ``is_positive_semidefinite``. :func:`lambdify`
        compiles it to a function that returns a SciPy ``LinearOperator`` with ``dense()``, ``diagonal()``, ``solve(b)`` and
        ``nbytes``.

    Raises
    ------
    ShapeError
        Where the second half of the axes is not the first.

    References
    ----------
    Magnus & Neudecker, *Matrix Differential Calculus*, 2019; Woodbury, *Inverting modified matrices*, 1950.

    Examples
    --------
    >>> import symgd as sg
    >>> loss = sg.formula("sum((T - U @ V.T)**2)", shapes={"T": "m n", "U": "m k", "V": "n k"})
    >>> print(sg.structure(sg.hessian(loss, "U"), "U"))
    constant, Kronecker product: eye(m); factor_1 = 2*V.T @ V
    """
    from symgd.derive.structure import matrix_of, recognise

    source = _read(matrix)
    moving = {symbol.name for symbol in source.symbols}
    if wrt is not None:
        moving &= {name_of(one) for one in (wrt if isinstance(wrt, list | tuple) else [wrt])}
    found, restored = recognise(source, is_constant=not moving)
    if prove:
        from symgd.verify.equality import proven

        made = [one for one in (restored, matrix_of(found)) if one is not None and one is not source]
        if any(one is source for one in proven([source] * len(made), made, None)):
            found, _ = recognise(source, is_constant=not moving, as_it_is=True)
    parts = _simplified(source, list(found.parts.values()), prove).roots
    variable_name = "" if wrt is None or isinstance(wrt, list | tuple) else name_of(wrt)
    return replace(found, parts=dict(zip(found.parts, parts, strict=True)), variable=variable_name)


def _operator_function(arguments: Any, found: Any, backend: str, name: str, prove: bool) -> Any:
    """Compile a structure to a function of arrays that returns an operator."""
    from symgd.codegen.operators import compile_operator
    from symgd.derive.structure import StructureKind, product_formulas

    def compiled(inputs: Any, outputs: list[Node], title: str) -> Any:
        return _compiled(inputs, outputs, backend, title, prove, may_alias=True)

    known = {node.name: node for node in symbols_of(found.matrix)}
    if found.variable and found.variable not in known:
        known[found.variable] = tensor(found.variable, found.shape)
    given = arguments if isinstance(arguments, list | tuple) else [arguments]
    arguments = [known.get(one, one) if isinstance(one, str) else one for one in given]
    named = [size(length) for length in found.shape if not isinstance(length, int)]
    parts = compiled(arguments, [*found.parts.values(), *named], name)
    functions: list[Any] = []
    if found.kind is StructureKind.FACTORED:
        factors, vector, product, diagonal = product_formulas(found)
        functions = [compiled([*factors, vector], [product], "product"), compiled([*factors, vector], [diagonal], "diagonal")]
    return compile_operator(
        str(found.kind), found.shape, parts, list(found.parts), found.layout, functions, found.is_positive_semidefinite
    )


# -- compiled -------------------------------------------------------------------------------------------------


def lambdify(arguments: Any, outputs: Any, backend: str = "numpy", *, name: str = "f", prove: bool = True) -> Any:
    """Compile formulas to a function of arrays, through ``sympy.lambdify``.

    Parameters
    ----------
    arguments : Node, SymPy symbol, name, or sequence of them
        In the order of the call. Arguments that the formulas do not use are accepted.
    outputs : Node, sequence of Node, Named, or Structure
        A sequence gives a function that returns a list, named results one whose code uses the names, a structure one that
        returns a SciPy ``LinearOperator``.
    backend : {"numpy", "cupy"}
    name : str
        Name of the function in the source.
    prove : bool
        Prove that the simplified formulas, of which the code is made, equal those that are given.

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
    if (
        not name.isidentifier()
        or not name.isascii()
        or keyword.iskeyword(name)
        or name.startswith("_")
        or name in ("np", "cp", "special")
    ):
        raise SymgdError(f"{name[:40]!a} cannot name a function")
    if hasattr(outputs, "parts") and hasattr(outputs, "layout"):
        return _operator_function(arguments, outputs, backend, name, prove)
    return _compiled(arguments, outputs, backend, name, prove)


def _compiled(arguments: Any, outputs: Any, backend: str, name: str, prove: bool, may_alias: bool = False) -> Any:
    from symgd.codegen.lambdify import compile_formulas

    named = {}
    if hasattr(outputs, "definitions"):  # a Named result
        named = outputs.parts()
        results = list(outputs.expanded().values())
        outputs = results if len(results) > 1 else results[0]
    several = isinstance(outputs, list | tuple)
    formulas = [_read(output) for output in (outputs if several else [outputs])]
    given = arguments if isinstance(arguments, list | tuple) else [arguments]
    known = {node.name: node for node in symbols_of(*formulas)}
    nodes = [_argument(one, known) for one in given]
    parts = list(named.values())
    recognised = _simplified(None, [*formulas, *parts], prove, "recognise").roots  # sinh/cosh is tanh before 1/cosh is spelled
    from symgd.verify.near_zero import with_series_near_zero

    stable = _simplified(None, recognised, prove, "code").roots
    ready = with_series_near_zero(stable)
    unread = [node for node, one in zip(nodes, given, strict=True) if isinstance(one, str) and node.name not in known]
    return compile_formulas(
        nodes,
        ready[: len(formulas)],
        backend,
        as_list=several,
        name=name,
        unread=unread,
        may_alias=may_alias,
        named=dict(zip(named, ready[len(formulas) :], strict=True)),
    )


def _argument(given: Any, known: Mapping[str, Node]) -> Node:
    if isinstance(given, Node):
        if not given.is_symbol:
            raise SymgdError(f"{given} is not an input, so it cannot be an argument")
        return given
    name = name_of(given)
    if name in known:
        return known[name]
    return tensor(name) if isinstance(given, str) else formula(given)


@without_collection
def taylor(formula: Any, wrt: Variable, at: Any = 0, order: int = 4) -> Any:
    """Expand a scalar formula in a Taylor polynomial with exact coefficients.

        f(x) = Σₖ f⁽ᵏ⁾(a)/k! · (x − a)ᵏ + remainder

    Parameters
    ----------
    formula : Node, text or SymPy expression
    wrt : Node, SymPy symbol, name, or list of them
        Scalars; other inputs stay symbolic.
    at : number, list, or mapping of variable to number
        An exact point (int, Fraction, SymPy number, formula without inputs); one number serves all variables.
    order : int
        The highest total power, at most 200.

    Returns
    -------
    TaylorExpansion
        With ``coefficients`` (power, or tuple of powers → exact SymPy number), ``polynomial`` and ``remainder`` (formulas), and
        ``bound(domain)``, a proven bound of the remainder over a box.

    Raises
    ------
    DomainError
        At a kink, at a jump, at a pole, or outside the domain. Removable points such as (1 − cos x)/x² at 0 are expanded.

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
    """
    from symgd.convexity.interval import bounds_over_box
    from symgd.derive.taylor import taylor as expand

    source = _read(formula)
    found = variable(source, wrt)
    targets = [found] if isinstance(found, Node) else found
    point = _point_of(targets, at)

    def finish(node: Node) -> Node:
        return _finished(source, node)[0]

    try:
        return expand(source, targets, point, order, finish, bounds_over_box)
    except DomainError:
        shorter = simplify(source)  # |x|² has no kink
        if shorter is not source:
            with suppress(DomainError):
                return expand(shorter, targets, point, order, finish, bounds_over_box)
        raise


def _point_of(targets: Sequence[Node], at: Any) -> list[Any]:
    """Return one number for every variable."""
    if isinstance(at, Mapping):
        given = {name_of(key): value for key, value in at.items()}
        unknown = [name for name in given if name not in {node.name for node in targets}]
        missing = [node.name for node in targets if node.name not in given]
        if unknown or missing:
            raise SymgdError(
                f"{unknown[0]} is not among the variables" if unknown else f"the point has no value for {missing[0]}",
                hint=f"the variables are {', '.join(node.name for node in targets)}",
            )
        return [given[node.name] for node in targets]
    if hasattr(at, "tolist") and not is_sympy(at):
        at = at.tolist()
    if isinstance(at, list | tuple):
        if len(at) != len(targets):
            raise SymgdError(f"the point has {len(at)} numbers for {len(targets)} variables")
        return list(at)
    return [at] * len(targets)


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

    source = _read(formula)
    target = list(symbols_of(source)) if wrt is None else _variables(source, wrt)
    conditions = [_condition(one, source) for one in constraints]
    return judge(source, target, read_domain(source, target, domain or {}, conditions), seed)


def _variables(source: Node, wrt: Variable) -> list[Node]:
    inputs = _inputs(source)
    found = [variable(source, one, inputs) for one in wrt] if isinstance(wrt, list | tuple) else [variable(source, wrt)]
    return _distinct([node for node in found if isinstance(node, Node)])


def _distinct(nodes: list[Node]) -> list[Node]:
    """Return a list of variables in which there is one, and none stands twice."""
    if not nodes:
        raise SymgdError("the list of variables is empty", hint="name at least one input")
    if len(set(nodes)) != len(nodes):
        twice = next(node.name for k, node in enumerate(nodes) if node in nodes[:k])
        raise SymgdError(f"{twice} stands twice among the variables", hint="name every input once")
    return nodes


def _condition(given: Any, source: Node) -> Node:
    condition = _read_beside(given, source) if isinstance(given, str) else formula(given)
    if not condition.is_boolean:
        raise SymgdError(f"{str(given)[:60]} is not a condition", hint='as in "x - y > 0"')
    return condition


# -- descended ------------------------------------------------------------------------------------------------


def objective(loss: Any, wrt: Variable, data: Mapping[Any, Any] | None = None) -> Any:
    """Return a loss with its data as functions of one flat vector, as ``scipy.optimize.minimize`` takes them.

    Parameters
    ----------
    loss : Node, text or SymPy expression
        Of shape ().
    wrt : Node, SymPy symbol, name, or list of them
        The variables; several are laid one after the other.
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
    return _objective(_read(loss), wrt, data or {}, None)


def _objective(source: Node, wrt: Variable, data: Mapping[Any, Any], start: Any) -> Any:
    from symgd.descent.objective import Constant, Objective
    from symgd.verify.inputs import read_sizes

    nodes = _variables(source, wrt)
    values = _data(source, nodes, data)
    sizes = read_sizes({**values, **_first_values(nodes, start)})
    shapes = [_numeric_shape(node, sizes) for node in nodes]
    core = _recognised(source, nodes)
    others = list(values)

    def slopes() -> list[Node]:
        return [_slope(source, one, nodes) for one in derivatives.gradients(core, nodes)]

    def make_hess() -> Any:
        if len(nodes) > 1 and not as_vector:
            blocks = [derivatives.jacobian(slope, node) for slope in slopes() for node in nodes]
            return lambdify([*nodes, *others], _finished(source, *blocks), name="hess")
        target = nodes if as_vector else nodes[0]
        if not as_vector and not nodes[0].shape:
            return lambdify([*nodes, *others], hessian(source, target), name="hess")
        found = structure(hessian(source, target), target)
        compiled = lambdify([*nodes, *others], found, name="hess")
        return Constant(compiled) if found.is_constant else compiled

    def make_hessp() -> Any:
        from symgd.primitives.arithmetic import add, mul
        from symgd.primitives.spellings import sum as total

        directions = [tensor(f"direction_{node.name}"[:64], node.shape) for node in nodes]
        along = add.make(tuple(total(mul.make(pair)) for pair in zip(slopes(), directions, strict=True)))
        return lambdify([*nodes, *directions, *others], _finished(source, *derivatives.gradients(along, nodes)), name="hessp")

    gradients = _finished(source, *derivatives.gradients(core, nodes))
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
    )


def _first_values(nodes: Sequence[Node], start: Any) -> dict[Node, Any]:
    """Return the given first values of variables, from which sizes are read that the data do not show."""
    if isinstance(start, Mapping):
        missing = [node.name for node in nodes if node.name not in start]
        if missing:
            raise SymgdError(f"the start of {', '.join(missing)} is missing")
        return {node: start[node.name] for node in nodes}
    return {nodes[0]: start} if start is not None and len(nodes) == 1 else {}


def _data(source: Node, nodes: Sequence[Node], data: Mapping[Any, Any]) -> dict[Node, Any]:
    """Match given arrays with the inputs that are not variables."""
    import numpy as np

    known = {node.name: node for node in symbols_of(source) if node not in nodes}
    values: dict[Node, Any] = {}
    for key, value in data.items():
        name = name_of(key)
        if name not in known:
            if name in {node.name for node in nodes}:
                raise SymgdError(f"{name} is a variable, so it has no data", hint="give its first value as start")
            raise SymgdError(f"{name[:40]!a} is not in the formula", hint=f"its other inputs are {', '.join(known) or 'none'}")
        try:
            values[known[name]] = np.asarray(value, dtype=float)
        except (TypeError, ValueError):
            raise DataError(f"the data of {name} are not numbers") from None
    missing = [name for name, node in known.items() if node not in values]
    if missing:
        raise SymgdError(f"data is missing for {', '.join(missing)}", hint="data={name: array}")
    return {node: values[node] for node in known.values()}


def _numeric_shape(node: Node, sizes: Mapping[str, int]) -> tuple[int, ...]:
    from symgd.graph.shape import size_value

    try:
        return tuple(size_value(size, sizes) for size in node.shape)
    except ShapeError as error:
        raise ShapeError(f"{error.cause}, so {node.name} has no shape yet", hint=f"give start={{'{node.name}': …}}") from None


def _sample_axis(nodes: Sequence[Node]) -> Any:
    """Return the size of the axis that counts samples: the first axis of the data of highest rank."""
    tensors = [node for node in nodes if node.shape]
    return max(tensors, key=lambda node: node.rank).shape[0] if tensors else None


def minimize(
    loss: Any,
    wrt: Variable,
    *,
    data: Mapping[Any, Any] | None = None,
    start: Any = None,
    seed: int = 0,
    direction: Any = None,
    step_size: Any = None,
    batch_size: int | None = None,
    epochs: int = 100,
    gradient_tolerance: float = 1e-8,
    value_tolerance: float = 0.0,
    progress: Any = None,
) -> Any:
    """Descend along the gradient: w ← w − λ·d.

    Parameters
    ----------
    loss : Node, text or SymPy expression
    wrt : Node, SymPy symbol, name, or list of them
        The variables.
    data : mapping of Node, SymPy symbol or name to array
        Values of all other inputs. Samples lie along their first axis.
    start : array or dict of arrays, optional
        The first point; small seeded random numbers without it.
    seed : int
        Of the start and of the shuffling.
    direction : GradientDescent, Momentum, Adam, Newton or a name ("momentum"), optional
    step_size : LearningRate, Backtracking or a number, optional
        Without it backtracking for full batches, else a learning rate of 0.01.
    batch_size : int, optional
        Samples of a batch: None takes all of them, 1 is stochastic descent. A batch's loss is the formula on its
        samples, so write the loss as a mean.
    epochs : int
        At most so many passes over the samples.
    gradient_tolerance, value_tolerance : float
        Stop where the gradient is that small, or the loss changes relatively that little over an epoch (0 never does).
    progress : callable, optional
        Called with the epoch and the loss.

    Returns
    -------
    Run
        With ``x``, ``value``, ``outcome``, ``history`` and ``plot()``.

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
    from symgd.descent.step_size import as_step_size

    goal = _objective(_read(loss), wrt, data or {}, start)
    samples = next((len(value) for value, is_batched in zip(goal.data, goal.batched, strict=True) if is_batched), 1)
    if batch_size is not None and not (any(goal.batched) and goal.has_named_samples):
        raise SymgdError("there are no samples to take batches of", hint="give the loss data with named axes, as in X: m n")
    first = goal.pack(start) if start is not None else 0.1 * np.random.default_rng(seed).normal(size=goal.size)
    chosen = as_direction(direction)
    run = descend(
        Problem(goal.fun, goal.value_and_gradient, goal.hess),
        first,
        chosen,
        as_step_size(step_size, batch_size is None, chosen),
        Batches(samples, batch_size, seed),
        epochs=epochs,
        gradient_tolerance=gradient_tolerance,
        value_tolerance=value_tolerance,
        progress=progress,
    )
    run.x = goal.unpack(run.x)
    return run
