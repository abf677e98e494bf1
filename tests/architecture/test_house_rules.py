"""Sizes, docstrings and words that the house asks of every module."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.sources import PACKAGES, Module, modules

MAX_LINES = 300
VAGUE = {"utils", "util", "helpers", "manager", "common", "base", "models", "misc"}

Documented = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def public(body: list[ast.stmt], *, of_class: bool = False) -> Iterator[tuple[str, Documented]]:
    """The public functions and classes of a body, and those of its public classes."""
    for node in body:
        if isinstance(node, Documented) and not node.name.startswith("_"):
            yield node.name, node
            if isinstance(node, ast.ClassDef):
                for name, inner in public(node.body, of_class=True):
                    yield f"{node.name}.{name}", inner


def explains_itself(node: Documented) -> bool:
    """What an outside base class documents (an override), an overload's variant, or a getter's setter."""
    for decorator in node.decorator_list:
        word = ast.unparse(decorator)
        if word.split(".")[-1].split("(")[0] in {"override", "overload", "setter"}:
            return True
    return False


@pytest.mark.parametrize("package", PACKAGES)
def test_package_says_what_it_is(package: str) -> None:
    assert ast.get_docstring(next(each for each in modules(package) if each.name == package).tree)


def test_no_module_is_long() -> None:
    assert not {each.path for each in modules() if each.text.count("\n") > MAX_LINES}


def test_every_module_with_code_has_a_docstring() -> None:
    bare = [each.path for each in modules() if each.tree.body and not ast.get_docstring(each.tree)]
    assert bare == []


def inherits_from_outside(module: Module, owner: ast.ClassDef | None) -> bool:
    return owner is not None and bool(owner.bases) and module.name.startswith("invite_tui")


def undocumented(module: Module) -> list[str]:
    classes = {node.name: node for node in module.tree.body if isinstance(node, ast.ClassDef)}
    return [
        f"{module.path}: {name}"
        for name, node in public(module.tree.body)
        if not ast.get_docstring(node)
        and not explains_itself(node)
        and not ("." in name and inherits_from_outside(module, classes.get(name.split(".")[0])))
    ]


@pytest.mark.parametrize("package", PACKAGES)
def test_every_public_name_has_a_docstring(package: str) -> None:
    """Methods of widgets, screens and commands are exempt: Textual and click document what they override."""
    assert [name for module in modules(package) for name in undocumented(module)] == []


def test_modules_are_named_after_things_of_the_domain() -> None:
    assert not [each.path for each in modules() if each.name.split(".")[-1] in VAGUE]


def test_no_module_hides_a_finding_of_the_checkers() -> None:
    assert not [each.path for each in modules() if re.search(r"#\s*type:\s*ignore|#\s*pragma: no", each.text)]


def test_every_exemption_from_the_linter_gives_its_reason() -> None:
    bare = [
        f"{each.path}: {line.strip()}"
        for each in modules()
        for line in each.text.splitlines()
        if "# noqa" in line and not re.search(r"# noqa: [A-Z0-9, ]+ - \w", line)
    ]
    assert bare == []


def test_nothing_is_left_to_do() -> None:
    assert not [each.path for each in modules() if re.search(r"#.*\b(?:TODO|FIXME|XXX|HACK)\b", each.text)]


def test_no_future_import() -> None:
    assert not [each.path for each in modules() if each.imports_any_of("__future__")]
