"""Judging an audience with as little as possible: one INSERT … SELECT of plain joins.

Frozen. It knows blocks, consents, revocations and earlier messages, and nothing of merged people, several
numbers, shared numbers, households, languages, parameters or occasions. It writes the rows that a run has,
into the same table with the same indexes.
"""

BARE_VERDICTS = """
INSERT INTO invite_messages (run, event, purpose, occasion, contact, address, address_kind, match_key, household,
    places, language, parameters, verdict, block_reasons, state, next_attempt_at, slot_person, slot_address, changed_at)
SELECT :run, :event, 'invitation', 'bare', contact, value, 'phone', match_key, household, places, 'en', '{}',
    CASE WHEN reason = '' THEN 'eligible' ELSE 'blocked' END, reason,
    CASE WHEN reason = '' THEN 'queued' ELSE 'blocked' END, :now,
    CASE WHEN reason = '' THEN contact END, CASE WHEN reason = '' THEN match_key || ':' || contact END, :now
FROM (
    SELECT contacts.id AS contact, contacts.household, contacts.places, identity.value, identity.match_key,
        CASE
            WHEN EXISTS (SELECT 1 FROM do_not_message WHERE do_not_message.match_key = identity.match_key
                AND act = 'block') THEN 'do_not_message'
            WHEN NOT EXISTS (SELECT 1 FROM consents AS granted WHERE granted.contact = contacts.id
                AND granted.act = 'grant' AND NOT EXISTS (SELECT 1 FROM consents AS revoked
                    WHERE revoked.contact = contacts.id AND revoked.act = 'revoke'
                    AND revoked.at >= granted.at)) THEN 'no_consent'
            WHEN EXISTS (SELECT 1 FROM invite_messages AS earlier WHERE earlier.contact = contacts.id
                AND earlier.event = :event AND earlier.purpose = 'invitation') THEN 'already_invited'
            ELSE ''
        END AS reason
    FROM contacts JOIN contact_identities AS identity ON identity.contact = contacts.id
)
"""
"""Bound: `:run`, `:event`, `:now`."""
