"""Deprecation: what is deprecated works as before, warns at the line of the caller, and is gone when it was said to be."""

from __future__ import annotations

import importlib
import pkgutil
import warnings

import pytest

import symgd
from symgd.deprecation import DEPRECATIONS, Deprecation, deprecated, renamed_argument, warn_deprecated
from symgd.errors import SymgdDeprecationWarning, SymgdError, SymgdWarning


@pytest.fixture(autouse=True)
def undeclared(monkeypatch):
    """What a test deprecates is not deprecated for others."""
    monkeypatch.setattr("symgd.deprecation.DEPRECATIONS", [])


def test_a_deprecated_function_works_and_warns_at_the_line_of_the_caller():
    @deprecated(since="0.2", removed_in="0.4", instead="symgd.gradient")
    def slope(x, *, scale=1):
        """Return the slope."""
        return x * scale

    with pytest.warns(SymgdDeprecationWarning) as caught:
        assert slope(3, scale=2) == 6
    assert str(caught[0].message) == (
        "symgd.slope is deprecated since symgd 0.2 and will be removed in 0.4; use symgd.gradient"
    )
    assert caught[0].filename == __file__
    assert slope.__doc__ == "Return the slope."


def test_an_argument_that_was_renamed_is_taken_under_both_names():
    @renamed_argument("tol", "tolerance", since="0.2", removed_in="0.4")
    def descend(tolerance=1.0):
        return tolerance

    with pytest.warns(SymgdDeprecationWarning, match=r"the argument tol of symgd\.descend .* use tolerance") as caught:
        assert descend(tol=2.0) == 2.0
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert descend(tolerance=3.0) == descend(3.0) == 3.0
    with pytest.raises(SymgdError, match="two names of one argument"):
        descend(tol=2.0, tolerance=2.0)


def test_a_function_may_warn_itself():
    def old():
        warn_deprecated("a number as the domain", since="0.2", removed_in="1.0")

    with pytest.warns(SymgdDeprecationWarning, match=r"^a number as the domain is deprecated .* in 1\.0$") as caught:
        old()
    assert caught[0].filename == __file__


def test_everybody_sees_the_warning_and_it_is_one_of_symgd():
    assert issubclass(SymgdDeprecationWarning, FutureWarning)  # Python hides a DeprecationWarning outside of __main__
    assert issubclass(SymgdDeprecationWarning, SymgdWarning)
    assert symgd.SymgdDeprecationWarning is SymgdDeprecationWarning


@pytest.mark.parametrize(
    ("since", "removed_in"), [("0.4", "0.4"), ("0.4", "0.3.9"), ("0.4", "0.4.0"), ("old", "0.4"), ("0.10", "0.9")]
)
def test_versions_that_make_no_sense_are_refused(since, removed_in):
    with pytest.raises(SymgdError):
        Deprecation("it", since, removed_in)


@pytest.mark.parametrize(
    ("version", "is_due"), [("0.3.9", False), ("0.4.dev0", True), ("0.4", True), ("0.4.0", True), ("0.10", True)]
)
def test_when_a_deprecation_is_due(version, is_due):
    assert Deprecation("it", "0.2", "0.4").is_due(version) is is_due


def test_nothing_is_kept_beyond_the_version_in_which_it_is_to_be_gone():
    for module in pkgutil.walk_packages(symgd.__path__, "symgd."):
        if "sphinx" not in module.name:
            importlib.import_module(module.name)
    assert [str(one) for one in DEPRECATIONS if one.is_due(symgd.__version__)] == []
