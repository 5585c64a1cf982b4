"""Products of vectors and matrices, written as contractions: matmul, dot, outer, and einsum in NumPy's notation."""

from __future__ import annotations

from symgd.errors import ShapeError, SymgdError
from symgd.graph.conversion import Operand, as_node
from symgd.graph.node import Node
from symgd.graph.primitive import function
from symgd.graph.shape import show_shape
from symgd.primitives.contraction import contract

__all__ = ["dot", "einsum", "matmul", "outer"]


@function("matmul")
def matmul(x: Operand, y: Operand) -> Node:
    """Return the matrix product x @ y, (x @ y)ᵢⱼ = Σₖ xᵢₖ·yₖⱼ.

    Parameters
    ----------
    x : Operand
        Of shape (…, m, k), or a vector of shape (k,).
    y : Operand
        Of shape (…, k, n), or a vector of shape (k,). Leading axes, which stand for stacks of matrices, agree with those of
        `x`.

    Returns
    -------
    Node
        Of shape (…, m, n), without m or n where the argument is a vector.

    Raises
    ------
    ShapeError
        If an argument is a scalar, or the inner or leading sizes differ.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    With the adjoint T of the product, x receives T yᵀ and y receives xᵀ T. In NumPy: ``numpy.matmul``.

    References
    ----------
    Giles, *Collected matrix derivative results for forward and reverse mode algorithmic differentiation*, 2008, section 2.2.1.

    Examples
    --------
    >>> import symgd as sg
    >>> A, x = sg.tensor("A", "m n"), sg.tensor("x", "n")
    >>> sg.matmul(A, x), sg.gradient(sg.sum(sg.matmul(A, x)), A)
    (A @ x, broadcast_to(x, (m, n)))
    """
    x, y = as_node(x), as_node(y)
    if not x.rank or not y.rank:
        raise ShapeError(
            f"cannot multiply {show_shape(x.shape)} @ {show_shape(y.shape)}: @ needs a vector or a matrix on both sides",
            hint='use * for a scalar, or declare the shapes (shapes={"X": "m n", "w": "n"})',
        )
    inner_x, inner_y = x.shape[-1], y.shape[0 if y.rank == 1 else -2]
    if inner_x != inner_y:
        raise ShapeError(
            f"cannot multiply {show_shape(x.shape)} @ {show_shape(y.shape)}: "
            f"axis {x.rank - 1} of the left has size {inner_x}, axis {0 if y.rank == 1 else y.rank - 2} of the right {inner_y}",
            hint="transpose one side, or declare both sizes with one name",
            clash=(inner_x, inner_y),
        )
    batch = max(x.rank, y.rank) - 2
    left: list[str] = [f"b{batch - k}" for k in range(x.rank - 2, 0, -1)] + (["i"] if x.rank > 1 else []) + ["c"]
    right: list[str] = [f"b{batch - k}" for k in range(y.rank - 2, 0, -1)] + ["c"] + (["j"] if y.rank > 1 else [])
    sizes = dict(zip(left, x.shape, strict=True))
    for label, dimension in zip(right, y.shape, strict=True):
        if sizes.get(label, dimension) != dimension:
            raise ShapeError(f"cannot multiply {show_shape(x.shape)} @ {show_shape(y.shape)}: the stacks differ")
    lead = [label for label in (left if x.rank >= y.rank else right) if label.startswith("b")]
    output = lead + (["i"] if x.rank > 1 else []) + (["j"] if y.rank > 1 else [])
    return contract([x, y], [left, right], output)


@function("dot")
def dot(x: Operand, y: Operand) -> Node:
    """Return NumPy's dot: the sum of products over the last axis of x and the last but one of y.

    Parameters
    ----------
    x : Operand
        Of shape (…, k), or a scalar.
    y : Operand
        Of shape (…, k, n), a vector of shape (k,), or a scalar.

    Returns
    -------
    Node
        The product x·y where one is a scalar, the scalar product of two vectors, x @ y for matrices; in general the axes of `x`
        but its last, then those of `y` but the last but one.

    Raises
    ------
    ShapeError
        If the two axes have different sizes.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    Each argument receives the adjoint times the other argument, as in a matrix product. In NumPy: ``numpy.dot``.

    Examples
    --------
    >>> import symgd as sg
    >>> x, y = sg.tensor("x", "n"), sg.tensor("y", "n")
    >>> sg.dot(x, y), sg.gradient(sg.dot(x, y), x)
    (x @ y, y)
    """
    x, y = as_node(x), as_node(y)
    if not x.rank or not y.rank:
        product: Node = x * y
        return product
    if y.rank <= 2:
        return matmul(x, y)
    if x.shape[-1] != y.shape[-2]:
        raise ShapeError(
            f"dot of {show_shape(x.shape)} and {show_shape(y.shape)} adds over sizes {x.shape[-1]} and {y.shape[-2]}",
            clash=(x.shape[-1], y.shape[-2]),
        )
    left = [*(("x", k) for k in range(x.rank - 1)), "c"]
    right = [*(("y", k) for k in range(y.rank - 2)), "c", ("y", y.rank - 1)]
    return contract([x, y], [left, right], [label for label in (*left, *right) if label != "c"])


