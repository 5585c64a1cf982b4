"""How the documentation is built: ``sphinx-build -W -n docs docs/_build``."""

import sys
from pathlib import Path

import symgd

sys.path.insert(0, str(Path(__file__).parent / "_extensions"))

project = "symgd"
copyright = "2026, the symgd developers"
version = release = symgd.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "numpydoc",
    "mathml",
    "matplotlib.sphinxext.plot_directive",
    "symgd.tools.sphinx_ext",
]
html_math_renderer = "mathml"
html_theme = "furo"
html_title = f"symgd {version}"
html_static_path = ["_static"]
html_css_files = ["symgd.css"]
exclude_patterns = ["_build", "_extensions"]
myst_enable_extensions = ["dollarmath", "deflist"]
numpydoc_show_class_members = False
numpydoc_xref_param_type = False
autodoc_typehints = "none"
plot_formats = ["svg"]
plot_html_show_formats = False
plot_html_show_source_link = False
autodoc_member_order = "bysource"
