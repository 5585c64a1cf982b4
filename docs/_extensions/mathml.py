"""Write mathematics as MathML: browsers show it as it is, and no page asks for anything from outside."""

from __future__ import annotations

from latex2mathml.converter import convert
from sphinx.util.math import get_node_equation_number


def visit_math(self, node):
    self.body.append(convert(node.astext()))
    from docutils import nodes

    raise nodes.SkipNode


def visit_display(self, node):
    from docutils import nodes

    self.body.append(self.starttag(node, "div", CLASS="math"))
    if node["number"]:
        number = get_node_equation_number(self, node)
        self.body.append(f'<span class="eqno">({number})</span>')
    self.body.append(convert(node.astext(), display="block"))
    self.body.append("</div>")
    raise nodes.SkipNode


def setup(app):
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_display, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
