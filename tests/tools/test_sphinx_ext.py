"""The directive in real builds: rendered, checked, and a wrong claim is a warning with file and line."""

from __future__ import annotations

import io

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
    from symgd.tools.sphinx_ext import tell

    with pytest.raises(SymgdError, match="no inputs"):
        tell("3", {"check": "no"})
