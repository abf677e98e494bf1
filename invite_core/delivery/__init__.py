"""From webhook bytes to effects: signature, parsing, receipts, replies."""
