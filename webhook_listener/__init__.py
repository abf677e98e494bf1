"""The public listener: verifies Meta's webhooks and applies them to the same file."""
