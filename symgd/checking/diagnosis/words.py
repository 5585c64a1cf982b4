"""The words in which a cause is known: factors, terms, comparisons."""

from __future__ import annotations

from symgd.graph.node import Node

__all__ = ["compared", "factor_words", "guess", "is_negative", "show", "term_words"]

_LENGTH = 70
_TURNED = {">": "<", "<": ">", ">=": "<=", "<=": ">="}


def show(node: Node) -> str:
    """Return a formula as text, not too long."""
    text = str(node)
    return text if len(text) <= _LENGTH else f"{text[:_LENGTH]} …"


def factor_words(ratio: float) -> str:
    """Say what a factor between claim and truth means."""
    if not ratio:
        return "0 is claimed"
    if abs(ratio + 1) < 1e-9:
        return "wrong sign"
    sign = "wrong sign and " if ratio < 0 else ""
    size = abs(ratio)
    if not 1e-12 < size < 1e12:
        return f"{sign}factor {size:.10g} too many"
    inverse = 1 / size
    if abs(inverse - round(inverse)) < 1e-7 and round(inverse) > 1:
        return f"{sign}missing factor {round(inverse)}"
    if abs(size - round(size)) < 1e-7 and round(size) > 1:
        return f"{sign}factor {round(size)} too many"
    return f"{sign}factor {size:.10g} too many"


def guess(ratio: float) -> str:
    """Say where a common factor comes from."""
    known = {
        -1.0: ": is the sign turned?",
        0.5: ": is a 2 from the square missing?",
        2.0: ": is there a 2 too many, or a ½ in front of the loss?",
    }
    return next((text for value, text in known.items() if abs(ratio - value) < 1e-6), "")


def term_words(weight: float, number: int, term: Node) -> str:
    """Say what is wrong with a term that stands in the claim with another weight than 1."""
    if abs(weight + 1) < 1e-8:
        return f"sign of term {number}, {show(term)}"
    if abs(weight) < 1e-8:
        return f"term {number} is missing, {show(term)}"
    return f"{factor_words(weight)} in term {number}, {show(term)}"


def compared(switch: Node, sign: str) -> str:
    """Write how an expression compares with 0, as a person would: x > 5 for x - 5 > 0, and for 5 - x < 0."""
    if switch.primitive.name == "add" and len(switch.args) == 2:
        pairs = (switch.args, switch.args[::-1])
        for first, second in pairs:
            if second.is_constant and is_negative(first):
                return f"{show(-first)} {_TURNED.get(sign, sign)} {show(second)}"
        for first, second in pairs:
            if second.is_constant or is_negative(second):
                return f"{show(first)} {sign} {show(-second)}"
    turned = -switch
    if len(str(turned)) < len(str(switch)):
        return f"{show(turned)} {_TURNED.get(sign, sign)} 0"
    return f"{show(switch)} {sign} 0"


def is_negative(node: Node) -> bool:
    """Whether a formula is written with a minus in front."""
    return node.primitive.name == "mul" and node.args[0].equals_number(-1)
