"""Frozen records refuse every change with an error that names it."""

from __future__ import annotations

import copy
import dataclasses
import importlib
import inspect
import pickle
import pkgutil
from dataclasses import FrozenInstanceError

import pytest

import symgd as sg

MODULES = [
    importlib.import_module(module.name)
    for module in pkgutil.walk_packages(sg.__path__, "symgd.")
    if ".tools" not in module.name and not module.name.endswith("__main__")
]
FROZEN = [
    kind
    for module in MODULES
    for kind in vars(module).values()
    if dataclasses.is_dataclass(kind)
    and isinstance(kind, type)
    and kind.__module__ == module.__name__
    and kind.__dataclass_params__.frozen
    and not inspect.isabstract(kind)
]


@pytest.mark.parametrize("kind", FROZEN, ids=lambda kind: kind.__qualname__)
def test_frozen_records_refuse_fields_properties_and_new_names(kind):
    record = object.__new__(kind)
    properties = [name for name, value in vars(kind).items() if isinstance(value, property)]
    for name in [*(field.name for field in dataclasses.fields(kind)), *properties, "note"]:
        with pytest.raises(FrozenInstanceError, match=name):
            setattr(record, name, 1)
        with pytest.raises(FrozenInstanceError, match=name):
            delattr(record, name)


def test_what_is_known_of_an_input_cannot_be_changed():
    facts = sg.scalar("x", positive=True).facts
    with pytest.raises(AttributeError, match="SymbolFacts cannot be changed, so 'sign' cannot be set"):
        facts.sign = 1
    assert pickle.loads(pickle.dumps(facts)) == copy.deepcopy(facts) == facts
