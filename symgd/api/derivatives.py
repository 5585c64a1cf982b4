"""Functions that derive gradients, Jacobians and Hessians; products with them are in :mod:`symgd.api.derivative_products`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from symgd.api.coordinates import coordinate
from symgd.api.inputs import inputs_of, read, read_variables, refuse_tensor, the_variable, variable
from symgd.api.restatement import expression_of
from symgd.api.simplification import finish, recognise, simplify, slope_of
from symgd.arguments import read_choice, read_list, read_whole_number
from symgd.derive import jacobian as derivatives
from symgd.errors import ShapeError
from symgd.graph.node import Node
from symgd.graph.proxy import through_proxies
from symgd.primitives.contraction import contract
from symgd.primitives.indexing import array

if TYPE_CHECKING:
    from symgd.typing import FormulaLike, Variable

Structure = Literal["symmetric", "diagonal", "toeplitz"]
Layout = Literal["numerator", "denominator"]
_LAYOUTS = ("numerator", "denominator")


@through_proxies
def gradient(
    loss: FormulaLike,
    wrt: Variable | None = None,
    *,
    structure: Structure | None = None,
    layout: Layout = "denominator",
    prove: bool = True,
) -> Node:
    """Return the gradient of a scalar formula.

        [∇f]ᵢ = ∂f/∂xᵢ

    Parameters
    ----------
    loss : Node, text or SymPy expression
        Of shape ().
    wrt : Node, SymPy symbol, name, or list of scalars, optional
        The only input where it is left out. Also an entry (``"A[0, 1]"``), a function of an input (``"log l"``), and SymPy's
        q(t), its derivative held fixed.
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
    SymgdError
        Where the variable is not an input of the formula, and for a layout or a structure that does not exist.

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
    read_choice(layout, _LAYOUTS, "layout")
    loss = read(loss)
    wrt = the_variable(loss, wrt)
    place = coordinate(loss, wrt)
    if place is not None:
        refuse_tensor(loss)
        raw = place.derivative(1, prove)
    else:
        target = variable(loss, wrt)
        raw = derivatives.gradient(recognise(loss, target, prove), target)
    if structure is not None:
        from symgd.derive.structured_gradients import along_structure

        raw = along_structure(raw if place else finish(loss, raw, prove=prove)[0], structure)
    finished = raw if place and structure is None else finish(loss, raw, prove=prove)[0]
    return _in_layout(finished, loss, layout, "denominator", prove)


def _in_layout(result: Node, output: Node, layout: str, usual: str, prove: bool) -> Node:
    """Return a first derivative in a layout; in the unusual one the axes of output and variable change places."""
    if layout == usual or result.rank < 2:
        return result
    from symgd.primitives.axes import transpose

    order = [*range(output.rank, result.rank), *range(output.rank)] if output.rank else list(range(result.rank))[::-1]
    return simplify(transpose(result, order), prove=prove)


@through_proxies
def gradients(loss: FormulaLike, wrt: Sequence[Variable], *, prove: bool = True) -> dict[str, Node]:
    """Return the gradient in several variables, from one sweep.

    Parameters
    ----------
    loss : Node, text or SymPy expression
    wrt : sequence of Node, SymPy symbol or name
        As in :func:`gradient`; entries, functions of an input and q(t) are derived one by one.
    prove : bool
        Prove that the result equals what was derived, before it is returned.

    Returns
    -------
    dict of str to Node
        By the names of the variables, or as they are printed: ``"A[0, 1]"``, ``"log(l)"``, ``"q(t)"``.

    Raises
    ------
    ShapeError
        Where the formula is not a scalar, and for a list inside the list.
    SymgdError
        Where the variable is not an input of the formula, and where `wrt` is not a list.

    Examples
    --------
    >>> import symgd as sg
    >>> sg.gradients("a*n*t", ["a", "n", "t"])
    {'a': n*t, 'n': a*t, 't': a*n}
    >>> sg.gradients("a*log(t)", ["a", "log t"])
    {'a': log(t), 'log(t)': a}
    """
    loss = read(loss)
    inputs = inputs_of(loss)
    members = read_list(wrt, "wrt", 'wrt=["x", "y"]; gradient takes one variable')
    places = [None if isinstance(member, list | tuple) else coordinate(loss, member) for member in members]
    targets = [variable(loss, member, inputs) for member, place in zip(members, places, strict=True) if place is None]
    nodes = [node for node in targets if isinstance(node, Node)]
    if len(nodes) < len(targets):
        raise ShapeError("gradients takes one variable after the other, and no lists of them", hint="use gradient for a vector")
    finished = iter(finish(loss, *derivatives.gradients(recognise(loss, nodes, prove), nodes), prove=prove))
    names = iter(nodes)
    if not any(places):
        return {node.name: result for node, result in zip(names, finished, strict=True)}
    refuse_tensor(loss)
    return {
        next(names).name if place is None else str(expression_of(loss, member)): next(finished)
        if place is None
        else place.derivative(1, prove)
        for member, place in zip(members, places, strict=True)
    }


