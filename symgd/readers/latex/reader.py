r"""The LaTeX door: the notation of papers, read by our own grammar.

\frac{1}{n}\sum_{i=1}^n \left(x_i^\top w - y_i\right)^2,   \|Xw-y\|_2^2,   \log\det\Sigma,   \operatorname{tr}(A^\top B)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symgd.errors import ParseError
from symgd.graph.node import SIZE, Node, constant, tensor
from symgd.graph.shape import Dim, size_names
from symgd.graph.traversal import substitute, toposort
from symgd.primitives.arithmetic import add, mul
from symgd.readers.latex.grammar import Reader
from symgd.readers.latex.tokens import without_display
from symgd.readers.text.parser import read_shapes
from symgd.readers.text.tokens import MAX_BYTES

__all__ = ["from_latex"]


def from_latex(
    text: str, shapes: Mapping[str, Any] | None = None, facts: Mapping[str, Mapping[str, Any]] | None = None
) -> Node:
    r"""Read a formula in LaTeX.

    Parameters
    ----------
    text : str
        One expression, with or without dollar signs or an equation's ``\begin`` and ``\end``.
    shapes : mapping of str to str or tuple
        Of vectors and matrices; Greek letters by name (``"theta"``), accents and indices behind (``"y_hat"``, ``"w_1"``).
    facts : mapping of str to mapping

    Raises
    ------
    ParseError, ShapeError, UnsupportedError
        With a caret; where there are two readings, with both.

    Examples
    --------
    >>> from symgd.readers.latex.reader import from_latex
    >>> from_latex(r"\frac{1}{2}\|Xw-y\|_2^2 + \lambda \|w\|_1", {"X": "m n", "w": "n", "y": "m"})
    sum((X @ w - y)**2)/2 + lambda*sum(abs(w))
    >>> from_latex(r"\frac{1}{n}\sum_{i=1}^n \left(x_i^\top w - y_i\right)^2", {"x": "n d", "w": "d", "y": "n"})
    sum((x @ w - y)**2)/n
    """
    if not isinstance(text, str):
        raise ParseError(f"a formula is a text, not {type(text).__name__}")
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise ParseError(f"a formula is at most {MAX_BYTES // 1000} kB of text")
    body, declared = without_display(text), read_shapes(shapes)
    try:
        reader = Reader(body, declared, facts or {})
        result = reader.formula()
        late = reader.sizes & set(reader.symbols)
        if late:  # a size that stood as a number before the sum over it: 1/N Σ
            reader = Reader(body, declared, facts or {})
            reader.sizes |= late
            result = reader.formula()
    except RecursionError:
        raise ParseError("words are nested too deep", formula=body[:80]) from None
    return _without_loose_sizes(result)


def _without_loose_sizes(formula: Node) -> Node:
    """Make a size no axis has an input: the N of N·t where nothing is summed over."""
    order = toposort((formula,))
    held = {name for node in order for name in size_names(node.shape)}
    known = {}
    for node in order:
        if node.primitive is SIZE and not set(size_names(node.params)) & held:
            terms = node.params[0].terms if isinstance(node.params[0], Dim) else ()
            known[node] = add.make(tuple(mul.make((constant(count), *map(tensor, names))) for names, count in terms))
    return substitute([formula], known)[0] if known else formula
