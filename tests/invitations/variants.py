"""Template variants in a line: what Meta returned, and what is stored of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from invite_core.invitations.templates import Variant
from invite_core.provider.template_node import TemplateVariant


@dataclass(frozen=True)
class SampleVariant(Variant):
    """A stored variant that can also be had as Meta returns it."""

    def as_synced(self, *, language: str | None = None, status: str | None = None) -> TemplateVariant:
        """The node of the Graph API; `language` as Meta would spell it."""
        return TemplateVariant(
            id=str(self.id),
            name=self.name,
            language=language or self.language,
            status=status or self.status,
            category=self.category,
            parameter_format=self.parameter_format,
            components=self.components,
        )


def a_variant(
    language: str = "en",
    *,
    name: str = "party",
    body: str = "Hello {{name}}",
    quick_replies: Sequence[str] = (),
    status: str = "APPROVED",
) -> SampleVariant:
    """An approved variant of the template `party`."""
    components: list[dict[str, object]] = [{"type": "BODY", "text": body}]
    if quick_replies:
        buttons = [{"type": "QUICK_REPLY", "text": label} for label in quick_replies]
        components.append({"type": "BUTTONS", "buttons": buttons})
    return SampleVariant(
        id=1,
        name=name,
        language=language,
        status=status,
        category="MARKETING",
        parameter_format="NAMED",
        components=components,
        quality="GREEN",
        mapping={},
        buttons={},
        synced_at="2027-03-01T12:00:00.000Z",
    )
