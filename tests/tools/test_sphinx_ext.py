"""The directive in real builds: rendered, checked, and a wrong claim is a warning with file and line."""

from __future__ import annotations

import hashlib
import io
import json

import pytest

from symgd.errors import SymgdError

sphinx = pytest.importorskip("sphinx")

PAGE = """
Title
=====

.. symgd:derive:: mean((X @ w - y)**2)
   :wrt: w
   :shapes: X: m n; y: m; w: n
   :steps: all
   :claim: {claim}
   :label: mse-gradient

See :eq:`mse-gradient`.
"""


def build(folder, text, builder="html", **settings):
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    folder.mkdir(exist_ok=True)
    (folder / "conf.py").write_text("extensions = ['symgd.tools.sphinx_ext']\nproject = 'test'\n")
    (folder / "index.rst").write_text(text)
    warnings = io.StringIO()
    with patch_docutils(), docutils_namespace():
        app = Sphinx(
            folder,
            folder,
            folder / "out" / builder,
            folder / "doctrees",
            builder,
            status=io.StringIO(),
            warning=warnings,
            confoverrides={"show_warning_types": True, **settings},  # on by itself from Sphinx 8 on
        )
        app.build(force_all=True)
    pages = [p for p in (folder / "out" / builder).glob("*") if p.name.startswith(("index", "test."))]
    return "".join(p.read_text() for p in pages if p.suffix in (".html", ".txt", ".tex", ".1")), warnings.getvalue()


RIGHT = "2*X.T @ (X @ w - y) / m"
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")


def test_a_derivation_is_rendered(tmp_path):
    html, warnings = build(tmp_path / "a", PAGE.format(claim=RIGHT))
    assert warnings == ""
    assert r"\nabla_{w} L = \frac{2}{m} \, {X}^{\top} \left(X w - y\right)" in html
    assert "the slope of a square is twice its root" in html
    assert "equation-mse-gradient" in html


def test_a_wrong_claim_is_a_warning_with_file_line_and_type(tmp_path):
    _, warnings = build(tmp_path / "a", PAGE.format(claim="X.T @ (X @ w - y) / m"))
    assert "index.rst:5: WARNING: the claimed gradient X.T @ (X @ w - y) / m is WRONG" in warnings
    assert "is a 2 from the square missing?" in warnings
    assert "[symgd.claim]" in warnings


def test_the_warning_comes_again_from_the_cache(tmp_path):
    for _ in range(2):
        _, warnings = build(tmp_path / "a", PAGE.format(claim="w"))
        assert warnings.count("is WRONG") == 1
    assert len(list((tmp_path / "a" / "doctrees" / "symgd").glob("*.json"))) == 1


def signed(told):
    """Return what the cache holds for data, with the digest that they have."""
    content = json.dumps(told)
    return json.dumps({"digest": hashlib.sha256(content.encode()).hexdigest(), "told": content})


def changed(text, **fields):
    return signed(json.loads(json.loads(text)["told"]) | fields)