@function("outer")
def outer(x: Operand, y: Operand) -> Node:
    """Return the outer product x yᵀ of two vectors, (x yᵀ)ᵢⱼ = xᵢ·yⱼ.

    Parameters
    ----------
    x : Operand
        A vector of shape (m,).
    y : Operand
        A vector of shape (n,).

    Returns
    -------
    Node
        Of shape (m, n).

    Raises
    ------
    ShapeError
        If an argument is not a vector.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    With the adjoint T, x receives T y and y receives Tᵀ x. In NumPy: ``numpy.outer``, which takes tensors as vectors too.

    Examples
    --------
    >>> import symgd as sg
    >>> x, y, A = sg.tensor("x", "m"), sg.tensor("y", "n"), sg.tensor("A", "m n")
    >>> sg.outer(x, y), sg.gradient(sg.sum(A * sg.outer(x, y)), x)
    (outer(x, y), A @ y)
    """
    x, y = as_node(x), as_node(y)
    if x.rank != 1 or y.rank != 1:
        raise ShapeError(f"outer takes two vectors, not {show_shape(x.shape)} and {show_shape(y.shape)}")
    return contract([x, y], ["i", "j"], "ij")


@function("einsum")
def einsum(spec: str, *operands: Operand) -> Node:
    """Return a sum of products over indices, in Einstein's notation.

        out[o] = Σ over the indices not in o of a[i]·b[j]·…

    Parameters
    ----------
    spec : str
        The indices of each operand, separated by commas, and after ``->`` those of the result; a letter for each axis.
        Without ``->`` the result has the indices that stand once, in alphabetical order.
    *operands : Operand
        As many tensors as `spec` has groups, each with as many axes as its group has letters.

    Returns
    -------
    Node
        With one axis for each letter on the right of ``->``.

    Raises
    ------
    SymgdError
        If `spec` is not an index pattern, has another number of groups than there are operands, or has an index on the right
        that does not stand on the left; or if an operand cannot stand in a formula.
    ShapeError
        If an operand has another number of axes than its group has letters, or an index has two different sizes.

    Notes
    -----
    The adjoint of an operand is the contraction of the adjoint of the result with all other operands. In NumPy:
    ``numpy.einsum``.

    References
    ----------
    Giles, *Collected matrix derivative results for forward and reverse mode algorithmic differentiation*, 2008, section 2.2.1.

    Examples
    --------
    >>> import symgd as sg
    >>> A, B = sg.tensor("A", "m n"), sg.tensor("B", "n k")
    >>> sg.einsum("ij,jk->ik", A, B), sg.einsum("ij->j", A)
    (A @ B, sum(A, axis=0))
    >>> sg.gradient(sg.einsum("ij,jk->", A, B), A)
    broadcast_to(sum(B, axis=1), (m, n))
    """
    nodes = [as_node(operand) for operand in operands]
    if not isinstance(spec, str):
        raise SymgdError("einsum starts with its indices", hint="einsum('ij,jk->ik', A, B)")
    left, arrow, right = spec.replace(" ", "").partition("->")
    inputs = left.split(",")
    if not arrow:
        letters = "".join(inputs)
        right = "".join(sorted(letter for letter in set(letters) if letters.count(letter) == 1))
    letters_known = set("".join(inputs))
    if not all(part.isalpha() or part == "" for part in (*inputs, right)) or not spec.isascii():
        raise SymgdError(f"{spec[:40]!r} is not an index pattern", hint="einsum('ij,jk->ik', A, B)")
    if len(inputs) != len(nodes):
        raise SymgdError(f"einsum has {len(inputs)} index groups for {len(nodes)} operands")
    if not set(right) <= letters_known or len(set(right)) != len(right):
        raise SymgdError("an index on the right of -> must stand once there and somewhere on the left")
    for labels, node in zip(inputs, nodes, strict=True):
        if len(labels) != node.rank:
            raise ShapeError(f"{labels!r} has {len(labels)} indices for an operand of shape {show_shape(node.shape)}")
    return contract(nodes, inputs, right)
