"""The catalogue of a fresh installation keeps every rule of `store/catalogue.py`, and each rule finds its offence."""

from __future__ import annotations

import pytest

from brightline.store import catalogue

pytestmark = pytest.mark.database


@pytest.mark.parametrize("rule", catalogue.RULES, ids=lambda rule: rule.name)
def test_a_fresh_installation_keeps_the_rule(module_db, rule):
    assert rule.offences(module_db.admin) == ()


def test_roles_are_as_they_were_made(module_db):
    assert catalogue.role_offences(module_db.admin) == ()


def test_settings_of_roles_are_ours(module_db):
    assert catalogue.setting_offences(module_db.admin) == ()
