"""What people read of a function: LaTeX that means it, text that tells its arguments apart, sentences and sources."""

from __future__ import annotations

import dataclasses

import pytest

import symgd as sg
from symgd.graph.primitive import REGISTRY
from symgd.primitives.exponential import exp
from symgd.primitives.piecewise import maximum
from tests.declarations.handmade import handmade
from tests.laws.planting import breach


def doubled(x):
    return exp(2 * x)


def difference(x, y):
    return exp(x) - y


LATEX = [  # a function, its LaTeX, and what is wrong with it
    (doubled, r"e^{{2{x}}}", None),
    (doubled, r"\exp(2{x})", None),
    (doubled, r"\exp {x} \cdot \exp {x}", None),
    (doubled, r"\mathcal{{E}}\langle {x}\rangle", None),  # notation that the reader does not know
    (doubled, r"e^{{{x}}}", "means"),
    (doubled, r"e^{{-2{x}}}", "means"),
    (doubled, r"\exp(2{x}) + 1", "means"),
    (doubled, r"e^{{2}}", "x is missing"),
    (doubled, r"\operatorname{{maxout}}", "x is missing"),  # the letter in a name is no argument
    (doubled, r"\exp(2\xi)", "x is missing"),
    (doubled, r"\mathcal{{E}}\langle{x}\rangle", "x is missing"),  # the command would be langlex
    (doubled, r"\frac{{{x}", "is not LaTeX"),
    (doubled, r"{x}}}", "is not LaTeX"),
    (doubled, r"\frac{{{x}}", "cannot be written"),  # it is no template
    (doubled, r"e^{{2{x}}}{y}", "cannot be written"),  # there is no second argument
    (difference, r"\exp({x}) - {y}", None),
    (difference, r"\exp({y}) - {x}", "means"),
    (difference, r"\exp({x})", "y is missing"),
    (difference, r"{y} - \exp({x})", "means"),
]


@pytest.mark.parametrize(("definition", "latex", "message"), LATEX)
def test_latex_means_the_function_and_names_its_arguments(definition, latex, message):
    error = breach("law_latex", handmade(definition, latex=latex, layout=None))
    if message is None:
        assert error is None
    else:
        assert error.field == "latex"
        assert message in error.cause


def test_the_message_says_what_latex_means_instead():
    error = breach("law_latex", handmade(doubled, latex=r"e^{{3{x}}}"))
    assert "means exp(3*x)" in error.cause


def _calls(name, order):
    return lambda node, printer: printer.call(name, [printer.written[node.args[k]].text for k in order])


def _raises(node, printer):
    raise KeyError("no such name")


LAYOUTS = [
    (_calls("f", (0, 1)), None),
    (_calls("f", (1, 0)), None),
    (_calls("f", (0,)), "y is missing"),
    (_calls("f", ()), "x is missing"),
    (_raises, "cannot be written"),
]


@pytest.mark.parametrize(("layout", "message"), LAYOUTS)
def test_a_layout_names_every_argument(layout, message):
    error = breach("law_latex", handmade(difference, layout=layout))
    assert (error is None) == (message is None)
    assert error is None or (error.field == "layout" and message in error.cause)


def _sorted(node, printer):
    return printer.call("f", sorted(printer.written[arg].text for arg in node.args))


APART = [  # a function, how it is written, whether that tells both orders of its arguments apart
    (difference, {"layout": _calls("f", (0, 1))}, True),
    (difference, {"layout": _calls("f", (1, 0))}, True),
    (difference, {"layout": _sorted}, False),
    (lambda x, y: maximum(x, y), {"layout": _sorted}, True),  # they mean the same
    (lambda x, y: x * y + x + y, {"layout": _sorted}, True),
    (doubled, {"layout": _sorted}, True),  # one argument has one order
]


@pytest.mark.parametrize(("definition", "declared", "is_right"), APART)
def test_both_orders_of_two_arguments_are_written_apart_where_they_differ(definition, declared, is_right):
    error = breach("law_written_apart", handmade(definition, **declared))
    assert (error is None) == is_right
    assert error is None or (error.field == "layout" and "both orders" in error.cause)


SENTENCES = [
    ("the slope of e^2x is twice it", True),
    ("it is twice it", True),
    ("is it?", False),
    ("", False),
    (lambda node, movers: f"the slope in argument {movers[0]}", True),
    (lambda node, movers: None, False),
    (lambda node, movers: 12345678901, False),
]
OF_TWO = [
    (lambda node, movers: f"the slopes in {movers} are known", True),
    (lambda node, movers: "the slope in both" if len(movers) == 2 else "", False),
    (lambda node, movers: "the slope in one" if len(movers) == 1 else "", False),
    (lambda node, movers: "the slope in the first" if 0 in movers else "", False),
]


@pytest.mark.parametrize(("because", "is_right"), SENTENCES)
def test_a_sentence_explains_the_derivative(because, is_right):
    error = breach("law_because", handmade(doubled, because=because))
    assert (error is None) == is_right
    assert error is None or (error.field == "because" and "is no sentence" in error.cause)


@pytest.mark.parametrize(("because", "is_right"), OF_TWO)
def test_there_is_a_sentence_whichever_arguments_move(because, is_right):
    assert (breach("law_because", handmade(difference, because=because)) is None) == is_right


SOURCES = [("Abramowitz & Stegun, 6.1", True), ("A & S", False), ("", False), ("of my own", True)]


@pytest.mark.parametrize(("source", "is_right"), SOURCES)
def test_a_source_is_named(source, is_right):
    error = breach("law_source", handmade(doubled, source=source))
    assert (error is None) == is_right
    assert error is None or error.field == "source"


def test_what_is_written_of_tensors_is_markup_that_names_them():
    formula = sg.cumsum(sg.tensor("v", "3"))
    record = formula.primitive
    assert breach("law_latex", record, [formula]) is None
    wrong = dataclasses.replace(record, layout=lambda node, printer: printer.call("cumsum", ["something"]))
    assert "x is missing" in breach("law_latex", wrong, [formula]).cause
    assert all(breach("law_latex", REGISTRY[name]) is None for name in ("exp", "maximum", "less"))
