"""What files import is read from their text, and nothing is executed."""

from __future__ import annotations

import pytest

from symgd.tools.source_imports import import_place, sources_of_imports

FILES = {
    "losses.py": "import one.two\nfrom three import four, name\nimport json as other\n1/0\n",
    "one/__init__.py": "from . import two, missing\n",
    "one/two.py": "from ..above import nothing\nfrom .three import *\n",
    "one/three.py": "def f():\n    import five\n",
    "three/four.py": "import losses\n",
    "five.py": "def (:\n",
    "six.py": "",
}


def test_imports_are_followed_from_file_to_file(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    found = sources_of_imports(tmp_path / "losses.py", [tmp_path])
    assert {str(path.relative_to(tmp_path)) for path in found} == set(FILES) - {"six.py"}
    assert found[tmp_path / "losses.py"] == {"one.two", "three", "three.four", "three.name", "json"}
    assert found[tmp_path / "one" / "two.py"] == set()
    assert found[tmp_path / "one" / "three.py"] == {"five"}


@pytest.mark.parametrize(
    ("name", "folder", "expected"),
    [
        ("losses.py", ".", "losses"),
        ("a/losses.py", "a", "losses"),
        ("pkg/losses.py", ".", "pkg.losses"),
        ("pkg/sub/losses.py", ".", "pkg.sub.losses"),
        ("pkg/__init__.py", ".", "pkg"),
        ("pkg/sub/__init__.py", ".", "pkg.sub"),
        ("pkg/my.losses.py", ".", "pkg.my_losses"),
        ("__init__.py/losses.py", "__init__.py", "losses"),
    ],
)
def test_a_module_has_a_folder_and_a_name(name, folder, expected, tmp_path):
    for package in ("pkg", "pkg/sub"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text("")
    assert import_place(tmp_path / name) == (tmp_path / folder, expected)
