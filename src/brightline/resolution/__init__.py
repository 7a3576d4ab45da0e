"""Who is who: judgements between entities, never overwritten, always reversible."""
