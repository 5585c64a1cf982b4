"""The register: functions stay untouched, and mistakes are named."""

from __future__ import annotations

import importlib
import sys

import numpy as np
import pytest

import symgd as sg
from symgd.registration import registered_in
from symgd.testing import assert_verified


@sg.verified("x**2*y", wrt="x")
def untouched(y, x):
    return 2 * x * y


def entry_of(function):
    return next(entry for entry in registered_in(sys.modules[__name__]) if entry.function is function)


def test_the_function_is_left_untouched():
    assert untouched(3, 2) == 12
    assert untouched.__name__ == "untouched"
    assert not hasattr(untouched, "__wrapped__")
    assert_verified(entry_of(untouched))


def test_arguments_are_matched_by_name_by_order_or_as_told():
    @sg.verified("a - 2*b")
    def by_name(b, a):
        return a - 2 * b

    @sg.verified("a - 2*b")
    def by_order(first, second):
        return first - 2 * second

    @sg.verified("a - 2*b", arguments=("b", "a"))
    def as_told(first, second):
        return second - 2 * first

    @sg.verified("a - 2*b")
    def with_option(a, b, *, scale=1.0):
        return scale * (a - 2 * b)

    for function in (by_name, by_order, as_told, with_option):
        assert_verified(entry_of(function))


def test_drift_fails():
    @sg.verified("a - 2*b")
    def drifted(a, b):
        return a + 2 * b

    with pytest.raises(AssertionError, match=r"Value mismatch[\s\S]*sign of term 2"):
        assert_verified(entry_of(drifted))


def test_arguments_that_cannot_be_matched_are_named():
    @sg.verified("a - 2*b")
    def unmatched(a, b, c):
        return a - 2 * b + c

    with pytest.raises(sg.SymgdError, match="takes a, b, c, and the formula's inputs are a, b"):
        assert_verified(entry_of(unmatched))


def test_one_answer_is_not_two():
    @sg.verified("a**2", wrt="a", what="value and gradient")
    def single(a):
        return a**2

    with pytest.raises(sg.SymgdError, match="does not return two things"):
        assert_verified(entry_of(single))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"what": "curl"}, "there is no kind of verified function called 'curl'"),
        ({"what": "hessian"}, "a hessian is taken in a variable"),
    ],
)
def test_bad_registrations_are_refused_at_once(options, message):
    with pytest.raises(sg.SymgdError, match=message):
        sg.verified("x**2", **options)


def test_only_functions_are_registered():
    with pytest.raises(sg.SymgdError, match="only functions"):
        sg.verified("x**2")(3)


def test_a_formula_that_does_not_parse_is_an_error_of_the_check_not_of_the_import():
    @sg.verified("x**2 +", wrt="x")
    def unreadable(x):
        return 2 * x

    with pytest.raises(sg.ParseError):
        assert_verified(entry_of(unreadable))


def test_torch_and_jax_need_not_be_there():
    assert "torch" not in sys.modules
    assert "jax" not in sys.modules


def test_arrays_of_another_shape_are_named():
    @sg.verified("sum(x**2)", wrt="x", shapes={"x": "n"})
    def column(x):
        return 2 * np.asarray(x)[:, None]

    with pytest.raises(AssertionError, match="has shape"):
        assert_verified(entry_of(column))


def test_every_registration_counts():
    """A name may be used again, in a factory or for two formulas: nothing replaces anything."""
    before = len(registered_in(sys.modules[__name__]))

    def make(factor):
        @sg.verified("sum(x**2)", wrt="x", shapes={"x": "n"})
        def gradient(x):
            return factor * x

        return gradient

    wrong, right = make(3), make(2)
    sg.verified("sum(sin(x))", wrt="x", shapes={"x": "n"})(np.cos)
    entries = registered_in(sys.modules[__name__])
    assert len(entries) == before + 3
    assert_verified(entry_of(right))
    assert_verified(entry_of(np.cos))
    with pytest.raises(AssertionError, match="factor"):
        assert_verified(entry_of(wrong))


def test_keywords_and_callable_objects():
    @sg.verified("x*y")
    def by_keyword(*, y, x):
        return x * y

    @sg.verified("x*y")
    def by_any_keyword(**values):
        return values["x"] * values["y"]

    class Product:
        def __call__(self, x, y):
            return x * y

    product = sg.verified("x*y")(Product())
    for function in (by_keyword, by_any_keyword, product):
        assert_verified(entry_of(function))


def test_methods_are_refused_with_a_reason():
    class Model:
        @sg.verified("x**2", wrt="x")
        def gradient(self, x):
            return 2 * x

    with pytest.raises(sg.SymgdError, match="a method is not judged"):
        assert_verified(entry_of(Model.gradient))


BODY = "import symgd as sg\n"
OWNERS = {
    "the body": BODY + "@sg.verified('x**2', wrt='x')\ndef f(x): return 2*x\n",
    "a class": BODY + "class A:\n    @sg.verified('x**2', wrt='x')\n    def f(x): return 2*x\n",
    "a function in the body": BODY + "def make():\n    return sg.verified('x**2', wrt='x')(lambda x: 2*x)\nf = make()\n",
    "a text that the body executes": BODY + "exec(\"sg.verified('x**2', wrt='x')(lambda x: 2*x)\")\n",
    "a text with names of its own": BODY
    + "exec(\"sg.verified('x**2', wrt='x')(lambda x: 2*x)\", {'sg': sg, '__name__': 'b'})\n",
    "a function of NumPy": BODY + "import numpy as np\nsg.verified('sin(x)')(np.sin)\n",
    "a comprehension": BODY + "[sg.verified('x**2', wrt='x')(one) for one in [lambda x: 2*x]]\n",
}


@pytest.mark.parametrize("name", OWNERS)
def test_what_a_module_registers_while_it_is_loaded_belongs_to_it(name, tmp_path, monkeypatch):
    (tmp_path / "an_owner.py").write_text(OWNERS[name])
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "an_owner", raising=False)
    before = len(registered_in(sys.modules[__name__]))
    entries = registered_in(importlib.import_module("an_owner"))
    assert [entry.place[0] for entry in entries] == [str(tmp_path / "an_owner.py")]
    assert len(registered_in(sys.modules[__name__])) == before


def test_what_is_registered_in_a_thread_belongs_to_the_module_of_the_function(tmp_path, monkeypatch):
    text = BODY + (
        "import threading\n\ndef f(x):\n    return 2*x\n\n"
        "thread = threading.Thread(target=lambda: sg.verified('x**2', wrt='x')(f))\nthread.start()\nthread.join()\n"
    )
    (tmp_path / "a_threaded_owner.py").write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert len(registered_in(importlib.import_module("a_threaded_owner"))) == 1
