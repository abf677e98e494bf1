"""The product's own modules, read as text and as syntax trees, whichever there are."""

import ast
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("invite_core", "invite_tui", "webhook_listener", "graph_simulator", "browser_server")


@dataclass(frozen=True)
class Module:
    """A module: its place below the root, its dotted name, its text and its tree."""

    path: str
    name: str
    text: str
    tree: ast.Module

    @cached_property
    def imports(self) -> set[str]:
        """Every module named by an import anywhere in the module, lazy ones and those for types too."""
        found: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found |= {each.name for each in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found |= {node.module} | {f"{node.module}.{each.name}" for each in node.names}
        return found

    def imports_any_of(self, *names: str) -> bool:
        """Whether the module imports one of the packages `names`, or something inside one."""
        return any(each == name or each.startswith(f"{name}.") for each in self.imports for name in names)

    @cached_property
    def texts(self) -> list[str]:
        """Every string of the code that is not a docstring."""
        documentation = {id(node) for node in _docstrings(self.tree)}
        return [
            node.value
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in documentation
        ]


def _docstrings(tree: ast.Module) -> list[ast.Constant]:
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    ]


def modules(*packages: str) -> tuple[Module, ...]:
    """Every module of `packages` (of the product, if none is named)."""
    return tuple(module for package in packages or PACKAGES for module in _modules_of(package))


@cache
def _modules_of(package: str) -> tuple[Module, ...]:
    found = []
    for file in sorted((ROOT / package).rglob("*.py")):
        place = file.relative_to(ROOT)
        name = ".".join(place.with_suffix("").parts).removesuffix(".__init__")
        text = file.read_text("utf-8")
        found.append(Module(place.as_posix(), name, text, ast.parse(text)))
    return tuple(found)
