"""Factors beside each other, as a textbook writes them: ``Xw``, ``2x``, ``Xᵀ(Xw − y)``, ``xᵀy``.

A product of matrices or with a number. A vector is a column, and ᵀ makes it a row: xᵀy is a number and xyᵀ a matrix. It is read
where the names are known; what could be a name, a call or another quotient is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from symgd.errors import AmbiguityError, ShapeError
from symgd.graph.node import Node
from symgd.graph.primitive import FUNCTIONS
from symgd.graph.shape import show_shape
from symgd.readers.text.functions import SPELLINGS, is_function
from symgd.readers.text.operators import Operator
from symgd.readers.text.tokens import Token

__all__ = [
    "Row",
    "beside",
    "is_factor_beside",
    "raised",
    "refuse_number_in_brackets",
    "refuse_row",
    "refuse_transpose",
    "refuse_two_readings",
    "split_factors",
    "transposed",
]

_POWERS = ("**", "^", "^⊙", "√")
_SECOND_MEANING = set("eEiIjJlL")
"""Letters that behind a number belong to it in a program: 1e5, 2j, 10L."""


@dataclass(frozen=True)
class Row:
    """A vector that ᵀ has made a row; anywhere but beside a factor it is a vector."""

    node: Node


def transposed(value: Node | Row) -> Node | Row:
    """Return xᵀ: a row of a vector, and of a row the vector.

    Raises
    ------
    ShapeError
        For a scalar.
    """
    if isinstance(value, Row):
        return value.node
    if not value.shape:
        raise ShapeError(
            "ᵀ transposes a vector or a matrix, and this is a scalar",
            hint=f'shapes={{"{value.name}": "n"}}' if value.is_symbol else None,
        )
    return Row(value) if value.rank == 1 else value.T


def raised(base: Node, superscript: Token) -> Node:
    """Return x² or x⁻¹: a power of a matrix is a product of matrices, and of a vector or scalar one entry by entry.

    Raises
    ------
    ShapeError
        For a tensor of more axes, and a matrix that is not square.
    """
    exponent = superscript.number
    if base.rank < 2 or superscript.text.startswith("^⊙"):
        return base**exponent
    return FUNCTIONS["inv"](base) if exponent == -1 else FUNCTIONS["matrix_power"](base, int(exponent))


def refuse_row() -> None:
    """Refuse x @ yᵀ: NumPy's x @ y.T of vectors is a number.

    Raises
    ------
    AmbiguityError
    """
    raise AmbiguityError("x @ yᵀ of vectors", "the scalar product, x @ y", "the outer product, outer(x, y)")


def beside(left: Node | Row, right: Node | Row) -> Node | Row:
    """Return the product of two factors that stand beside each other.

    Raises
    ------
    AmbiguityError, ShapeError
        For two vectors, neither of them a row, and what is no product of matrices.
    """
    a, b = (value.node if isinstance(value, Row) else value for value in (left, right))
    if not a.shape or not b.shape:
        scaled = a * b
        return Row(scaled) if isinstance(left, Row) or isinstance(right, Row) else scaled
    if isinstance(right, Row):
        if isinstance(left, Row) or a.rank != 1:
            raise ShapeError(f"a row cannot stand behind {show_shape(a.shape)}", hint="outer(x, y) is a column times a row")
        return FUNCTIONS["outer"](a, b)
    if a.rank == b.rank == 1 and not isinstance(left, Row):
        raise AmbiguityError("a product of two vectors", "the scalar product, xᵀy", "a product entry by entry, x ⊙ y")
    if max(a.rank, b.rank) > 2 or (a.rank == 1 and not isinstance(left, Row)):
        raise ShapeError(
            f"{show_shape(a.shape)} and {show_shape(b.shape)} cannot stand beside each other", hint="write @ or * for a product"
        )
    product = a @ b
    return Row(product) if isinstance(left, Row) and product.shape else product


def split_factors(tokens: Sequence[Token], ranks: Mapping[str, int], taken: Collection[str]) -> list[Token]:
    """Split names such as ``Xw``, all of whose letters are declared, one of them a matrix; names that are `taken` stay."""
    split: list[Token] = []
    for token, following in zip(tokens, [*tokens[1:], tokens[-1]], strict=True):
        name = token.text
        if (
            token.kind == "name"
            and len(name) > 1
            and name not in taken
            and following.text != "="
            and all(letter in ranks for letter in name)
            and max(ranks[letter] for letter in name) == 2
        ):
            split += [Token("name", letter, token.position + k) for k, letter in enumerate(name)]
        else:
            split.append(token)
    return split


def is_factor_beside(before: Token, token: Token, following: Token, is_known: Callable[[str], bool]) -> bool:
    """Whether a token can begin a factor behind another one, with no operator between them."""
    is_open = before.kind == "name" and not is_known(before.text) and before.text != "T"
    if before.kind == "text" or (is_open and (len(before.text) > 1 or before.text.isupper())):  # a capital may be a matrix
        return False
    is_tight = token.is_right_behind(before)
    if token.kind == "name":
        name = token.text
        if following.text == "(" and not is_known(name):
            return name in FUNCTIONS or name in SPELLINGS or len(name) > 1
        if is_function(name) and not is_known(name) and (before.kind != "number" or not is_tight):
            return following.kind in ("name", "number", "superscript") or following.text in ("|", "√", "^") or following.is_norm
        if before.kind == "number" and is_tight and (before.text == "0" or name in _SECOND_MEANING) and not is_known(name):
            return False
        letter = name if token.is_spelled_out else name.partition("_")[0]  # x₁ is one letter
        return is_known(name) or (len(letter) == 1 and before.kind == "number" and letter.isalpha())
    if token.text == "(":
        return before.kind != "name" or is_known(before.text) or before.text == "T"
    return token.text == "√" or token.is_norm


def refuse_transpose(name: str) -> None:
    """Refuse A^T, where T is no input that is declared.

    Raises
    ------
    AmbiguityError
    """
    if name.startswith("T"):
        raise AmbiguityError(f"a matrix or vector ^{name}", "the transpose, A.T", f"a power by an input {name}, A**{name}")


def refuse_number_in_brackets(tokens: Sequence[Token]) -> None:
    """Refuse x(1): a name with a number in brackets.

    Raises
    ------
    AmbiguityError
    """
    name, _, number, *rest = tokens
    if number.kind == "number" and rest and rest[0].text == ")":
        raise AmbiguityError(
            f"{name.text}({number.text})", f"an entry, {name.text}[{number.text}]", f"a product, {name.text}*{number.text}"
        )


def refuse_two_readings(operators: Sequence[Operator], values: Sequence[object], is_tight: bool) -> None:
    """Refuse factors behind a quotient, a power, a root or a product entry by entry, where they have two readings.

    Raises
    ------
    AmbiguityError
    """
    if not operators:
        return
    waiting = [operator.text for operator in operators]
    while waiting and waiting[-1] in ("", " ", "√"):
        waiting.pop()
    if waiting and waiting[-1] == "/" and len(waiting) < len(operators) and not is_tight:
        raise AmbiguityError("a quotient with factors behind it", "(a/b) * c", "a/(b*c)")
    last = operators[-1].text
    is_scalar = isinstance(values[-1], Node) and not values[-1].shape
    if last == "/" and (is_scalar or not is_tight):
        raise AmbiguityError("a quotient with factors behind it", "(a/b) * c", "a/(b*c)")
    if last in _POWERS and is_tight:
        first, second = ("√(a*b)", "√(a)*b") if last == "√" else ("a^(b*c)", "a^b * c")
        raise AmbiguityError("a factor behind a root" if last == "√" else "a factor behind an exponent", first, second)
    if any(operator.text in _POWERS for operator in operators[:-1]) and operators[-1].is_unary:
        raise AmbiguityError("a factor behind an exponent", "a^(b*c)", "a^b * c")
    if last in ("*", "⊙") and not is_tight and not is_scalar and isinstance(values[-2], Node) and values[-2].shape:
        raise AmbiguityError("a product entry by entry with factors behind it", f"a {last} (b @ c)", f"(a {last} b) @ c")
