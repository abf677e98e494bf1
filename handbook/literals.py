"""What a member, a field or a constant is for: the literal that stands below it in the source."""

import ast
import inspect
from itertools import pairwise
from types import ModuleType


def literals(place: type | ModuleType) -> dict[str, str]:
    """The literals of a class or a module, by the name that each stands below; on one line, without the full stop."""
    tree = ast.parse(inspect.getsource(place))
    body = tree.body
    if isinstance(place, type) and isinstance(tree.body[0], ast.ClassDef):
        body = tree.body[0].body
    found = {}
    for statement, below in pairwise(body):
        match statement, below:
            case (
                ast.Assign(targets=[ast.Name(name)]) | ast.AnnAssign(target=ast.Name(name)),
                ast.Expr(ast.Constant(str(text))),
            ):
                found[name] = " ".join(text.split()).removesuffix(".")
    return found