@through_proxies
def jacobian(output: FormulaLike, wrt: Variable | None = None, *, layout: Layout = "numerator", prove: bool = True) -> Node:
    """Return the Jacobian: the axes of the output, then those of `wrt`.

        Jᵢⱼ = ∂fᵢ/∂xⱼ

    Parameters
    ----------
    output : Node, text or SymPy expression
        Of any shape.
    wrt : Node, SymPy symbol, name, or list of scalars, optional
        The only input where it is left out.
    layout : {"numerator", "denominator"}
        In the numerator's the axes of the output come first, in the denominator's those of `wrt`.
    prove : bool
        Prove that the result equals what was derived, before it is returned.

    Returns
    -------
    Node
        Of shape ``(*output.shape, *wrt.shape)``.

    Raises
    ------
    SymgdError
        Where the variable is not an input of the formula, and for a layout that does not exist.

    Examples
    --------
    >>> import symgd as sg
    >>> sg.jacobian(sg.formula("A @ x", shapes={"A": "m n", "x": "n"}), "x")
    A
    """
    read_choice(layout, _LAYOUTS, "layout")
    output = read(output)
    wrt = the_variable(output, wrt)
    place = coordinate(output, wrt)
    if place is not None:
        finished = place.derivative(1, prove)
    else:
        target = variable(output, wrt)
        finished = finish(output, derivatives.jacobian(recognise(output, target, prove), target), prove=prove)[0]
    return _in_layout(finished, output, layout, "numerator", prove)


@through_proxies
def hessian(loss: FormulaLike, wrt: Variable | None = None, *, prove: bool = True) -> Node:
    """Return the Hessian: the axes of `wrt` twice.

        Hᵢⱼ = ∂²f/∂xᵢ∂xⱼ

    Parameters
    ----------
    loss : Node, text or SymPy expression
        Of shape ().
    wrt : Node, SymPy symbol, name, or list of scalars, optional
        The only input where it is left out.
    prove : bool
        Prove that the result equals what was derived, before it is returned.

    Returns
    -------
    Node
        Of shape ``(*wrt.shape, *wrt.shape)``.

    Raises
    ------
    ShapeError
        Where the formula is not a scalar.
    SymgdError
        Where the variable is not an input of the formula.

    Examples
    --------
    >>> import symgd as sg
    >>> sg.hessian(sg.formula("x @ A @ x", shapes={"A": "n n", "x": "n"}), "x")
    A + A.T
    """
    return _hessian(read(loss), wrt, prove)


def _hessian(loss: Node, wrt: Variable | None, prove: bool) -> Node:
    wrt = the_variable(loss, wrt)
    place = coordinate(loss, wrt)
    if place is not None:
        refuse_tensor(loss)
        return place.derivative(2, prove)
    target = variable(loss, wrt)
    slope = slope_of(loss, derivatives.gradient(recognise(loss, target, prove), target), target, prove)
    return _shorter_matrix(loss, finish(loss, derivatives.second_derivatives(slope, target), prove=prove)[0], prove)


