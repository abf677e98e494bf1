"""Who may be written to: identity, contacts, consent, Do-Not-Message, importing."""
