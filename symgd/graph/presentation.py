"""How a formula is shown: as text, in LaTeX, in SymPy, with names for its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from symgd.arguments import read_choice
from symgd.graph.hooks import Hook

if TYPE_CHECKING:
    import sympy

__all__ = ["NamedParts", "Presentation"]

N = TypeVar("N")


class NamedParts(Protocol[N]):
    """A formula in terms of named parts, see :class:`symgd.explain.named_parts.Named`."""

    definitions: dict[str, N]
    results: dict[str, N]

    @property
    def result(self) -> N:
        """The formula in terms of the names."""

    def parts(self) -> dict[str, N]:
        """Return the definitions with the names before them written out."""

    def text(self) -> str:
        """Return the definitions and the result as a textbook prints them."""

    def latex(self) -> str:
        """Return the definitions and the result in LaTeX."""


_write: Hook[[object], str] = Hook("symgd.graph.text_printer", "write")
_to_sympy: Hook[[object], sympy.Basic] = Hook("symgd.readers.sympy.writer", "to_sympy")
_to_latex: Hook[[object], str] = Hook("symgd.explain.notation.latex", "to_latex")
_to_unicode: Hook[[object], str] = Hook("symgd.explain.notation.unicode", "to_textbook")
_to_index_notation: Hook[..., str] = Hook("symgd.explain.notation.index", "to_index_notation")
_name_parts: Hook[..., Any] = Hook("symgd.explain.named_parts", "name_parts")


class Presentation(Generic[N]):
    """What a formula offers for reading."""

    __slots__ = ()

    def __str__(self) -> str:
        return _write(self)

    def __repr__(self) -> str:
        text = str(self)
        return text if len(text) <= 1000 else f"{text[:1000]} … ({len(text)} characters)"

    def latex(self, notation: str = "matrix") -> str:
        """Return the formula in LaTeX, in ``"matrix"`` notation or in ``"index"`` notation."""
        return _to_index_notation(self, "latex") if _is_indexed(notation) else _to_latex(self)

    def text(self, notation: str = "matrix") -> str:
        """Return the formula as a textbook prints it, in ``"matrix"`` notation or in ``"index"`` notation.

        Index notation writes every sum and every Kronecker delta.

        Examples
        --------
        >>> import symgd as sg
        >>> result = sg.gradient(sg.formula("x @ A @ x", shapes={"A": "n n", "x": "n"}), "x")
        >>> print(result.text())
        (A + Aᵀ) x
        >>> print(result.text("index"))
        Σⱼ (A_ij + A_ji)·x_j
        """
        return _to_index_notation(self) if _is_indexed(notation) else _to_unicode(self)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"

    def named(self) -> NamedParts[N]:
        """Return the formula in terms of named parts.

        Returns
        -------
        Named
            With ``definitions``, ``result``, ``text()`` and ``latex()``.

        Examples
        --------
        >>> import symgd as sg
        >>> loss = sg.formula("sum((X @ w - y)**2)", shapes={"X": "m n", "w": "n", "y": "m"})
        >>> sg.gradient(loss, "w").named()
        r = X @ w - y
        2*X.T @ r
        """
        named: NamedParts[N] = _name_parts({"": self})
        return named

    def to_sympy(self) -> sympy.Basic:
        """Return the formula in SymPy (scalars and matrix expressions).

        Raises
        ------
        UnsupportedError
            Where SymPy has no word for it.
        """
        return _to_sympy(self)


def _is_indexed(notation: str) -> bool:
    return read_choice(notation, ("matrix", "index"), "notation") == "index"