@through_proxies
def hessian_diagonal(loss: FormulaLike, wrt: Variable | None = None, *, prove: bool = True) -> Node:
    """Return the second derivatives in each entry twice, the diagonal of the Hessian.

        hᵢ = ∂²f/∂xᵢ²

    Parameters
    ----------
    loss : Node, text or SymPy expression
        Of shape ().
    wrt : Node, SymPy symbol, name, or list of scalars, optional
        The only input where it is left out.
    prove : bool
        Prove that the result equals what was derived, before it is returned.

    Returns
    -------
    Node
        Of the shape of `wrt`.

    Raises
    ------
    ShapeError
        Where the formula is not a scalar.
    SymgdError
        Where the variable is not an input of the formula.

    Notes
    -----
    Gradient boosting asks for the gradient and this diagonal in the scores of all rows.

    Examples
    --------
    >>> import symgd as sg
    >>> loss = sg.formula("sum(log(1 + exp(-y*s)))", shapes={"y": "n", "s": "n"})
    >>> sg.hessian_diagonal(loss, "s")
    y**2 * sigmoid(-y * s) * sigmoid(y * s)
    """
    loss = read(loss)
    full = _hessian(loss, wrt, prove)
    axes = range(full.rank // 2)
    return finish(loss, contract([full], [[*axes, *axes]], [*axes]), prove=prove)[0] if full.rank else full


def _shorter_matrix(loss: Node, matrix: Node, prove: bool) -> Node:
    """Return a Hessian as it was simplified, or written as a sum of products with indices where that is shorter."""
    from symgd.rewrite.cost import length
    from symgd.structures.recognition import recognise

    if not matrix.shape or matrix.primitive is array:
        return matrix
    _, restored = recognise(matrix)
    if restored is None or restored is matrix:
        return matrix
    (tidy,) = finish(loss, restored, prove=False)  # what is chosen is proven below, against the matrix
    gain = length(matrix) - length(tidy)
    if gain < 0 or (gain == 0 and len(str(tidy)) >= len(str(matrix))):
        return matrix
    if prove:
        from symgd.equality.proof import proven

        return proven([matrix], [tidy], loss)[0]
    return tidy


@through_proxies
def hessian_blocks(loss: FormulaLike, wrt: Sequence[Variable], *, prove: bool = True) -> dict[tuple[str, str], Node]:
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

    Raises
    ------
    ShapeError
        Where the formula is not a scalar.
    SymgdError
        Where the variable is not an input of the formula.

    Examples
    --------
    >>> import symgd as sg
    >>> sg.hessian_blocks(sg.formula("u @ A @ v", shapes={"A": "m n", "u": "m", "v": "n"}), ["u", "v"])["u", "v"]
    A
    """
    loss = read(loss)
    nodes = read_variables(loss, wrt if isinstance(wrt, list | tuple) else [wrt])
    rows = derivatives.hessian_blocks(recognise(loss, nodes, prove), nodes, lambda slope: slope_of(loss, slope, nodes, prove))
    blocks = iter(finish(loss, *(block for row in rows for block in row), prove=prove))
    return {(row.name, column.name): next(blocks) for row in nodes for column in nodes}


@through_proxies
def derivative(output: FormulaLike, wrt: Variable | None = None, order: int = 1, *, prove: bool = True) -> Node:
    """Return a derivative of any order: the axes of the output, then those of `wrt` once for each order.

    Parameters
    ----------
    output : Node, text or SymPy expression
        Of any shape.
    wrt : Node, SymPy symbol, name, or list of scalars, optional
        The only input where it is left out.
    order : int
        From 0 to 20.
    prove : bool
        Prove that the result equals what was derived, before it is returned.

    Returns
    -------
    Node
        Of shape ``(*output.shape, *wrt.shape, …)``, with `wrt.shape` as many times as `order` says.

    Raises
    ------
    SymgdError
        Where the variable is not an input of the formula, and for an order outside 0 to 20.

    Examples
    --------
    >>> import symgd as sg
    >>> sg.derivative("sin(x)*x", "x", 3)
    -x*cos(x) - 3*sin(x)
    """
    order = read_whole_number(order, "the order of a derivative", 0, 20)
    source = read(output)
    wrt = the_variable(source, wrt)
    place = coordinate(source, wrt)
    if place is not None:
        return place.derivative(order, prove)
    target = variable(source, wrt)
    nodes = [target] if isinstance(target, Node) else target
    slope = recognise(source, nodes, prove)
    for _ in range(order):
        slope = slope_of(source, derivatives.jacobian(slope, target), nodes, prove)
    return finish(source, slope, prove=prove)[0]
