"""What a structure shows of itself: as text, as LaTeX and as plain data."""

from __future__ import annotations

import json

import pytest

from symgd.structures.recognition import recognise
from symgd.structures.structure import StructureKind
from tests.structures.reading import LOSSES, hessian_of


@pytest.mark.parametrize("name", LOSSES)
def test_a_structure_names_its_kind_and_its_parts(name):
    structure, _ = recognise(hessian_of(name)[0], is_constant=name == "kronecker")
    assert str(structure).startswith(("constant, " if structure.is_constant else "") + str(structure.kind))
    if structure.kind is not StructureKind.DENSE:
        assert all(f"{part} = " in str(structure) for part in structure.parts)
    assert all(part.replace("_", " ") in structure._repr_latex_() for part in structure.parts)


@pytest.mark.parametrize("name", LOSSES)
def test_plain_data_is_json(name):
    structure, _ = recognise(hessian_of(name)[0])
    data = json.loads(json.dumps(structure.to_dict()))
    assert data["kind"] == structure.kind.value
    assert list(data["parts"]) == list(structure.parts)
    assert data["shape"] == [str(size) for size in structure.shape]


def test_every_kind_has_words_of_its_own():
    assert len({str(kind) for kind in StructureKind}) == len(StructureKind)
