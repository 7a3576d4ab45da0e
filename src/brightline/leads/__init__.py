"""Leads: programmes, intake, vetting by people, referral within a regime."""
