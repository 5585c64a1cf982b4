"""How products and powers are written: divisors below a line, outer products, diagonal matrices and scaled rows by name."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from symgd.graph.node import Node
from symgd.graph.text_printer import ATOM, Printer, Written
from symgd.primitives.exact_numbers import exact_value
from symgd.primitives.stretched_operands import full_rank

__all__ = ["factors_of_product", "is_divisor", "write_power", "write_product"]


@dataclass
class _Pieces:
    """What a product is written with; each tensor with its rank, and each divisor with whether it is a tensor."""

    coefficient: Fraction
    scalars: list[Written] = field(default_factory=list)
    tensors: list[tuple[Written, int]] = field(default_factory=list)
    below: list[tuple[Written, bool]] = field(default_factory=list)


def write_product(node: Node, printer: Printer, times: int = 1) -> Written:
    """Write a product: numbers, scalars, tensors and what they are divided by."""
    pieces = _pieces_of(node, printer, times)
    tensors = [tensor for tensor, _ in pieces.tensors]
    divisors = [divisor for divisor, is_tensor in pieces.below if is_tensor]
    below = [divisor for divisor, _ in pieces.below]
    scalar_divisors = [divisor for divisor, is_tensor in pieces.below if not is_tensor]
    of_vectors = _outer_or_diagonal(node, printer) if len(tensors) + len(divisors) > 1 else None
    scaled_rows = _scaled_rows(node, printer) if of_vectors is None and len(tensors) == 2 else None
    if of_vectors is not None:
        tensors, below = [of_vectors], scalar_divisors
    elif scaled_rows is not None:
        tensors = [scaled_rows]
    elif len(tensors) > 2:  # the widest first, so that no two are both stretched when read from the left
        tensors = [tensor for tensor, _ in sorted(pieces.tensors, key=lambda pair: -pair[1])]
    if printer.joins_divisors and len(divisors) > 1 and of_vectors is None:
        below = [*scalar_divisors, printer.product(Fraction(1), [], divisors, [])]
    return printer.product(pieces.coefficient, pieces.scalars, tensors, below)


def _pieces_of(node: Node, printer: Printer, times: int) -> _Pieces:
    pieces = _Pieces(Fraction(times))
    factors = factors_of_product(node, printer)
    for factor in factors:
        value = exact_value(factor)
        if value is not None:
            pieces.coefficient *= value
        elif _is_below(factor, printer):
            _add_below(factor, factors, node, printer, pieces)
        elif factor.shape:
            written = full_rank(factor, printer.written[factor], factors, node.shape, printer)
            pieces.tensors.append((written, factor.rank))
        else:
            pieces.scalars.append(printer.written[factor])
    return pieces


def _add_below(factor: Node, factors: list[Node], node: Node, printer: Printer, pieces: _Pieces) -> None:
    """Add x⁻ⁿ, and the factors of a product (x·y)⁻¹ one by one, to what stands below the line."""
    base, exponent = factor.args[0], -Fraction(factor.args[1].value)
    parts = _factors_below(base, printer) if exponent == 1 else [base]
    for part in parts:
        written = write_power(part, printer, exponent)
        whole = factor if len(parts) == 1 else part
        pieces.below.append((full_rank(whole, written, factors, node.shape, printer), bool(part.shape)))


def factors_of_product(node: Node, printer: Printer) -> list[Node]:
    """Return the factors of a product, those of products inside it included, unless they go by a name."""
    factors: list[Node] = []
    stack = list(node.args[::-1]) if node.primitive.name == "mul" else [node]
    while stack:
        factor = stack.pop()
        if factor.primitive.name == "mul" and printer.written[factor].binds != ATOM:
            stack.extend(factor.args[::-1])
        else:
            factors.append(factor)
    return factors


def _factors_below(base: Node, printer: Printer) -> list[Node]:
    """Return the factors of a product below the line, if they are scalars, and none of them is a number or a quotient."""
    factors = [base] if base.shape else factors_of_product(base, printer)
    is_plain = not any(_is_below(factor, printer) or exact_value(factor) is not None for factor in factors)
    return factors if is_plain else [base]


def write_power(base: Node, printer: Printer, exponent: int | Fraction) -> Written:
    """Write a power with an exact exponent, or a root."""
    if exponent == 1:
        return printer.written[base]
    if exponent == Fraction(1, 2):
        return printer.root(printer.written[base])
    return printer.power(printer.written[base], printer.number(exponent), base.rank)


def _outer_or_diagonal(node: Node, printer: Printer) -> Written | None:
    """Write u[:, None] * v as outer(u, v), and v * eye(n) as diag(v)."""
    if node.rank != 2:
        return None
    factors = [arg for arg in factors_of_product(node, printer) if arg.shape]
    vectors = [(arg, vector) for arg in factors if (vector := _vector(arg, printer)) is not None]
    matrices = [arg for arg in factors if _vector(arg, printer) is None]
    is_outer = not matrices and len(factors) == 2 and sorted(arg.rank for arg in factors) == [1, 2]
    if is_outer and not any(_is_below(arg, printer) for arg in factors):
        return printer.outer(*(printer.written[vector] for arg, vector in sorted(vectors, key=lambda pair: -pair[0].rank)))
    if len(matrices) == 1 and matrices[0].primitive.name == "eye" and matrices[0] not in printer.names and vectors:
        above = [printer.written[vector] for arg, vector in vectors if not _is_below(arg, printer)]
        powers = [arg for arg, _ in vectors if _is_below(arg, printer)]
        below = [write_power(power.args[0], printer, -Fraction(power.args[1].value)) for power in powers]
        return printer.diagonal_matrix(printer.product(Fraction(1), [], above, below))
    return None


def is_divisor(factor: Node) -> bool:
    """Whether a factor is an exact negative power: what a product is divided by."""
    exponent = exact_value(factor.args[1]) if factor.primitive.name == "pow" else None
    return exponent is not None and exponent < 0


def _is_below(factor: Node, printer: Printer) -> bool:
    """Whether a factor is written below the line."""
    return factor not in printer.names and is_divisor(factor)


def _vector(factor: Node, printer: Printer) -> Node | None:
    """Return the vector that a factor is, as a row or as a column."""
    is_column = factor not in printer.names and factor.primitive.name == "expand" and factor.params == ((-1,),)
    vector = factor.args[0] if is_column else factor
    return vector if vector.rank == 1 and vector.shape[0] != 1 and vector in printer.written else None


def _scaled_rows(node: Node, printer: Printer) -> Written | None:
    """Write v[:, None] * X as diag(v) X, where the notation has a form for it."""
    factors = [arg for arg in factors_of_product(node, printer) if arg.shape]
    for column, matrix in (factors, factors[::-1]) if len(factors) == 2 else ():
        is_column = column not in printer.names and column.primitive.name == "expand" and column.params == ((-1,),)
        if is_column and column.args[0].rank == 1 and matrix.rank == 2 and matrix.shape[1] != 1:
            return printer.scaled_rows(printer.written[column.args[0]], printer.written[matrix])
    return None
