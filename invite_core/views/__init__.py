"""The only read side of the programs: counts and timelines from stored state, never from raw webhooks."""
