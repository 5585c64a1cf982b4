"""Records in pickles: by name, by what makes them, by their module, or with the declaration of a program's own function."""

from __future__ import annotations

import dataclasses
import pickle
import sys
import threading

import pytest

import symgd as sg
from symgd.errors import SymgdError
from symgd.extend import elementwise, primitive
from symgd.graph import record_pickling
from symgd.graph.node import DECLARED_IN, FUNCTIONS, REGISTRY, lookup
from symgd.graph.record_pickling import reduced_record
from symgd.primitives.exponential import exp
from tests.threads import at_once

X = sg.scalar("x")


@pytest.fixture(autouse=True)
def _own_modules():
    """Forget by which modules the functions of a test are declared."""
    before = dict(DECLARED_IN)
    yield
    for name in DECLARED_IN.keys() - before:
        del DECLARED_IN[name]


def declared(name, module="__main__", **fields):
    """Declare a function as a module does."""
    given = {"definition": lambda x: exp(x) / 2, "derivative": lambda x, out: out, "because": "it is its own slope"}
    record = elementwise(name, **given | {"numpy": "exp({x})/2"} | fields)
    DECLARED_IN[name] = module
    return record


def forget(*names):
    """Forget functions, as another process does not know them."""
    for name in names:
        record = REGISTRY.declared.pop(name)
        DECLARED_IN.pop(name, None)
        for alias in (name, *record.aliases):
            FUNCTIONS.declared.pop(alias, None)


@pytest.mark.parametrize("name", ["exp", "softmax", "einsum", "less", "lambertw", "symbol"])
def test_symgds_own_records_are_looked_up_by_name(name):
    function, arguments = reduced_record(REGISTRY[name])
    assert (function, arguments) == (lookup, (name,))
    assert function(*arguments) is REGISTRY[name]


def test_a_record_that_something_makes_is_made_again():
    record = dataclasses.replace(REGISTRY["exp"], made_by=(lookup, ("tanh",)))
    assert reduced_record(record) == (lookup, ("tanh",))
    assert pickle.loads(pickle.dumps(record)) is REGISTRY["tanh"]


def test_a_function_of_a_module_is_told_by_the_name_of_the_module_alone():
    record = declared("halved", module="somewhere.else")
    function, arguments = reduced_record(record)
    assert arguments == ("halved", "somewhere.else", None)
    assert function(*arguments) is record


@pytest.mark.parametrize("module", ["__main__", "__mp_main__"])
def test_a_function_of_the_program_comes_with_its_declaration(module):
    record = declared("halved", module=module, aliases=("half_exp",), range=sg.extend.Interval(0), source="of this test")
    written = pickle.dumps(record(X))
    forget("halved")
    assert "halved" not in REGISTRY
    node = pickle.loads(written)
    again = node.primitive
    assert again is not record
    assert REGISTRY["halved"] is FUNCTIONS["halved"] is FUNCTIONS["half_exp"] is again
    assert DECLARED_IN["halved"] == module
    for field in dataclasses.fields(record):
        if not callable(getattr(record, field.name)) and field.name != "derivative":
            assert getattr(again, field.name) == getattr(record, field.name), field.name
    assert sg.gradient(node, X) is node
    assert sg.lambdify([X], node)(0.0) == 0.5
    assert pickle.loads(pickle.dumps(node)) is node


def test_what_is_declared_already_is_not_declared_again():
    record = declared("halved")
    written = pickle.dumps(record(X))
    forget("halved")
    other = declared("halved", definition=lambda x: x / 2)
    assert pickle.loads(written).primitive is other


def test_declarations_may_use_themselves_and_one_another():
    first = declared("first_of_two", derivative=lambda x, out: lookup("second_of_two")(x) + first(x), definition=None)
    second = declared("second_of_two", derivative=lambda x, out: second(x) * first(x), definition=None)
    written = pickle.dumps(second(first(X)))
    forget("first_of_two", "second_of_two")
    node = pickle.loads(written)
    assert str(node) == "second_of_two(first_of_two(x))"
    slope = sg.gradient(second_again := node.primitive(X), X)
    assert str(slope) in ("second_of_two(x)*first_of_two(x)", "first_of_two(x)*second_of_two(x)")
    assert second_again.primitive is REGISTRY["second_of_two"]


def test_a_function_of_whole_tensors_travels_too():
    record = primitive("turned_round", shape=lambda shapes, params: shapes[0], vjp=lambda node, t, k: t[..., ::-1])
    DECLARED_IN["turned_round"] = "__main__"
    v = sg.tensor("v", "3")
    written = pickle.dumps(record(v))
    forget("turned_round")
    assert str(sg.gradient(sg.sum(pickle.loads(written)), v)) == "ones(3)"
    assert "turned_round" not in FUNCTIONS


UNKNOWN = [
    ("no_such_module_anywhere", "import the module that declares it first; it was declared by no_such_module_anywhere"),
    ("math", "import the module that declares it first; it was declared by math"),
    ("__main__", "declare it in a module, and import that; or install cloudpickle"),
]


@pytest.mark.parametrize(("module", "hint"), UNKNOWN)
def test_what_is_declared_nowhere_is_named_with_a_remedy(module, hint):
    with pytest.raises(SymgdError, match="no function called 'nowhere' is declared") as caught:
        record_pickling._found("nowhere", module, None)
    assert hint in caught.value.hint


def test_the_module_of_a_function_is_imported(tmp_path, monkeypatch):
    (tmp_path / "declares_thirds.py").write_text(
        "from symgd.extend import elementwise\nthird = elementwise('third', definition=lambda x: x / 3, because='a third')\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    found = record_pickling._found("third", "declares_thirds", None)
    assert found is REGISTRY["third"]
    assert DECLARED_IN["third"] == "declares_thirds"
    del sys.modules["declares_thirds"]


def test_what_cannot_be_written_is_told_by_its_name(monkeypatch):
    lock = threading.Lock()
    held = declared("held", definition=lambda x: exp(x) if lock else x)
    assert reduced_record(held)[1] == ("held", "__main__", None)
    free = declared("free")
    monkeypatch.setitem(sys.modules, "cloudpickle", None)
    assert reduced_record(free)[1] == ("free", "__main__", None)


def test_a_record_that_another_one_took_the_place_of_is_told_by_its_name():
    record = declared("halved")
    forget("halved")
    declared("halved", definition=lambda x: x)
    assert reduced_record(record)[1] == ("halved", "__main__", None)


def test_threads_write_and_read_at_once():
    records = [declared(f"halved_{k}") for k in range(6)]
    written = at_once([[lambda record=record: pickle.dumps(record(X))] * 5 for record in records])
    assert len({text for _, text in written}) == 6
    forget(*(record.name for record in records))
    read = at_once([[lambda text=text: pickle.loads(text) for _, text in written]] * 4)
    assert {node.primitive for _, node in read} == {REGISTRY[f"halved_{k}"] for k in range(6)}
    assert len({node for _, node in read}) == 6
