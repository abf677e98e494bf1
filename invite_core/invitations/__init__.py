"""Whom to invite and to what: events, templates, audience, policy, and runs that freeze them."""
