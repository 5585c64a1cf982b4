"""Powers and exponentials modulo a prime: xᵃ·xᵇ is xᵃ⁺ᵇ, √x·√x is x, eᵘ·e⁻ᵘ is 1.

The exponent is taken apart into terms c·t with rational numbers c. For a base b and each t that is no number, b^(t/12) is a
pseudo-random value of its own (an oracle), of which b^(c·t) is the power 12·c. Inputs with fractional exponents are drawn as
the twelfth power of what stands for their twelfth root. Factors of a base that are known to be positive have powers of their
own: √(2·π·x) is √2·√π·√x. What agrees so agrees for all real numbers for which both sides are defined.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from symgd.errors import SymgdError
from symgd.evaluation.entries import Entry
from symgd.graph.node import SYMBOL, Node
from symgd.graph.symbol_facts import SymbolFacts

__all__ = ["LARGEST", "ROOT", "ROOTED", "UndefinedError", "power_of", "product", "rooted_inputs", "whole_power"]

ROOT = 12
"""Of which degree the roots are whose powers stand for powers with fractional exponents."""

ROOTED = (2, 3, 5, 7, 11, 13, 17, 19, 23)
"""What has square roots modulo the primes that are used."""

LARGEST = 1000
"""What exponent is computed at most, in absolute value; larger ones are numbers like others."""

_MOST_PARTS = 50
"""How many terms and factors are told apart; what has more of them is taken as a whole."""
_UNIT = Fraction(1)

Oracle = Callable[..., Entry]
"""Returns a pseudo-random value of its own for every combination of arguments."""


class UndefinedError(SymgdError):
    """A division by 0."""


def rooted_inputs(nodes: Sequence[Node]) -> set[Node]:
    """Return the inputs of which a power with a fractional exponent is taken, and whose values may be chosen as powers."""
    powers = (node for node in nodes if node.primitive.name == "pow" and node.args[1].is_exact)
    fractional = (node.args[0] for node in powers if isinstance(node.args[1].value, Fraction))
    return {part for base in fractional for part in _factors(base) if part.primitive is SYMBOL and _has_roots(part.facts)}


def _has_roots(facts: SymbolFacts) -> bool:
    """Whether an input may have any value that is a power: no value but a sign or an interval is declared."""
    return not (facts.is_one_hot or facts.is_symmetric) and facts.sums_to is None and facts.values is None


def whole_power(base: Entry, exponent: int, prime: int) -> Entry:
    """Return a whole power of residues, by squaring."""
    if exponent < 0:
        if not (base if isinstance(base, int) else base.all()):
            raise UndefinedError("a division by 0")
        exponent += prime - 1  # Fermat
    if isinstance(base, int):
        return pow(base, exponent, prime)
    result = None
    while exponent:
        if exponent & 1:
            result = base if result is None else result * base % prime
        base = base * base % prime
        exponent >>= 1
    return base**0 if result is None else result


def product(factors: Sequence[Entry], prime: int) -> Entry:
    """Return a product of residues."""
    total, *others = factors
    for other in others:
        total = total * other % prime
    return total


def power_of(
    base: Node, exponent: Node, known: Mapping[Node, Entry], roots: Mapping[Node, Entry], oracle: Oracle, prime: int
) -> Entry:
    """Return a power; one whose exponent is too large is an oracle of both.

    Parameters
    ----------
    base, exponent : Node
    known : mapping of Node to residues
        The values of all parts of both.
    roots : mapping of Node to residues
        Twelfth roots of inputs and of e.
    oracle : callable
    prime : int
    """
    number, terms = Fraction(0), []
    for coefficient, term in _terms(exponent, known, prime):
        if term is None:
            number += coefficient
            continue
        times = coefficient * ROOT
        if abs(times) > LARGEST or times.denominator != 1:
            return oracle(known[base], known[exponent], 0)
        if isinstance(term, int) and term > prime // 2:  # e^(a − b) and e^(b − a) have the same term
            times, term = -times, prime - term
        terms.append((int(times), term))
    whole = number.__floor__()
    if abs(whole) > LARGEST:
        return oracle(known[base], known[exponent], 0)
    factors: list[Entry] = []
    for part, value in _parts(base, known, prime):
        if whole:
            factors.append(whole_power(value, whole, prime))
        if number != whole:
            factors.append(_fractional(part, value, number - whole, roots, oracle, prime))
        factors += [whole_power(oracle(value, term), times, prime) for times, term in terms]
    return product(factors, prime) if factors else 1


def _terms(exponent: Node, known: Mapping[Node, Entry], prime: int) -> list[tuple[Fraction, Entry | None]]:
    """Return the rational coefficients of the terms of an exponent, and the rest of each; None for a number."""
    found: list[tuple[Fraction, Entry | None]] = []
    waiting = [(_UNIT, exponent)]
    while waiting:
        if len(found) + len(waiting) > _MOST_PARTS:
            return [(_UNIT, known[exponent])]
        front, node = waiting.pop()
        if node.is_exact:
            found.append((front * Fraction(node.value), None))
        elif node.primitive.name == "add":
            waiting += [(front, arg) for arg in node.args]
        elif node.primitive.name == "mul" and len(node.args) == 2 and node.args[0].is_exact:
            waiting.append((front * Fraction(node.args[0].value), node.args[1]))
        elif (number := _number_in(node)) in (0, 1):
            found.append((front, known[node]))
        else:
            inverse = number.denominator * whole_power(number.numerator % prime, -1, prime) % prime
            found.append((front * number, known[node] * inverse % prime))
    return found


def _number_in(node: Node) -> Fraction:
    """Return the number that factors of a product multiply it by: −1/2 in (−x)/(2·s²)."""
    number = _UNIT
    for factor in _factors(node):
        if factor.is_exact:
            number *= Fraction(factor.value)
        elif factor.primitive.name == "pow" and factor.args[1].is_exact and isinstance(factor.args[1].value, int):
            exact = [Fraction(inner.value) for inner in _factors(factor.args[0]) if inner.is_exact]
            if all(exact) and abs(factor.args[1].value) < LARGEST:
                number *= math.prod(exact, start=_UNIT) ** factor.args[1].value
    return number


def _parts(base: Node, known: Mapping[Node, Entry], prime: int) -> list[tuple[Node | None, Entry]]:
    """Return the factors of a base that are known to be positive, and the product of the others."""
    factors = _factors(base)
    others = [factor for factor in factors if not _is_positive(factor)]
    parts: list[tuple[Node | None, Entry]] = [(factor, known[factor]) for factor in factors if _is_positive(factor)]
    if len(others) == 1:
        parts.append((others[0], known[others[0]]))
    elif others:
        parts.append((None, product([known[factor] for factor in others], prime)))
    return parts


def _factors(node: Node) -> list[Node]:
    """Return the factors of a product, those of products inside it, too, where they are few."""
    found: list[Node] = []
    waiting = [node]
    while waiting:
        factor = waiting.pop()
        if factor.primitive.name != "mul":
            found.append(factor)
        elif len(found) + len(waiting) + len(factor.args) > _MOST_PARTS:
            return [node]
        else:
            waiting += factor.args
    return found


def _is_positive(node: Node) -> bool:
    if node.is_exact:
        return bool(node.value > 0)
    return (node.primitive is SYMBOL and node.facts.sign.is_positive) or node.primitive.name in ("pi", "e")


def _fractional(
    part: Node | None, value: Entry, exponent: Fraction, roots: Mapping[Node, Entry], oracle: Oracle, prime: int
) -> Entry:
    """Return a power with an exponent between 0 and 1."""
    times = exponent * ROOT
    if times.denominator != 1:
        return oracle(value, exponent.numerator, exponent.denominator)
    if (
        part is not None
        and part.is_exact
        and times == ROOT // 2
        and isinstance(value, int)
        and _has_square_root(Fraction(part.value))
    ):
        return pow(value, (prime + 1) // 4, prime)
    twelfth = None if part is None else roots.get(part)
    return whole_power(oracle(value) if twelfth is None else twelfth, int(times), prime)


def _has_square_root(number: Fraction) -> bool:
    """Whether the root of a number modulo the prime may stand for its root.

    Of a product it is the product of the roots, and √(n²) is n where n has a root; the signs of √2, √3 … may be any.
    """
    left = number.numerator * number.denominator
    for n in ROOTED:
        while left % n == 0:
            left //= n
    return left == 1
