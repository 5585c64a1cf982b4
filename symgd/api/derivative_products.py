"""Functions that derive products with Jacobians and Hessians, without the matrices.

vjp = Jᵀ·t    jvp = J·v    hvp = H·v    directional derivative = ∇f·v
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from symgd.api.inputs import new_input, read, read_direction, variable
from symgd.api.simplification import finish, recognise, slope_of
from symgd.derive import jacobian as derivatives
from symgd.graph.node import Node
from symgd.graph.proxy import through_proxies

if TYPE_CHECKING:
    from symgd.typing import FormulaLike, Operand, Variable


@through_proxies
def vjp(output: FormulaLike, wrt: Variable, adjoint: Operand | str, *, prove: bool = True) -> Node:
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

    Returns
    -------
    Node
        Of the shape of `wrt`.

    Raises
    ------
    ShapeError
        Where the adjoint does not have the shape of the output.
    SymgdError
        Where the variable is not an input of the formula.

    Examples
    --------
    >>> import symgd as sg
    >>> sg.vjp(sg.formula("tanh(A @ x)", shapes={"A": "m n", "x": "n"}), "x", "t")
    A.T @ (t * (1 - tanh(A @ x)**2))
    """
    source = read(output)
    target = variable(source, wrt)
    start = new_input(adjoint, source, source.shape)
    return finish(source, derivatives.vjp(recognise(source, target, prove), target, start), prove=prove)[0]


@through_proxies
def jvp(output: FormulaLike, wrt: Variable, tangent: Operand | str, *, prove: bool = True) -> Node:
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

    Returns
    -------
    Node
        Of the shape of the output.

    Raises
    ------
    ShapeError
        Where the tangent does not have the shape of `wrt`.
    SymgdError
        Where the variable is not an input of the formula.

    Examples
    --------
    >>> import symgd as sg
    >>> sg.jvp(sg.formula("tanh(A @ x)", shapes={"A": "m n", "x": "n"}), "x", "v")
    (A @ v) * (1 - tanh(A @ x)**2)
    """
    source = read(output)
    target = variable(source, wrt)
    return finish(
        source, derivatives.jvp(recognise(source, target, prove), target, read_direction(tangent, source, target)), prove=prove
    )[0]


@through_proxies
def hvp(loss: FormulaLike, wrt: Variable, vector: Operand | str, *, prove: bool = True) -> Node:
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

    Raises
    ------
    ShapeError
        Where the formula is not a scalar, or the vector does not have the shape of `wrt`.
    SymgdError
        Where the variable is not an input of the formula.

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
    loss = read(loss)
    target = variable(loss, wrt)
    vector = read_direction(vector, loss, target)
    return finish(
        loss,
        derivatives.hvp(recognise(loss, target, prove), target, vector, lambda slope: slope_of(loss, slope, target, prove)),
        prove=prove,
    )[0]


@through_proxies
def directional_derivative(loss: FormulaLike, wrt: Variable, vector: Operand | str, *, prove: bool = True) -> Node:
    """Return the slope of a formula along a direction, ∇f·v.

    Parameters
    ----------
    loss : Node, text or SymPy expression
    wrt : Node, SymPy symbol, name or list of scalars
    vector : Node
        Of the shape of `wrt`.
    prove : bool
        Prove that the result equals what was derived, before it is returned.

    Returns
    -------
    Node
        A scalar.

    Raises
    ------
    ShapeError
        Where the formula is not a scalar, or the vector does not have the shape of `wrt`.
    SymgdError
        Where the variable is not an input of the formula.

    Examples
    --------
    >>> import symgd as sg
    >>> sg.directional_derivative(sg.formula("x @ x", shapes={"x": "n"}), "x", sg.tensor("v", "n"))
    2*(x @ v)
    """
    loss = read(loss)
    target = variable(loss, wrt)
    vector = read_direction(vector, loss, target)
    return finish(loss, derivatives.directional_derivative(recognise(loss, target, prove), target, vector), prove=prove)[0]
