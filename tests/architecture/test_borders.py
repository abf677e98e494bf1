"""Where drivers, HTTP, SQL and transactions may be named, read off the source itself."""

import re

from tests.architecture.sources import Module, modules

DEMO = "invite_tui/demo.py"
"""Asks the stand-in for Meta what it received, over loopback."""

BROWSER = "browser_server/server.py"
"""Answers browsers, and asks nobody."""

DRIVERS = ("sqlite3", "pysqlite3", "sqlite_utils")
LAYERS = (
    ("errors", "crashpoints"),
    ("operators", "instants", "key_ring"),
    ("settings",),
    ("store", "provider"),
    ("people",),
    ("invitations",),
    ("lifecycle",),
    ("dispatch", "delivery"),
    ("views",),
    ("operations",),
)
STATEMENT = re.compile(
    r"\b(?:SELECT\s+.+\s+FROM|INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+TABLE)\b",
    re.DOTALL,
)
TRANSACTION = re.compile(r"\bBEGIN\b|\bCOMMIT\b|\bROLLBACK\b|\bSAVEPOINT\b")
ONLY_SQLITE = re.compile(
    r"\bPRAGMA\b|\bOR\s+(?:REPLACE|IGNORE)\b|\bREPLACE\s+INTO\b|\bsqlite_schema\b|\browid\b"
)


def places(found: list[Module]) -> list[str]:
    return [module.path for module in found]


def outside_the_store() -> list[Module]:
    return [module for module in modules() if not module.name.startswith("invite_core.store")]


def test_only_the_store_names_a_driver() -> None:
    named = {module.name for module in modules() if module.imports_any_of(*DRIVERS)}
    assert named == {"invite_core.store.engine", "invite_core.store.migrations"}


def test_only_the_store_reaches_the_engine() -> None:
    assert not places(
        [module for module in outside_the_store() if module.imports_any_of("invite_core.store.engine")]
    )


def test_only_five_modules_of_the_core_and_the_simulator_speak_http() -> None:
    named = {module.name for module in modules() if module.imports_any_of("httpx", "pyreqwest")}
    assert {name for name in named if not name.startswith("graph_simulator")} == {
        "invite_core.provider.callback",
        "invite_core.provider.cloud_api",
        "invite_core.provider.reqwest_transport",
        "invite_core.provider.transport",
        "invite_core.provider.transport_failures",
    }


def test_no_other_http_client_is_used() -> None:
    others = ("urllib.request", "http.client", "requests", "aiohttp", "urllib3", "httpcore")
    assert set(places([module for module in modules() if module.imports_any_of(*others)])) <= {DEMO, BROWSER}


def test_transactions_are_made_only_in_the_store() -> None:
    assert not places(
        [module for module in outside_the_store() if any(TRANSACTION.search(text) for text in module.texts)]
    )
    calls = re.compile(r"\.(?:commit|rollback|atomic|executescript)\(")
    assert not places([module for module in outside_the_store() if calls.search(module.text)])


def test_sql_outside_the_store_is_what_every_engine_reads() -> None:
    assert not places(
        [module for module in outside_the_store() if any(ONLY_SQLITE.search(text) for text in module.texts)]
    )


def test_programs_hold_no_sql() -> None:
    programs = modules("invite_tui", "webhook_listener", "graph_simulator")
    assert not places([module for module in programs if any(STATEMENT.search(text) for text in module.texts)])


def test_layers_of_the_core_look_only_down() -> None:
    height = {part: level for level, parts in enumerate(LAYERS) for part in parts}
    upward = []
    for module in modules("invite_core"):
        part = [*module.name.split("."), ""][1]
        for name in module.imports:
            words = name.split(".")
            if words[0] != "invite_core" or len(words) < 2 or words[1] not in height or not part:
                continue
            same_height_other_part = height[words[1]] == height[part] and words[1] != part
            if height[words[1]] > height[part] or same_height_other_part:
                upward.append(f"{module.path} imports {name}")
    assert upward == []


def test_every_part_of_the_core_has_its_layer() -> None:
    parts = {module.name.split(".")[1] for module in modules("invite_core") if "." in module.name}
    assert parts <= {part for level in LAYERS for part in level}


def test_nothing_sleeps() -> None:
    """Only the demo does, between two looks at the processes that it started."""
    sleepers = [module for module in modules() if re.search(r"\btime\.sleep\(", module.text)]
    assert set(places(sleepers)) <= {DEMO}


def test_only_the_store_and_tests_know_the_drivers_errors() -> None:
    assert not places(
        [module for module in outside_the_store() if re.search(r"\bOperationalError\b", module.text)]
    )
