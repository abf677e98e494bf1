"""What MkDocs does not do by itself: take samples along, and let nothing in from other servers."""

import logging
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

_SAMPLES = "data"
_TO_A_SAMPLE = re.compile(rf"\]\(\.\./({_SAMPLES}/[^)#\s]+)")
_FROM_ELSEWHERE = re.compile(
    r"""<(?:script|img|link|iframe|source)\b[^>]*\b(?:src|href)=["'](?:https?:)?//[^"']+"""
)

_log = logging.getLogger("mkdocs.plugins.handbook")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the samples, which lie beside the folder of the pages."""
    samples = Path(config.config_file_path).parent / _SAMPLES
    for path in sorted(samples.iterdir()):
        files.append(File.generated(config, f"{_SAMPLES}/{path.name}", abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """The page with its links to samples as they are in the site."""
    return _TO_A_SAMPLE.sub(r"](\1", markdown)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """The page as it is; a warning, which fails the build, if a browser would load something from another server."""
    for found in _FROM_ELSEWHERE.findall(output):
        _log.warning("%s would load something from another server: %s", page.file.src_uri, found)
    return output
