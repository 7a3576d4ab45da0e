"""Disclosures: whatever leaves the organisation, accounted for person by person."""
