"""Eigenvalues and eigenvectors of symmetric matrices.

A matrix enters through its symmetric part (A + Aᵀ)/2, which is A itself where A is symmetric; so the entries may move freely.
The derivatives hold where the eigenvalues are distinct; where two coincide there is a kink.

    dλ_k = v_kᵀ dA v_k,    dV = V (F ⊙ (Vᵀ dA V)),   F_ij = 1/(λ_j − λ_i) off the diagonal
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symgd.evaluation.entries import Array
from symgd.evaluation.evaluator import Context, object_array
from symgd.graph.assumptions import Curvature
from symgd.graph.conversion import Operand, as_node
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive, function, primitive
from symgd.primitives.arithmetic import mul
from symgd.primitives.contraction import contract, expand_at
from symgd.primitives.identity import eye
from symgd.primitives.index_items import FULL
from symgd.primitives.indexing import index
from symgd.primitives.matrix_arguments import GILES, lead_labels, sign_of_definite, square
from symgd.primitives.symmetry import is_symmetric

__all__ = [
    "REPEATED",
    "eigenvectors",
    "eigenvectors_record",
    "eigmax",
    "eigmax_record",
    "eigmin",
    "eigmin_record",
    "eigvalsh",
    "eigvalsh_record",
    "end_vector",
]

REPEATED = "where eigenvalues coincide they have no slope, only a set of slopes"


def _symmetric_part(context: Context, matrix: Array) -> Array:
    half = context.algebra.number(1) / context.algebra.number(2)
    result = np.empty(matrix.shape, dtype=object)
    for row, column in np.ndindex(*matrix.shape):
        result[row, column] = (matrix[row, column] + matrix[column, row]) * half
    return result


def _decompose(context: Context, matrix: Array) -> tuple[Array, Array]:
    values, vectors = context.algebra.eigh(_symmetric_part(context, matrix))
    return values, vectors


def _symmetric_code(node: Node, name: str) -> str:
    return name if is_symmetric(node.args[0]) else f"_symmetric_part({name})"


def _turned(t: Node) -> Node:
    """Exchange the last two axes."""
    labels = list(range(t.rank))
    return contract([t], [labels], [*labels[:-2], labels[-1], labels[-2]])


def _vjp_vectors(node: Node, t: Node, k: int) -> Node:
    """V (F ⊙ (Vᵀ t)) Vᵀ, made symmetric."""
    n = node.shape[0]
    lead = lead_labels(t, node)
    values = eigvalsh_record.make(node.args)
    identity = eye(n)
    gaps = expand_at(values, [0]) - expand_at(values, [1]) + identity
    inverse_gaps = gaps**-1 - identity
    weighted = mul.make((inverse_gaps, contract([node, t], ["ai", [*lead, "a", "j"]], [*lead, "i", "j"])))
    full = contract([node, weighted, node], ["ai", [*lead, "i", "j"], "bj"], [*lead, "a", "b"])
    return (full + _turned(full)) / 2


def _vectors(node: Node, context: Context, arrays: Sequence[Array]) -> Array:
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


def _values(node: Node, context: Context, arrays: Sequence[Array]) -> Array:
    return _decompose(context, arrays[0])[0]


eigvalsh_record: Primitive = primitive(
    "eigvalsh",
    sign=lambda node, x: sign_of_definite(node.args[0]),
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


def end_vector(matrix: Node, which: int) -> Node:
    """Return the eigenvector of the smallest (0) or the largest (−1) eigenvalue."""
    vectors = eigenvectors_record.make((matrix,))
    n = vectors.shape[1]
    place = which if which >= 0 or not isinstance(n, int) else n - 1
    return index.make((vectors,), ((FULL, place),))


def _end(name: str, which: int, curvature: Curvature) -> Primitive:
    def vjp(node: Node, t: Node, k: int) -> Node:
        v = end_vector(node.args[0], which)
        lead = lead_labels(t, node)
        return contract([t, v, v], [lead, "i", "j"], [*lead, "i", "j"])

    return primitive(
        name,
        sign=lambda node, x: sign_of_definite(node.args[0]),
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
