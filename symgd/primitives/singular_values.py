"""Singular values, and the norms made of them: the largest one, and the sum of all.

The singular values of X are the roots of the eigenvalues of XᵀX, and dσ_k = u_kᵀ dX v_k.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from symgd.errors import ShapeError, UnsupportedError
from symgd.evaluation.entries import Array, Entry
from symgd.evaluation.evaluator import Context, object_array
from symgd.graph.assumptions import Curvature, Interval, Sign
from symgd.graph.conversion import Operand, as_node
from symgd.graph.node import Node, constant
from symgd.graph.primitive import Params, function, lookup, primitive
from symgd.graph.shape import Shape, Size, show_shape
from symgd.primitives.arithmetic import mul
from symgd.primitives.axes import transpose
from symgd.primitives.contraction import contract
from symgd.primitives.eigenvalues import eigenvectors_record, eigvalsh, end_vector
from symgd.primitives.index_items import FULL
from symgd.primitives.indexing import index
from symgd.primitives.matrix_arguments import GILES, lead_labels
from symgd.primitives.matrix_products import matmul

__all__ = ["nuclear_norm", "nuclear_record", "spectral_norm", "spectral_record", "svdvals", "svdvals_record"]


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


def _singular_values(context: Context, matrix: Array) -> list[Entry]:
    """Return the singular values, descending."""
    gram = np.dot(matrix.T, matrix) if matrix.shape[0] >= matrix.shape[1] else np.dot(matrix, matrix.T)
    values, _ = context.algebra.eigh(gram)
    root = context.algebra.number(Fraction(1, 2))
    power = lookup("pow")
    return [context.algebra.apply(power, abs(value), root) for value in values[::-1]]


def _between(x: Node, weights: Node, lead: list[str]) -> Node:
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


def _evaluate_singular(node: Node, context: Context, arrays: Sequence[Array]) -> Array:
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
    v = end_vector(_gram(x, True), -1)
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
    unit_slopes = lookup("broadcast").make((constant(1),), ((rank,),))
    slope = _between(x, unit_slopes, [])
    lead = lead_labels(t, node)
    return contract([t, slope], [lead, "ij"], [*lead, "i", "j"])


def _sum_up(values: list[Entry]) -> Entry:
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
