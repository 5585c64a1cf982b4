"""Directives in pages: each mistake is one warning with file and line, and nothing of it reaches the page as markup."""

from __future__ import annotations

import io
import re
import time
from dataclasses import dataclass

import pytest

pytest.importorskip("sphinx")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")


@dataclass(frozen=True)
class Page:
    """A directive, and a pattern of its warning."""

    name: str
    message: str
    formula: str
    options: str = ""


def _page(name: str, message: str, formula: str, **options: str) -> Page:
    return Page(name, message, formula, "".join(f"   :{key}: {value}\n" for key, value in options.items()))


RIGHT = {"wrt": "x"}
PAGES = [
    _page("code", "no function called __import__", "__import__('os').system('touch pwned')"),
    _page("html", "there is no value before <", "<script>alert(1)</script>"),
    _page("html-attribute", ".", '"><img src=x onerror=alert(1)>'),
    _page("role", ".", ":ref:`x`"),
    _page("substitution", ".", "|x|`y`_"),
    _page("include", ".", ".. include:: /etc/passwd"),
    _page("raw", ".", ".. raw:: html"),
    _page("latex", ".", "\\input{/etc/passwd}"),
    _page("dollars", ".", "$x$"),
    _page("escape", ".", "x\x1b[31m"),
    _page("direction", ".", "x\u202ey"),
    _page("brackets", ".", "(" * 20_000),
    _page("letters", ".", "x" * 100_000),
    _page("tower", "large|power|digits", "9**9**9**9"),
    _page("no-inputs", "no inputs", "1"),
    _page("open-bracket", "never closed", "2*(x"),
    _page("unknown", "no function called foo", "foo(x)"),
    _page("wrt-missing", "not in the formula", "x**2", wrt="y"),
    _page("wrt-twice", "twice|x", "x**2", wrt="x, x"),
    _page("wrt-code", ".", "x**2", wrt="__import__('os')"),
    _page("shape-twice", "'x' stands twice", "x**2", shapes="x: n; x: m"),
    _page("shape-negative", ".", "x**2", shapes="x: -1"),
    _page("shape-huge", ".", "sum(x**2)", shapes="x: 999999999999999999999999999999"),
    _page("shape-word", "is not a shape", "x**2", shapes="x"),
    _page("fact-unknown", "nonsense", "x**2", facts="x: nonsense"),
    _page("fact-nan", "'lower' of 'x' is 'nan'", "x**2", facts="x: lower=nan"),
    _page("fact-twice", "stands twice", "x**2", facts="x: lower=1 lower=2"),
    _page("claim-wrong", "the claimed gradient x is WRONG", "x**2", **RIGHT, claim="x"),
    _page("claim-ends", "ends", "x**2", **RIGHT, claim="2*"),
    _page("claim-code", "no function called", "x**2", **RIGHT, claim="__import__('os')"),
    _page("claim-hessian", "judged for a gradient", "x**2", **RIGHT, what="hessian", claim="2"),
    _page("label-space", "is not a label", "x**2", **RIGHT, label="mse gradient"),
    _page("label-html", "is not a label", "x**2", **RIGHT, label="<b>x</b>"),
    _page("label-latex", "is not a label", "x**2", **RIGHT, label="x}\\input{y"),
    _page("label-empty", "is not a label", "x**2", **RIGHT, label=""),
    _page("label-long", "is not a label", "x**2", **RIGHT, label="a" * 101),
    _page("label-role", "is not a label", "x**2", **RIGHT, label="a`b`_"),
    _page("what-unknown", "curl", "x**2", what="curl"),
    _page("steps-unknown", "many", "x**2", steps="many"),
    _page("check-unknown", "maybe", "x**2", check="maybe"),
    _page("option-unknown", "unknown option", "x**2", nope="1"),
]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    folder = tmp_path_factory.mktemp("pages")
    (folder / "conf.py").write_text("extensions = ['symgd.tools.sphinx_ext']\nproject = 'test'\n")
    names = "".join(f"   {page.name}\n" for page in PAGES)
    (folder / "index.rst").write_text(f"Pages\n=====\n\n.. toctree::\n\n{names}")
    for page in PAGES:
        text = f"Page\n====\n\n.. symgd:derive:: {page.formula}\n{page.options}\nThe end.\n"
        (folder / f"{page.name}.rst").write_text(text, encoding="utf-8")
    warnings, start = io.StringIO(), time.process_time()
    with patch_docutils(), docutils_namespace():
        app = Sphinx(folder, folder, folder / "out", folder / "doctrees", "html", status=io.StringIO(), warning=warnings)
        app.build(force_all=True)
    return folder, re.sub(r"\x1b\[[0-9;]*m", "", warnings.getvalue()), time.process_time() - start


def warnings_of(built, page):
    """Return the warnings of a page, each with the lines that follow it."""
    folder, text, _ = built
    place = re.escape(str(folder / f"{page.name}.rst"))
    return re.findall(rf"^{place}:(\d+): (.*(?:\n(?!/).*)*)", text, re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_mistake_is_one_warning_with_file_and_line(page, built):
    found = warnings_of(built, page)
    assert len(found) == 1, found
    ((line, text),) = found
    assert int(line) == 4
    assert re.search(page.message, text), text
    assert len(text) < 1500
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e]", text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_nothing_becomes_markup(page, built):
    html = (built[0] / "out" / f"{page.name}.html").read_text(encoding="utf-8")
    body = html[html.index("<h1>") : html.index("The end.")]
    for planted in ("<script", "<img", "<b>", "onerror=alert(1)>", "root:", "\x1b", "\u202e"):
        assert planted not in body


def test_the_build_is_quick_and_executes_nothing(built):
    folder, _, seconds = built
    assert seconds < 2 * len(PAGES)
    assert not list(folder.rglob("pwned"))
