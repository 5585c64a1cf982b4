"""Formulas in files: what was saved comes back, and what was not is refused before anything runs."""

from __future__ import annotations

import json

import pytest

import symgd as sg
from symgd.errors import DataError
from symgd.readers.serialization import FORMAT, VERSION, digest_of, dump_formula, parse_formula

LOSS = sg.formula("sum(reshape(X, (3, 4)) @ z)/3 + t**0.5", shapes={"X": (4, 3), "z": (4,)})


def signed(nodes):
    return json.dumps({"format": FORMAT, "version": VERSION, "digest": digest_of(nodes), "nodes": nodes})


def test_a_saved_formula_comes_back(tmp_path):
    path = tmp_path / "formula.json"
    sg.save_formula(LOSS, path)
    assert sg.load_formula(path) is LOSS
    assert [one.name for one in tmp_path.iterdir()] == ["formula.json"]


@pytest.mark.parametrize(
    "text",
    ["[1, 2", "{}", '{"format": "x"}', "null", "[" * 100_000,
     '{"format": "symgd formula", "version": 9, "nodes": []}', '{"format": "symgd formula", "version": 1, "nodes": []}'],
)  # fmt: skip
def test_what_is_no_formula_is_refused(tmp_path, text):
    path = tmp_path / "formula.json"
    path.write_text(text)
    with pytest.raises(DataError):
        sg.load_formula(path)


def test_a_missing_file_gives_one_clear_error(tmp_path):
    with pytest.raises(DataError, match="cannot read"):
        sg.load_formula(tmp_path / "nothing.json")


def test_any_change_of_the_nodes_is_noticed():
    text = dump_formula(LOSS)
    start = text.index('"nodes"') + len('"nodes": ')
    for k in range(start, len(text)):
        if text[k].isalnum():
            damaged = text[:k] + ("7" if text[k] != "7" else "8") + text[k + 1 :]
            with pytest.raises(DataError):
                parse_formula(damaged)


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ([], "is empty"),
        ([["exp", [3], []]], "do not stand before it"),
        ([["exp", [], []]], "takes 1 arguments"),
        ([["os.system", [], []]], "no function called"),
        ([["sympy:__class__", [], []]], "no function called"),
        ([["symbol", [], ["x; import os", {"facts": {}}, []]]], "cannot name an input"),
        ([["symbol", [], ["x", {"facts": {}}, [""]]]], "a name, facts and a shape"),
        ([["constant", [], ["float", 1.5]]], "hexadecimal"),
        ([["constant", [], ["exact", {"integer": "0x1_0"}]]], "hexadecimal"),
        ([["constant", [], ["exact", {"integer": "\uff11"}]]], "hexadecimal"),
        ([["constant", [], ["exact", {"integer": 3}]]], "hexadecimal"),
        ([["constant", [], ["exact", {"fraction": [True, 2]}]]], "two integers"),
        ([["constant", [], ["exact", {"fraction": ["1", 2]}]]], "two integers"),
        ([["symbol", [], ["x", {"facts": {}}, [True]]]], "a name, facts and a shape"),
        ([["symbol", [], ["x", {"facts": {}}, [-3]]]], "a name, facts and a shape"),
        ([["symbol", [], ["x", {"facts": {}}, [{"size": [[["n"], 2.5]]}]]]], "whole coefficients"),
        ([["symbol", [], ["x", {"facts": {}}, [{"size": [[["n"], "\u0663"]]}]]]], "whole coefficients"),
        ([["add", [], []]], "add takes arguments"),
        ([["mul", [], []]], "mul takes arguments"),
        (
            [["symbol", [], ["x", {"facts": {}}, [2, 3]]], ["reshape", [0], [["__import__('os')", 3]]]],
            "a text stands among",
        ),
    ],
)
def test_what_is_signed_is_still_read_with_care(nodes, message):
    with pytest.raises(DataError, match=message):
        parse_formula(signed(nodes))


@pytest.mark.parametrize("version", [True, 1.0, "1", None, [1], 2])
def test_only_the_number_of_the_version_is_one(version):
    content = json.loads(dump_formula(LOSS)) | {"version": version}
    with pytest.raises(DataError, match="was saved in version"):
        parse_formula(json.dumps(content))