DAMAGES = {
    "an empty object": lambda text: "{}",
    "an empty list": lambda text: "[]",
    "a number": lambda text: "3",
    "a text": lambda text: '"told"',
    "null": lambda text: "null",
    "nothing": lambda text: "",
    "half of it": lambda text: text[: len(text) // 2],
    "all but the end": lambda text: text[:-1],
    "zeros": lambda text: "\0" * len(text),
    "deep lists": lambda text: "[" * 100_000,
    "half of a surrogate pair": lambda text: json.dumps({"digest": "0", "told": "\ud800"}),
    "another formula": lambda text: text.replace("w", "v"),
    "another digit": lambda text: text.replace("2", "3"),
    "what an earlier version kept": lambda text: json.loads(text)["told"],
    "a digest that is none": lambda text: json.dumps(json.loads(text) | {"digest": 3}),
    "data that are no text": lambda text: json.dumps(json.loads(text) | {"told": {"formula": 3}}),
    "signed, an empty object": lambda text: signed({}),
    "signed, a list": lambda text: signed(["formula", "result", "passes", "steps", "warnings"]),
    "signed, a field too much": lambda text: changed(text, more=[]),
    "signed, a number for a formula": lambda text: changed(text, formula=3),
    "signed, a formula of one text": lambda text: changed(text, formula=["w"]),
    "signed, a text for two": lambda text: changed(text, result="ab"),
    "signed, numbers for texts": lambda text: changed(text, result=[1, 2]),
    "signed, null for rows": lambda text: changed(text, passes=None),
    "signed, an object for rows": lambda text: changed(text, steps={}),
    "signed, rows that are none": lambda text: changed(text, steps=[3]),
    "signed, short rows": lambda text: changed(text, passes=[[["a", "b"], ["a", "b"]]]),
    "signed, a reason that is none": lambda text: changed(text, passes=[[["a", "b"], ["a", "b"], None]]),
    "signed, warnings of one word": lambda text: changed(text, warnings=[["check"]]),
    "signed, a text for warnings": lambda text: changed(text, warnings="ab"),
}


def test_what_is_damaged_in_the_cache_is_derived_anew(tmp_path):
    page = PAGE.format(claim=RIGHT)
    html, warnings = build(tmp_path / "a", page)
    (kept,) = (tmp_path / "a" / "doctrees" / "symgd").glob("*.json")
    text = kept.read_text()
    for name, damage in DAMAGES.items():
        kept.write_text(damage(text), encoding="utf-8")
        assert build(tmp_path / "a", page) == (html, warnings), name
        assert kept.read_text() == text, name


def test_what_is_kept_is_taken(tmp_path):
    """Else the test above would pass without any cache."""
    page = PAGE.format(claim=RIGHT)
    build(tmp_path / "a", page)
    (kept,) = (tmp_path / "a" / "doctrees" / "symgd").glob("*.json")
    kept.write_text(changed(kept.read_text(), result=["kept", "kept"]))
    assert "kept" in build(tmp_path / "a", page)[0]


@pytest.mark.parametrize("block", ["a file for the folder", "a folder for the file"])
def test_a_page_needs_no_cache(block, tmp_path):
    page, place = PAGE.format(claim=RIGHT), tmp_path / "a" / "doctrees" / "symgd"
    expected = build(tmp_path / "a", page)
    (kept,) = place.glob("*.json")
    kept.unlink()
    if block == "a folder for the file":
        kept.mkdir()
    else:
        place.rmdir()
        place.write_text("")
    assert build(tmp_path / "a", page) == expected


def test_warnings_can_be_suppressed_by_type(tmp_path):
    _, warnings = build(tmp_path / "a", PAGE.format(claim="w"), suppress_warnings=["symgd.claim"])
    assert warnings == ""


def test_a_formula_that_cannot_be_read_is_a_warning_not_a_crash(tmp_path):
    html, warnings = build(tmp_path / "a", "T\n=\n\n.. symgd:derive:: mean((x\n")
    assert "index.rst:4: WARNING: the bracket ( is never closed" in warnings
    assert "[symgd.formula]" in warnings
    assert "mean((x" in html


@pytest.mark.parametrize("builder", ["text", "man", "latex"])
def test_other_builders(tmp_path, builder):
    text, warnings = build(tmp_path / "a", PAGE.format(claim=RIGHT), builder)
    assert warnings == ""
    if builder == "text":
        assert "2 Xᵀ(Xw − y) / m" in text
        assert r"\frac" not in text
    if builder == "latex":
        assert r"\frac{2}{m}" in text


def test_hostile_text_does_not_reach_the_page(tmp_path):
    html, warnings = build(tmp_path / "a", "T\n=\n\n.. symgd:derive:: <script>alert(1)</script>\n")
    assert "<script>alert" not in html
    assert "symgd.formula" in warnings


def test_a_formula_without_inputs_is_refused_as_on_the_command_line():
    from symgd.tools.sphinx_ext import page_content

    with pytest.raises(SymgdError, match="no inputs"):
        page_content("3", {"check": "no"})


def test_the_backends_are_listed(tmp_path):
    outcome, warnings = build(tmp_path, ".. symgd:backends::\n")
    assert not warnings
    assert all(f'"{name}"' in outcome.replace("&quot;", '"') for name in ("numpy", "cupy", "array_api"))
