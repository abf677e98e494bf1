"""The tables that know nobody: no report tells of them, and an erasure leaves them, but for what is said here."""

KNOWS_NOBODY: dict[str, str] = {
    "tags": "Words; who has them is in contact_tags. One that nobody else has goes with the person.",
    "events": "What people are invited to.",
    "templates": "Texts as Meta holds them.",
    "audiences": "Expressions of tags and attributes.",
    "invite_send_runs": "Who is meant is an expression; an erasure empties a pause's words if they name the person.",
    "run_variants": "Texts.",
    "run_counters": "Counts.",
    "media": "Pictures and the like that texts show.",
    "media_uploads": "Meta's ids of these.",
    "rate_cards": "Prices of Meta's.",
    "rates": "Prices of Meta's.",
    "message_prices": "Countries and prices, so that the cost of a run stays true.",
    "listener_status": "The listener's own lives.",
    "listener_gaps": "When no listener ran.",
    "account_facts": "Meta's word about the sender.",
    "store_facts": "The file's own.",
    "guard_remains": "Keyed hashes, whose key is outside the file.",
    "erased_addresses": "Keyed hashes, whose key is outside the file.",
    "organiser_choices": "What the organiser chose.",
    "search_pending": "Ids, within one transaction.",
    "import_mappings": "Headings of columns; an erasure takes those that name the person.",
}
"""The tables, and why they know nobody."""
