"""Which blocks of the Do-Not-Message record stand, as conditions on its rows."""

from invite_core.people.addressing import own_contacts

ALL, MARKETING = "all", "marketing"


def standing(name: str, key: str = "match_key") -> str:
    """SQL condition on the row `name`: it is a block, and no lift of the same `key` and scope is later. A lift
    at the very time of the block lifts nothing."""
    return f"""{name}.act = 'block' AND NOT EXISTS (SELECT 1 FROM do_not_message AS lifted
        WHERE lifted.{key} = {name}.{key} AND lifted.scope = {name}.scope
        AND lifted.act = 'lift' AND lifted.at > {name}.at)"""


def _blocked(scope: str) -> str:
    return f"""EXISTS (SELECT 1 FROM contact_identities AS own
        JOIN do_not_message AS stop ON stop.match_key = own.match_key
        WHERE own.contact IN {own_contacts("person.contact")} AND stop.scope = '{scope}' AND {standing("stop")})"""


BLOCKED = _blocked(ALL)
"""SQL condition on a row `person` with the column `contact`: a block stands on an address that the
person, or a contact merged into them, has or had."""

MARKETING_STOPPED = _blocked(MARKETING)
"""The same for the stop that a person sets inside WhatsApp."""
