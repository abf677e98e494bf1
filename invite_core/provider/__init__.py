"""Meta's side: what we ask, what it answers, and what each answer means. Knows no store."""
