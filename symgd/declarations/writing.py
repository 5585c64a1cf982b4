"""Laws of what people read: LaTeX and text, sentences, sources."""

from __future__ import annotations

import itertools
import re

from latex2mathml.converter import convert

from symgd.declarations.law import broken, law
from symgd.declarations.subject import Example, Place, Subject, short, zero_one
from symgd.errors import SymgdError
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Real
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive
from symgd.graph.traversal import depends_on
from symgd.readers.latex.reader import from_latex

__all__: list[str] = []

_SHORTEST = 10
"""Characters of a sentence."""
_SHORTEST_SOURCE = 5
_WORDS_IN_LATEX = re.compile(r"\\(operatorname\*?|mathrm|mathsf|mathtt|mathbf|text)\s*\{[^{}]{2,}\}|\\[A-Za-z]+")
"""Names of functions and commands, whose letters are no arguments."""


@law("latex", "layout")
def law_latex(subject: Subject) -> None:
    """The LaTeX compiles and names every argument, as the text does; what the reader understands of it is the function."""
    record = subject.record
    field = "layout" if record.layout is not None else "latex"
    for example in subject.examples:
        node = example.node
        try:
            latex, text = node.latex(), str(node)
        except (SymgdError, KeyError, IndexError, ValueError, TypeError, AttributeError) as error:
            broken(record, field, f"it cannot be written: {error}")
        try:
            is_markup = convert(latex).startswith("<math")
        except Exception:  # latex2mathml raises anything
            is_markup = False
        if not is_markup or latex.count("{") != latex.count("}"):
            broken(record, field, f"{latex!r} is not LaTeX")
        letters = _WORDS_IN_LATEX.sub(" ", latex)
        for symbol in (node for node in example.inputs if len(node.name) == 1):
            if symbol.name not in letters or not re.search(rf"\b{symbol.name}\b", text):
                broken(record, field, f"{symbol.name} is missing in {latex!r} or in {text!r}")
        if example.is_scalar:
            _judge_reading(record, field, example, latex)


def _judge_reading(record: Primitive, field: str, example: Example, latex: str) -> None:
    """Compare the function with what its LaTeX means to the reader; notation that the reader does not know means nothing."""
    read = _read(latex)
    if read is None or read is example.node or read.shape or not {node.name for node in read.symbols} <= _names(example):
        return
    inputs = {node.name: node for node in example.inputs}
    for place in example.places:
        values = {node: place.values[inputs[node.name]] for node in read.symbols}
        a, b = (zero_one(number) for number in (example.number(Place(values, {}), read), example.number(place)))
        if mpmath.isfinite(a) and mpmath.isfinite(b) and abs(a - b) > mpmath.mpf("1e-30") * max(1, abs(b)):
            broken(record, field, f"{latex!r} means {read}, which is {short(a)} at {place}, and the function is {short(b)}")


def _read(latex: str) -> Node | None:
    try:
        return from_latex(latex)
    except SymgdError:
        return None


def _names(example: Example) -> set[str]:
    return {node.name for node in example.inputs}


@law("latex", "layout")
def law_written_apart(subject: Subject) -> None:
    """Calls with other arguments, or the same in another order, are written in another way."""
    record = subject.record
    field = "layout" if record.layout is not None else "latex"
    for example in subject.examples:
        if len(example.args) != 2 or not example.is_scalar:
            continue
        left, right = example.args
        turned = Example(record, (right, left), example.params)
        if any(abs(_difference(example, turned, place)) > mpmath.mpf("1e-6") for place in example.places):
            if turned.node.latex() == example.node.latex() or str(turned.node) == str(example.node):
                broken(record, field, f"both orders of the arguments are written {example.node.latex()!r}")


def _difference(example: Example, turned: Example, place: Place) -> Real:
    a, b = zero_one(example.number(place)), zero_one(example.number(place, turned.node))
    return a - b if mpmath.isfinite(a) and mpmath.isfinite(b) else mpmath.mpf(0)


@law("because")
def law_because(subject: Subject) -> None:
    """There is a sentence that explains the derivative, whichever arguments move."""
    record = subject.record
    for example in subject.examples:
        movers = [k for k, arg in enumerate(example.args) if depends_on((arg,), example.inputs)]
        for chosen in ([k] for k in movers) if len(movers) < 2 else itertools.chain([movers], ([k] for k in movers)):
            sentence = record.explain(example.node, chosen)
            if not isinstance(sentence, str) or len(sentence) <= _SHORTEST:
                broken(record, "because", f"{sentence!r} is no sentence")


@law("source")
def law_source(subject: Subject) -> None:
    """It is said where the rule comes from."""
    if len(subject.record.source) <= _SHORTEST_SOURCE:
        broken(subject.record, "source", f"{subject.record.source!r} names no source")
