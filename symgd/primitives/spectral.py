"""Eigenvalues of symmetric matrices, singular values, and the norms made of them.

A matrix enters through its symmetric part (A + Aᵀ)/2, which is A itself where A is symmetric; so the entries may move freely.
The derivatives hold where the eigenvalues are distinct; where two coincide there is a kink.

    dλ_k = v_kᵀ dA v_k,    dV = V (F ⊙ (Vᵀ dA V)),   F_ij = 1/(λ_j − λ_i) off the diagonal
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from symgd.errors import ShapeError, UnsupportedError
from symgd.evaluation.evaluator import object_array
from symgd.graph.assumptions import Curvature, Interval, Sign
from symgd.graph.conversion import Operand, as_node
from symgd.graph.node import Node, constant
from symgd.graph.primitive import Params, Primitive, function, lookup, primitive
from symgd.graph.shape import Shape, Size, show_shape
from symgd.primitives.arithmetic import mul
from symgd.primitives.contraction import contract, expand_at, eye
from symgd.primitives.indexing import FULL, index
from symgd.primitives.linalg import GILES, lead_labels, square
from symgd.primitives.spellings import matmul, transpose
from symgd.primitives.symmetry import is_symmetric

__all__ = ["eigenvectors", "eigmax", "eigmin", "eigvalsh", "nuclear_norm", "spectral_norm", "svdvals"]

REPEATED = "where eigenvalues coincide they have no slope, only a set of slopes"


def _symmetric_part(context: Any, matrix: Any) -> Any:
    half = context.algebra.number(1) / context.algebra.number(2)
    result = np.empty(matrix.shape, dtype=object)
    for row, column in np.ndindex(*matrix.shape):
        result[row, column] = (matrix[row, column] + matrix[column, row]) * half
    return result


def _decompose(context: Any, matrix: Any) -> tuple[Any, Any]:
    values, vectors = context.algebra.eigh(_symmetric_part(context, matrix))
    return values, vectors


def _symmetric_code(node: Node, name: str) -> str:
    return name if is_symmetric(node.args[0]) else f"_symmetric_part({name})"


def _turned(t: Node) -> Node:
    """Exchange the last two axes."""
    labels = list(range(t.rank))
    return contract([t], [labels], [*labels[:-2], labels[-1], labels[-2]])


# -- eigenvalues and eigenvectors -----------------------------------------------------------------------------


def _vjp_vectors(node: Node, t: Node, k: int) -> Node:
    """V (F ⊙ (Vᵀ t)) Vᵀ, made symmetric."""
    n = node.shape[0]
    lead = lead_labels(t, node)
    values = eigvalsh_record.make(node.args)
    identity = eye(n)
    gaps = expand_at(values, [0]) - expand_at(values, [1]) + identity
    inverse_gaps = gaps**-1 - identity
    inside = mul.make((inverse_gaps, contract([node, t], ["ai", [*lead, "a", "j"]], [*lead, "i", "j"])))
    full = contract([node, inside, node], ["ai", [*lead, "i", "j"], "bj"], [*lead, "a", "b"])
    return (full + _turned(full)) / 2


def _vectors(node: Node, context: Any, arrays: Sequence[Any]) -> Any:
    return _decompose(context, arrays[0])[1]


eigenvectors_record: Primitive = primitive(
    "eigenvectors",
    shape=lambda shapes, params: square("eigenvectors", shapes),
    vjp=_vjp_vectors,
    evaluate=_vectors,
    layout=lambda node, printer: printer.call("eigenvectors", [printer.written[node.args[0]].text]),
    code=lambda node, names, printer: f"eigh({_symmetric_code(node, names[0])})[1]",
    imports=("numpy.linalg:eigh", "cupy.linalg:eigh"),
    kinks=lambda x: (x,),
    at_kink=REPEATED,
    because="eigenvectors turn towards each other, the faster the closer their eigenvalues",
    source=f"{GILES}, 3.1",
)


@function("eigenvectors")
def eigenvectors(x: Operand) -> Node:
    """Return the eigenvectors of the symmetric part (A + Aᵀ)/2 of a matrix, as columns, by ascending eigenvalues.

    Parameters
    ----------
    x : Operand
        A matrix of shape (n, n).

    Returns
    -------
    Node
        Of shape (n, n): column k belongs to the k-th smallest eigenvalue, has length 1, and a sign that is not determined.

    Raises
    ------
    ShapeError
        If `x` is not a square matrix.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    dV = V (F ⊙ (Vᵀ dA V)) with Fᵢⱼ = 1/(λⱼ − λᵢ) off the diagonal and 0 on it; where eigenvalues coincide there is no
    derivative. In NumPy: ``numpy.linalg.eigh(A)[1]``.

    References
    ----------
    Giles, *Collected matrix derivative results for forward and reverse mode algorithmic differentiation*, 2008, section 3.1.

    Examples
    --------
    >>> import symgd as sg
    >>> A = sg.tensor("A", "n n", symmetric=True)
    >>> sg.eigenvectors(A), sg.gradient(sg.sum(sg.eigenvectors(A) ** 4), A).shape
    (eigenvectors(A), (n, n))
    """
    return eigenvectors_record.make((as_node(x),))


def _vjp_values(node: Node, t: Node, k: int) -> Node:
    lead = lead_labels(t, node)
    vectors = eigenvectors_record.make(node.args)
    return contract([vectors, t, vectors], ["ik", [*lead, "k"], "jk"], [*lead, "i", "j"])


def _values(node: Node, context: Any, arrays: Sequence[Any]) -> Any:
    return _decompose(context, arrays[0])[0]


eigvalsh_record: Primitive = primitive(
    "eigvalsh",
    shape=lambda shapes, params: square("eigvalsh", shapes)[:1],
    vjp=_vjp_values,
    evaluate=_values,
    layout=lambda node, printer: printer.call("eigvalsh", [printer.written[node.args[0]].text]),
    code=lambda node, names, printer: f"eigvalsh({_symmetric_code(node, names[0])})",
    imports=("numpy.linalg:eigvalsh", "cupy.linalg:eigvalsh"),
    kinks=lambda x: (x,),
    at_kink=REPEATED,
    because="an eigenvalue moves with the matrix along its eigenvector, vᵀ dA v",
    source=f"{GILES}, 3.1; Magnus 1985",
)


@function("eigvalsh")
def eigvalsh(x: Operand) -> Node:
    """Return the eigenvalues λ₁ ≤ … ≤ λₙ of the symmetric part (A + Aᵀ)/2 of a matrix.

    Parameters
    ----------
    x : Operand
        A matrix of shape (n, n).

    Returns
    -------
    Node
        A vector of shape (n,), ascending.

    Raises
    ------
    ShapeError
        If `x` is not a square matrix.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    dλₖ = vₖᵀ dA vₖ; where eigenvalues coincide there is a kink. In NumPy: ``numpy.linalg.eigvalsh``, which reads one triangle
    of the matrix.

    References
    ----------
    Giles, *Collected matrix derivative results for forward and reverse mode algorithmic differentiation*, 2008, section 3.1;
    Magnus, *On differentiating eigenvalues and eigenvectors*, 1985.

    Examples
    --------
    >>> import symgd as sg
    >>> A = sg.tensor("A", "n n")
    >>> sg.eigvalsh(A), sg.gradient(sg.sum(sg.eigvalsh(A) ** 2), A)
    (eigvalsh(A), 2*eigenvectors(A) @ (eigvalsh(A) * eigenvectors(A)).T)
    """
    return eigvalsh_record.make((as_node(x),))


def _end_vector(matrix: Node, which: int) -> Node:
    """Return the eigenvector of the smallest (0) or the largest (−1) eigenvalue."""
    vectors = eigenvectors_record.make((matrix,))
    n = vectors.shape[1]
    place = which if which >= 0 or not isinstance(n, int) else n - 1
    return index.make((vectors,), ((FULL, place),))


def _end(name: str, which: int, curvature: Curvature) -> Primitive:
    def vjp(node: Node, t: Node, k: int) -> Node:
        v = _end_vector(node.args[0], which)
        lead = lead_labels(t, node)
        return contract([t, v, v], [lead, "i", "j"], [*lead, "i", "j"])

    return primitive(
        name,
        shape=lambda shapes, params: square(name, shapes)[:0],
        vjp=vjp,
        evaluate=lambda node, context, arrays: object_array(_decompose(context, arrays[0])[0][which]),
        layout=lambda node, printer: printer.call(name, [printer.written[node.args[0]].text]),
        code=lambda node, names, printer: f"eigvalsh({_symmetric_code(node, names[0])})[{which}]",
        imports=("numpy.linalg:eigvalsh", "cupy.linalg:eigvalsh"),
        kinks=lambda x: (x,),
        at_kink=REPEATED,
        curvature=curvature,
        because="an eigenvalue moves with the matrix along its eigenvector, vᵀ dA v",
        source=f"{GILES}, 3.1; convexity: Boyd & Vandenberghe 2004, 3.10",
    )


eigmax_record = _end("eigmax", -1, Curvature.CONVEX)
eigmin_record = _end("eigmin", 0, Curvature.CONCAVE)


@function("eigmax", "lambda_max")
def eigmax(x: Operand) -> Node:
    """Return the largest eigenvalue λₙ of the symmetric part (A + Aᵀ)/2 of a matrix.

    Parameters
    ----------
    x : Operand
        A matrix of shape (n, n).

    Returns
    -------
    Node
        A scalar.

    Raises
    ------
    ShapeError
        If `x` is not a square matrix.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The gradient is v vᵀ with the eigenvector v; where the largest eigenvalue is repeated there is a kink. The function is
    convex. In NumPy: ``numpy.linalg.eigvalsh(A)[-1]``.

    References
    ----------
    Giles, *Collected matrix derivative results for forward and reverse mode algorithmic differentiation*, 2008, section 3.1;
    Boyd & Vandenberghe, *Convex Optimization*, 2004, example 3.10.

    Examples
    --------
    >>> import symgd as sg
    >>> A = sg.tensor("A", (2, 2))
    >>> sg.eigmax(A), sg.lambdify(A, sg.gradient(sg.eigmax(A), A))([[2.0, 1.0], [1.0, 2.0]]).round(3)
    (eigmax(A), array([[0.5, 0.5],
           [0.5, 0.5]]))
    """
    return eigmax_record.make((as_node(x),))


@function("eigmin", "lambda_min")
def eigmin(x: Operand) -> Node:
    """Return the smallest eigenvalue λ₁ of the symmetric part (A + Aᵀ)/2 of a matrix.

    Parameters
    ----------
    x : Operand
        A matrix of shape (n, n).

    Returns
    -------
    Node
        A scalar.

    Raises
    ------
    ShapeError
        If `x` is not a square matrix.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The gradient is v vᵀ with the eigenvector v; where the smallest eigenvalue is repeated there is a kink. The function is
    concave. In NumPy: ``numpy.linalg.eigvalsh(A)[0]``.

    References
    ----------
    Giles, *Collected matrix derivative results for forward and reverse mode algorithmic differentiation*, 2008, section 3.1;
    Boyd & Vandenberghe, *Convex Optimization*, 2004, example 3.10.

    Examples
    --------
    >>> import symgd as sg
    >>> A = sg.tensor("A", (2, 2))
    >>> sg.eigmin(A), sg.lambdify(A, sg.gradient(sg.eigmin(A), A))([[2.0, 1.0], [1.0, 2.0]]).round(3)
    (eigmin(A), array([[ 0.5, -0.5],
           [-0.5,  0.5]]))
    """
    return eigmin_record.make((as_node(x),))


# -- singular values ------------------------------------------------------------------------------------------


def _gram(x: Node, is_tall: bool) -> Node:
    """XᵀX of a tall matrix, XXᵀ of a wide one: the smaller of the two."""
    return matmul(transpose(x), x) if is_tall else matmul(x, transpose(x))


def _is_tall(shape: Shape) -> bool:
    """Whether there are at least as many rows as columns.

    Raises
    ------
    UnsupportedError
        Where named sizes leave it open.
    """
    rows, columns = shape
    if rows == columns:
        return True
    if isinstance(rows, int) and isinstance(columns, int):
        return rows > columns
    raise UnsupportedError(
        f"whether {rows} or {columns} is larger is not known, and with it the number of singular values",
        hint="declare the sizes with numbers; norm(X, 2) takes named sizes too",
    )


def _matrix(name: str, shapes: Sequence[Shape]) -> Shape:
    if len(shapes[0]) != 2:
        raise ShapeError(f"{name} takes a matrix, not {show_shape(shapes[0])}")
    return shapes[0]


def _shape_singular(shapes: Sequence[Shape], params: Params) -> tuple[Size, ...]:
    shape = _matrix("svdvals", shapes)
    return (shape[1] if _is_tall(shape) else shape[0],)


def _singular_values(context: Any, matrix: Any) -> list[Any]:
    """Return the singular values, descending."""
    gram = np.dot(matrix.T, matrix) if matrix.shape[0] >= matrix.shape[1] else np.dot(matrix, matrix.T)
    values, _ = context.algebra.eigh(gram)
    root = context.algebra.number(Fraction(1, 2))
    power = lookup("pow")
    return [context.algebra.apply(power, abs(value), root) for value in values[::-1]]


def _between(x: Node, weights: Node, lead: list[Any]) -> Node:
    """U diag(weights) Vᵀ, where the weights stand for the singular values in ascending order."""
    is_tall = _is_tall(x.shape)
    gram = _gram(x, is_tall)
    vectors = eigenvectors_record.make((gram,))
    roots = eigvalsh(gram) ** Fraction(-1, 2)
    scaled = mul.make((weights, roots))
    if is_tall:
        return contract([x, vectors, scaled, vectors], ["ia", "ak", [*lead, "k"], "jk"], [*lead, "i", "j"])
    return contract([vectors, scaled, vectors, x], ["ik", [*lead, "k"], "ak", "aj"], [*lead, "i", "j"])


def _vjp_singular(node: Node, t: Node, k: int) -> Node:
    ascending = index.make((t,), ((FULL,) * (t.rank - 1) + ((None, None, -1),),))
    return _between(node.args[0], ascending, lead_labels(t, node))


def _evaluate_singular(node: Node, context: Any, arrays: Sequence[Any]) -> Any:
    values = _singular_values(context, arrays[0])
    result = np.empty(len(values), dtype=object)
    result[:] = values
    return result


svdvals_record = primitive(
    "svdvals",
    shape=_shape_singular,
    vjp=_vjp_singular,
    evaluate=_evaluate_singular,
    layout=lambda node, printer: printer.call("svdvals", [printer.written[node.args[0]].text]),
    code=lambda node, names, printer: f"svd({names[0]}, compute_uv=False)",
    imports=("numpy.linalg:svd", "cupy.linalg:svd"),
    kinks=lambda x: (x,),
    at_kink="where singular values coincide or vanish they have no slope, only a set of slopes",
    sign=Sign.NONNEGATIVE,
    range=Interval(0),
    because="a singular value moves with the matrix between its two singular vectors, uᵀ dX v",
    source=f"{GILES}, 3.2",
)


@function("svdvals")
def svdvals(x: Operand) -> Node:
    """Return the singular values σ₁ ≥ … ≥ σₖ of a matrix: the roots of the eigenvalues of AᵀA.

    Parameters
    ----------
    x : Operand
        A matrix of shape (m, n); which size is smaller is known.

    Returns
    -------
    Node
        A vector of shape (min(m, n),), descending.

    Raises
    ------
    ShapeError
        If `x` is not a matrix.
    UnsupportedError
        If named sizes leave open which is smaller.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    dσₖ = uₖᵀ dA vₖ with the singular vectors; where singular values coincide or vanish there is a kink. In NumPy:
    ``numpy.linalg.svd(A, compute_uv=False)``.

    References
    ----------
    Giles, *Collected matrix derivative results for forward and reverse mode algorithmic differentiation*, 2008, section 3.2.

    Examples
    --------
    >>> import symgd as sg
    >>> A = sg.tensor("A", (2, 2))
    >>> sg.svdvals(A), sg.lambdify(A, sg.svdvals(A))([[3.0, 0.0], [0.0, -4.0]])
    (svdvals(A), array([4., 3.]))
    >>> sg.check_gradient(sg.svdvals(A)[0], A).verdict.name
    'RIGHT'
    """
    return svdvals_record.make((as_node(x),))


def _vjp_spectral(node: Node, t: Node, k: int) -> Node:
    """σ = ‖X‖₂ moves by uᵀ dX v; u = X v/σ, and v is the top eigenvector of XᵀX."""
    (x,) = node.args
    v = _end_vector(_gram(x, True), -1)
    lead = lead_labels(t, node)
    return contract([mul.make((t, node**-1)), x, v, v], [lead, "ia", "a", "j"], [*lead, "i", "j"])


spectral_record = primitive(
    "spectral_norm",
    shape=lambda shapes, params: _matrix("the spectral norm", shapes)[:0],
    vjp=_vjp_spectral,
    evaluate=lambda node, context, arrays: object_array(_singular_values(context, arrays[0])[0]),
    layout=lambda node, printer: printer.call("norm", [printer.written[node.args[0]].text, "2"]),
    code=lambda node, names, printer: f"norm({names[0]}, 2)",
    imports=("numpy.linalg:norm", "cupy.linalg:norm"),
    kinks=lambda x: (x,),
    at_kink="where the largest singular values coincide the norm has no slope",
    sign=Sign.NONNEGATIVE,
    range=Interval(0),
    curvature=Curvature.CONVEX,
    because="the largest singular value moves between its two singular vectors, uᵀ dX v",
    source="Watson 1992: the subdifferential of the spectral norm",
)


def spectral_norm(x: Node) -> Node:
    """Return the largest singular value of a matrix."""
    return spectral_record.make((x,))


def _vjp_nuclear(node: Node, t: Node, k: int) -> Node:
    (x,) = node.args
    rank = x.shape[1] if _is_tall(x.shape) else x.shape[0]
    ones = lookup("broadcast").make((constant(1),), ((rank,),))
    slope = _between(x, ones, [])
    lead = lead_labels(t, node)
    return contract([t, slope], [lead, "ij"], [*lead, "i", "j"])


def _sum_up(values: list[Any]) -> Any:
    total = values[0]
    for value in values[1:]:
        total = total + value
    return total


nuclear_record = primitive(
    "nuclear_norm",
    shape=lambda shapes, params: _matrix("the nuclear norm", shapes)[:0],
    vjp=_vjp_nuclear,
    evaluate=lambda node, context, arrays: object_array(_sum_up(_singular_values(context, arrays[0]))),
    layout=lambda node, printer: printer.call("norm", [printer.written[node.args[0]].text, "'nuc'"]),
    code=lambda node, names, printer: f"svd({names[0]}, compute_uv=False).sum()",
    imports=("numpy.linalg:svd", "cupy.linalg:svd"),
    kinks=lambda x: (x,),
    at_kink="where a singular value vanishes the nuclear norm has no slope",
    sign=Sign.NONNEGATIVE,
    range=Interval(0),
    curvature=Curvature.CONVEX,
    because="the slope of the nuclear norm is U Vᵀ of the singular vectors",
    source="Watson 1992: the subdifferential of the nuclear norm",
)


def nuclear_norm(x: Node) -> Node:
    """Return the sum of the singular values of a matrix."""
    return nuclear_record.make((x,))
