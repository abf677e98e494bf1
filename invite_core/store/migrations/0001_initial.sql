-- The whole data model. Every moment is ISO 8601 text in UTC with milliseconds (24 characters);
-- every foreign key is enforced; SQL may read any table, only the owning package writes it.

-- ---------------------------------------------------------------- people
CREATE TABLE contacts (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL DEFAULT '',
    name_key TEXT NOT NULL DEFAULT '',              -- case-folded, spaces collapsed: what "the same name" means
    language TEXT NOT NULL DEFAULT '',              -- 'pt' or 'pt_BR'; '' where nobody said
    household TEXT NOT NULL DEFAULT '',             -- people with the same non-empty word live together
    places INTEGER NOT NULL DEFAULT 1 CHECK (places > 0), -- seats the invitation stands for
    attributes TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(attributes)),
    merged_into INTEGER REFERENCES contacts (id) CHECK (merged_into <> id),
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    erased_at TEXT
) STRICT;
CREATE INDEX contacts_by_name ON contacts (name_key, id, merged_into, erased_at); -- a page of people reads it alone
CREATE INDEX contacts_by_household ON contacts (household) WHERE household <> '';
CREATE INDEX contacts_merged ON contacts (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX contacts_erased ON contacts (erased_at) WHERE erased_at IS NOT NULL;

CREATE TABLE contact_identities (
    id INTEGER PRIMARY KEY,
    contact INTEGER NOT NULL REFERENCES contacts (id),
    kind TEXT NOT NULL CHECK (kind IN ('phone', 'wa_id', 'user_id')),
    value TEXT NOT NULL,                            -- phone: E.164 with '+'; wa_id: digits; user_id: as Meta gives it
    match_key TEXT NOT NULL,                        -- what all variants of one number share
    usable INTEGER NOT NULL DEFAULT 1 CHECK (usable IN (0, 1)), -- 0: a number that no mobile phone can have
    position INTEGER NOT NULL DEFAULT 0,            -- the person's first number comes first
    created_at TEXT NOT NULL,
    retired_at TEXT,
    UNIQUE (contact, kind, value)
) STRICT;
CREATE INDEX identities_by_match_key ON contact_identities (match_key, contact);

CREATE TABLE tags (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE                   -- case-folded
) STRICT;

CREATE TABLE contact_tags (
    contact INTEGER NOT NULL REFERENCES contacts (id),
    tag INTEGER NOT NULL REFERENCES tags (id),
    PRIMARY KEY (contact, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_tags_by_tag ON contact_tags (tag, contact);

CREATE TABLE import_mappings (                      -- fields that the organiser gave columns of a file herself
    headers TEXT PRIMARY KEY,                       -- JSON: the file's headers in plain words, sorted
    fields TEXT NOT NULL CHECK (json_valid(fields)), -- {header: field}
    saved_at TEXT NOT NULL,
    saved_by TEXT NOT NULL
) STRICT;

CREATE TABLE consents (                             -- append-only
    id INTEGER PRIMARY KEY,
    contact INTEGER NOT NULL REFERENCES contacts (id),
    act TEXT NOT NULL CHECK (act IN ('grant', 'revoke')),
    scope TEXT NOT NULL DEFAULT 'invitations',
    at TEXT NOT NULL,                               -- when the person said so
    source TEXT NOT NULL,                           -- how: 'paper form', 'web form', ...
    wording TEXT NOT NULL DEFAULT '',
    evidence_ref TEXT NOT NULL DEFAULT '',
    recorded_at TEXT NOT NULL,
    recorded_by TEXT NOT NULL
) STRICT;
CREATE INDEX consents_by_contact ON consents (contact, act, at, scope);

CREATE TABLE do_not_message (                       -- append-only
    id INTEGER PRIMARY KEY,
    act TEXT NOT NULL CHECK (act IN ('block', 'lift')),
    scope TEXT NOT NULL CHECK (scope IN ('all', 'marketing')), -- 'marketing': Meta's own stop, which Meta's resume lifts
    match_key TEXT,                                 -- NULL once the person is erased
    key_hash TEXT,                                  -- keyed hash of match_key, set once the person is erased
    address TEXT,                                   -- as it was written
    contact INTEGER REFERENCES contacts (id),       -- whom the organiser meant, if a person was named
    reason TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN
        ('organiser', 'import', 'stop_word', 'button', 'user_preferences', 'error_131050', 'error_130403', 'wrong_person', 'guard')),
    at TEXT NOT NULL,                               -- by its own time
    receipt INTEGER REFERENCES webhook_receipts (id),
    recorded_at TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    CHECK ((match_key IS NULL) <> (key_hash IS NULL))
) STRICT;
CREATE INDEX do_not_message_by_match_key ON do_not_message (match_key, scope, act, at) WHERE match_key IS NOT NULL;
CREATE INDEX marketing_stops ON do_not_message (match_key) WHERE scope = 'marketing';
CREATE INDEX do_not_message_by_hash ON do_not_message (key_hash, scope, act, at) WHERE key_hash IS NOT NULL;

CREATE TABLE erased_addresses (                     -- keyed hashes: whom no import brings back
    key_hash TEXT NOT NULL,                         -- of a match key that the erased person had
    name_hash TEXT NOT NULL,                        -- of their name key: others may share the number
    at TEXT NOT NULL,
    PRIMARY KEY (key_hash, name_hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE address_changes (                      -- who went where, as WhatsApp told it: blocks follow
    id INTEGER PRIMARY KEY,
    old_hash TEXT NOT NULL,                         -- keyed hash of the match key that was left
    new_hash TEXT NOT NULL,
    match_key TEXT,                                 -- of the new address; NULL once erased, or long nobody's here
    address TEXT,                                   -- as WhatsApp spells it
    at TEXT NOT NULL,                               -- by its own time
    receipt INTEGER REFERENCES webhook_receipts (id),
    UNIQUE (old_hash, new_hash, at),
    CHECK ((match_key IS NULL) = (address IS NULL))
) STRICT;
CREATE INDEX address_changes_in_clear ON address_changes (at) WHERE match_key IS NOT NULL;

CREATE TABLE organiser_choices (                    -- what the organiser chose once for everything after
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    changed_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- ---------------------------------------------------------------- invitations
CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL CHECK (name <> ''),
    name_key TEXT NOT NULL,
    starts_at TEXT NOT NULL,
    ends_at TEXT,
    answer_by TEXT,
    timezone TEXT NOT NULL,
    venue TEXT NOT NULL,
    texts TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(texts)), -- {language: {"name": ..., "venue": ...}}
    status TEXT NOT NULL DEFAULT 'planned' CHECK (status IN ('planned', 'changed', 'cancelled')),
    facts_version INTEGER NOT NULL DEFAULT 1,       -- counts the edits; a run sends only the facts that it froze
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    purged_at TEXT
) STRICT;
CREATE INDEX events_by_name ON events (name_key);

CREATE TABLE templates (                            -- one row per language variant, as Meta returns it
    id INTEGER PRIMARY KEY,
    provider_template_id TEXT NOT NULL,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    status TEXT NOT NULL,
    category TEXT NOT NULL,
    parameter_format TEXT NOT NULL CHECK (parameter_format IN ('POSITIONAL', 'NAMED')),
    components TEXT NOT NULL CHECK (json_valid(components)),
    quality TEXT NOT NULL DEFAULT 'UNKNOWN',
    rejected_reason TEXT,
    status_at TEXT,                                 -- when a webhook last told each of the three
    quality_at TEXT,
    category_at TEXT,
    mapping TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(mapping)), -- {parameter: field}, remembered
    buttons TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(buttons)), -- {index: meaning}, proposed or chosen
    synced_at TEXT NOT NULL,
    UNIQUE (name, language)
) STRICT;

CREATE TABLE media (                                -- files that headers of templates show
    sha256 TEXT PRIMARY KEY,
    name TEXT NOT NULL,                             -- the file's
    kind TEXT NOT NULL,                             -- 'image/jpeg', ...
    content BLOB NOT NULL,
    added_at TEXT NOT NULL,
    added_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE media_uploads (                        -- under which id Meta has them, for each number apart
    sha256 TEXT NOT NULL REFERENCES media (sha256),
    phone_number_id TEXT NOT NULL,
    media_id TEXT NOT NULL,
    uploaded_at TEXT NOT NULL,
    PRIMARY KEY (sha256, phone_number_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE audiences (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    expression TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    saved_by TEXT NOT NULL
) STRICT;

CREATE TABLE rate_cards (                           -- Meta's prices as the organiser gave them; never changed
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,                             -- the file's
    currency TEXT NOT NULL,
    imported_at TEXT NOT NULL,
    imported_by TEXT NOT NULL
) STRICT;

CREATE TABLE rates (
    card INTEGER NOT NULL REFERENCES rate_cards (id),
    country TEXT NOT NULL,                          -- two letters; '*': every country without a line of its own
    category TEXT NOT NULL,                         -- as updates tell it: 'marketing', 'utility'
    valid_from TEXT NOT NULL,                       -- days of UTC, both included
    valid_until TEXT NOT NULL CHECK (valid_until >= valid_from),
    micros INTEGER NOT NULL CHECK (micros >= 0),    -- millionths of the card's currency, for one message
    PRIMARY KEY (card, country, category, valid_from)
) STRICT, WITHOUT ROWID;

CREATE TABLE invite_send_runs (
    id INTEGER PRIMARY KEY,
    event INTEGER NOT NULL REFERENCES events (id),
    purpose TEXT NOT NULL CHECK (purpose IN ('invitation', 'reminder', 'update', 'cancellation', 'test')),
    occasion TEXT NOT NULL,                         -- 'invitation' for every invitation; a name for the others
    template TEXT NOT NULL,
    language TEXT NOT NULL,                         -- a fixed variant, or 'auto': each person's own
    fallback TEXT,                                  -- the variant for people whose language has none
    audience TEXT NOT NULL,                         -- the expression
    policy TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(policy)),
    not_before TEXT,
    not_after TEXT,
    first_slice INTEGER,                            -- pause after so many, with the results
    rate_card INTEGER REFERENCES rate_cards (id),   -- the newest when the run was made; NULL: there was none
    max_cost INTEGER CHECK (max_cost >= 0),         -- millionths of the card's currency
    claimed_cost INTEGER,                           -- no less than what was spent so; NULL: to be counted anew
    facts_version INTEGER NOT NULL,                 -- the event's, when the run was frozen
    status TEXT NOT NULL CHECK (status IN ('draft', 'ready', 'sending', 'paused', 'finished', 'cancelled')),
    paused_because TEXT CHECK (paused_because IN ('operator', 'account', 'template', 'failure_burst', 'quality',
        'daily_limit', 'outside_window', 'facts_changed', 'listener_gap', 'cost', 'first_slice', 'sender_stopped',
        'storage', 'restored')),
    paused_detail TEXT NOT NULL DEFAULT '',
    operator TEXT NOT NULL,
    total INTEGER NOT NULL DEFAULT 0,
    eligible INTEGER NOT NULL DEFAULT 0,            -- as frozen at creation
    created_at TEXT NOT NULL,
    started_at TEXT,
    ended_at TEXT,
    changed_at TEXT NOT NULL,
    CHECK ((status = 'paused') = (paused_because IS NOT NULL))
) STRICT;
CREATE INDEX runs_by_event ON invite_send_runs (event);

CREATE TABLE run_variants (                         -- the texts that the run froze
    run INTEGER NOT NULL REFERENCES invite_send_runs (id),
    language TEXT NOT NULL,
    category TEXT NOT NULL,
    parameter_format TEXT NOT NULL,
    components TEXT NOT NULL CHECK (json_valid(components)),
    mapping TEXT NOT NULL CHECK (json_valid(mapping)),
    buttons TEXT NOT NULL CHECK (json_valid(buttons)),
    quality TEXT NOT NULL DEFAULT 'UNKNOWN',        -- Meta's, when the run was made or last resumed
    PRIMARY KEY (run, language)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_counters (                         -- exact in every transaction
    run INTEGER NOT NULL REFERENCES invite_send_runs (id),
    kind TEXT NOT NULL CHECK (kind IN ('state', 'block')),
    name TEXT NOT NULL,
    n INTEGER NOT NULL CHECK (n >= 0),
    PRIMARY KEY (run, kind, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE invited_otherwise (
    event INTEGER NOT NULL REFERENCES events (id),
    contact INTEGER NOT NULL REFERENCES contacts (id),
    via TEXT NOT NULL,
    at TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    PRIMARY KEY (event, contact)
) STRICT, WITHOUT ROWID;

-- ---------------------------------------------------------------- lifecycle
CREATE TABLE invite_messages (                      -- one row per recipient of a run, blocked ones included
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES invite_send_runs (id),
    event INTEGER NOT NULL REFERENCES events (id),
    purpose TEXT NOT NULL,
    occasion TEXT NOT NULL,
    contact INTEGER NOT NULL REFERENCES contacts (id),
    address TEXT,                                   -- E.164 with '+', or a user id; NULL where there is none
    address_kind TEXT CHECK (address_kind IN ('phone', 'user_id')),
    match_key TEXT,
    household TEXT NOT NULL DEFAULT '',
    places INTEGER NOT NULL DEFAULT 1,
    language TEXT,                                  -- of the variant
    parameters TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(parameters)), -- frozen
    verdict TEXT NOT NULL CHECK (verdict IN ('eligible', 'blocked')),
    block_reasons TEXT NOT NULL DEFAULT '',         -- strongest first, joined by commas
    state TEXT NOT NULL CHECK (state IN ('blocked', 'queued', 'sending', 'unconfirmed', 'cancelled',
        'accepted', 'sent', 'delivered', 'read', 'failed')),
    held INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1)),
    next_attempt_at TEXT NOT NULL,                  -- a queued message is not claimed before
    accepted_at TEXT,
    sent_at TEXT,
    delivered_at TEXT,
    read_at TEXT,
    failed_at TEXT,
    provider_message_id TEXT,
    error_code INTEGER,
    error_detail TEXT,
    slot_person INTEGER,                            -- taken when frozen, given back when certainly not sent
    slot_address TEXT,
    changed_at TEXT NOT NULL,
    UNIQUE (run, contact)
) STRICT;
CREATE UNIQUE INDEX one_live_message_per_person ON invite_messages (slot_person, event, purpose, occasion)
    WHERE slot_person IS NOT NULL;
CREATE UNIQUE INDEX one_live_message_per_address ON invite_messages (slot_address, event, purpose, occasion)
    WHERE slot_address IS NOT NULL;
CREATE INDEX messages_to_claim ON invite_messages (run, next_attempt_at) WHERE state = 'queued';
CREATE INDEX messages_by_run_state ON invite_messages (run, state, changed_at); -- newest changes are written side by side
CREATE INDEX messages_to_user_ids ON invite_messages (match_key) WHERE address_kind = 'user_id';
CREATE INDEX messages_by_contact ON invite_messages (contact, event);
CREATE INDEX messages_by_event ON invite_messages (event, purpose, occasion, run);
CREATE INDEX failed_messages_by_contact ON invite_messages (contact) WHERE state = 'failed';
CREATE INDEX messages_held ON invite_messages (run) WHERE state = 'accepted' AND held = 1;

CREATE TABLE send_attempts (                        -- one row per POST, written before it
    id TEXT PRIMARY KEY,                            -- random, ordered by time; travels as biz_opaque_callback_data
    message INTEGER NOT NULL REFERENCES invite_messages (id),
    n INTEGER NOT NULL,
    phone_number_id TEXT NOT NULL,
    claimed_at TEXT NOT NULL,
    outcome TEXT CHECK (outcome IN ('accepted', 'refused', 'unknown')), -- NULL while the answer is awaited
    outcome_at TEXT,
    cause TEXT,                                     -- why it is unknown, or who settled it
    state TEXT NOT NULL CHECK (state IN ('sending', 'unconfirmed', 'cancelled',
        'accepted', 'sent', 'delivered', 'read', 'failed')),
    held INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1)),
    accepted_at TEXT,
    sent_at TEXT,
    delivered_at TEXT,
    read_at TEXT,
    failed_at TEXT,
    http_status INTEGER,
    error_code INTEGER,
    error_detail TEXT,
    provider_message_id TEXT,
    wa_id TEXT,
    superseded_at TEXT,
    superseded_because TEXT
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX one_open_attempt_per_message ON send_attempts (message) WHERE superseded_at IS NULL;
CREATE UNIQUE INDEX attempt_by_provider_message_id ON send_attempts (provider_message_id, phone_number_id)
    WHERE provider_message_id IS NOT NULL;
CREATE INDEX attempts_by_message ON send_attempts (message);
CREATE INDEX attempts_in_flight ON send_attempts (state) WHERE state = 'sending';

CREATE TABLE message_prices (                       -- what an attempt costs; names nobody, and stays
    attempt TEXT PRIMARY KEY REFERENCES send_attempts (id),
    run INTEGER NOT NULL REFERENCES invite_send_runs (id),
    country TEXT NOT NULL DEFAULT '',               -- of the address, at the claim
    expected INTEGER,                               -- millionths of the card's currency, at the claim
    category TEXT,                                  -- as Meta told it; NULL while it has not
    billable INTEGER CHECK (billable IN (0, 1)),
    model TEXT,
    kind TEXT,                                      -- Meta's pricing.type: 'regular', 'free_customer_service', ...
    told_rank INTEGER NOT NULL DEFAULT -1           -- of the state that told it: the highest stands
) STRICT, WITHOUT ROWID;
CREATE INDEX prices_by_run ON message_prices (run);

CREATE TABLE message_transitions (
    id INTEGER PRIMARY KEY,
    message INTEGER NOT NULL REFERENCES invite_messages (id),
    attempt TEXT REFERENCES send_attempts (id),
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    provider_at TEXT,
    at TEXT NOT NULL,
    cause TEXT NOT NULL
) STRICT;
CREATE INDEX transitions_by_message ON message_transitions (message);

CREATE TABLE alarms (                               -- what must not be missed
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('sent_twice', 'two_provider_ids', 'one_provider_id', 'released_slot')),
    message INTEGER NOT NULL REFERENCES invite_messages (id),
    attempt TEXT REFERENCES send_attempts (id),
    detail TEXT NOT NULL,
    at TEXT NOT NULL,
    acknowledged_at TEXT,
    acknowledged_by TEXT,
    UNIQUE (kind, message, detail)
) STRICT;

-- ---------------------------------------------------------------- delivery
CREATE TABLE webhook_receipts (                     -- every update once
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,                       -- SHA-256 of (kind, phone number id, id, status, timestamp, error code)
    kind TEXT NOT NULL,
    phone_number_id TEXT,
    provider_message_id TEXT,
    attempt TEXT,                                   -- biz_opaque_callback_data, if it came
    status TEXT,
    provider_at TEXT,
    error_code INTEGER,
    message INTEGER REFERENCES invite_messages (id),
    outcome TEXT NOT NULL CHECK (outcome IN ('applied', 'stale', 'unmatched', 'ignored', 'quarantined')),
    update_json TEXT CHECK (update_json IS NULL OR json_valid(update_json)), -- kept while unmatched
    body BLOB,                                      -- bounded, of the odd ones only
    note TEXT NOT NULL DEFAULT '',
    seen INTEGER NOT NULL DEFAULT 1,
    received_at TEXT NOT NULL
) STRICT;
CREATE INDEX receipts_on_the_shelf ON webhook_receipts (provider_message_id) WHERE outcome = 'unmatched';
CREATE INDEX receipts_waiting_for_attempt ON webhook_receipts (attempt) WHERE outcome = 'unmatched';
CREATE INDEX receipts_shelved_since ON webhook_receipts (received_at) WHERE outcome = 'unmatched';
CREATE INDEX receipts_with_body ON webhook_receipts (id) WHERE body IS NOT NULL;
CREATE INDEX receipts_by_message ON webhook_receipts (message) WHERE kind = 'status' AND message IS NOT NULL;

CREATE TABLE replies (                              -- taps, texts, and answers recorded by hand
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('tap', 'text', 'media', 'manual')),
    contact INTEGER REFERENCES contacts (id),
    event INTEGER REFERENCES events (id),
    message INTEGER REFERENCES invite_messages (id),
    address TEXT,                                   -- who wrote, as Meta says it
    match_key TEXT,
    profile_name TEXT NOT NULL DEFAULT '',
    answer TEXT CHECK (answer IN ('yes', 'no', 'maybe', 'stop', 'none')),
    places INTEGER CHECK (places > 0),
    body TEXT NOT NULL DEFAULT '',
    given_at TEXT NOT NULL,                         -- by its own time
    provider_message_id TEXT UNIQUE,
    context_message_id TEXT,                        -- the message that was tapped or quoted
    status TEXT NOT NULL CHECK (status IN ('answer', 'stop', 'possible_opt_out', 'unread', 'done')),
    recorded_at TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    dealt_at TEXT,
    dealt_by TEXT
) STRICT;
CREATE INDEX replies_by_contact ON replies (contact, event, given_at);
CREATE INDEX replies_by_event ON replies (event, contact);
CREATE INDEX replies_by_message ON replies (message) WHERE message IS NOT NULL;
CREATE INDEX replies_without_message ON replies (context_message_id) WHERE message IS NULL;
CREATE INDEX replies_waiting ON replies (match_key) WHERE status IN ('unread', 'possible_opt_out');
CREATE INDEX replies_possible_opt_outs ON replies (match_key) WHERE status = 'possible_opt_out';

CREATE TABLE reply_addresses (                      -- of a text that waits to be read: every address that Meta told
    reply INTEGER NOT NULL REFERENCES replies (id),
    match_key TEXT NOT NULL,
    key_hash TEXT NOT NULL,                         -- keyed: by it a doubt follows the changes of address
    address TEXT NOT NULL,
    PRIMARY KEY (reply, match_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX reply_addresses_by_match_key ON reply_addresses (match_key);

CREATE TABLE listener_status (                      -- one row per life of the listener
    id INTEGER PRIMARY KEY,
    pid INTEGER NOT NULL,
    address TEXT NOT NULL,
    started_at TEXT NOT NULL,
    heartbeat_at TEXT NOT NULL,
    stopped_at TEXT,
    last_update_at TEXT,
    bodies INTEGER NOT NULL DEFAULT 0,
    applied INTEGER NOT NULL DEFAULT 0,
    stale INTEGER NOT NULL DEFAULT 0,
    unmatched INTEGER NOT NULL DEFAULT 0,
    ignored INTEGER NOT NULL DEFAULT 0,
    quarantined INTEGER NOT NULL DEFAULT 0,
    repeated INTEGER NOT NULL DEFAULT 0,
    refused_signatures INTEGER NOT NULL DEFAULT 0,
    refused_in_a_row INTEGER NOT NULL DEFAULT 0,    -- signed, but by nobody of ours, since the last that was
    last_refused_at TEXT
) STRICT;

CREATE TABLE listener_gaps (                        -- absences longer than Meta redelivers: stops may be lost
    id INTEGER PRIMARY KEY,
    away_since TEXT NOT NULL UNIQUE,
    back_since TEXT NOT NULL CHECK (back_since > away_since),
    found_at TEXT NOT NULL,
    accepted_at TEXT,
    accepted_by TEXT,
    reason TEXT NOT NULL DEFAULT '',
    CHECK ((accepted_at IS NULL) = (accepted_by IS NULL))
) STRICT;

CREATE TABLE account_facts (                        -- the newest that Meta said of the number and the account
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL CHECK (json_valid(value)),
    at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- ---------------------------------------------------------------- the record
CREATE TABLE operator_acts (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    by TEXT NOT NULL,
    role TEXT NOT NULL,
    act TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(detail))
) STRICT;
CREATE INDEX acts_by_subject ON operator_acts (subject_kind, subject);

CREATE TABLE store_facts (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE guard_remains (                        -- what the guard knew and an older file did not
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('block', 'revoke', 'attempt')),
    key_hash TEXT NOT NULL,                         -- keyed hash of the match key, or of an attempt's slot
    name_hash TEXT NOT NULL DEFAULT '',             -- of a revocation: keyed hash of the person's name
    scope TEXT NOT NULL DEFAULT '',
    at TEXT NOT NULL,
    attempt TEXT UNIQUE,
    phone_number_id TEXT,
    message INTEGER REFERENCES invite_messages (id) -- of an attempt: the message that it was found to be of
) STRICT;
CREATE INDEX guard_remains_without_place ON guard_remains (kind, key_hash) WHERE message IS NULL;

-- ---------------------------------------------------------------- search as you type
CREATE TABLE search_pending (                       -- whom the index (store/search_index.py) knows otherwise than they are
    contact INTEGER PRIMARY KEY
) STRICT;
CREATE TRIGGER a_new_person_is_searched_for AFTER INSERT ON contacts
BEGIN INSERT INTO search_pending VALUES (NEW.id) ON CONFLICT DO NOTHING; END;
CREATE TRIGGER a_changed_person_is_searched_for AFTER UPDATE OF name_key, merged_into, erased_at ON contacts
WHEN NEW.name_key IS NOT OLD.name_key OR NEW.merged_into IS NOT OLD.merged_into OR NEW.erased_at IS NOT OLD.erased_at
BEGIN INSERT INTO search_pending VALUES (NEW.id) ON CONFLICT DO NOTHING; END;
CREATE TRIGGER a_new_address_is_searched_for AFTER INSERT ON contact_identities
WHEN NEW.kind <> 'user_id'
BEGIN INSERT INTO search_pending VALUES (NEW.contact) ON CONFLICT DO NOTHING; END;
CREATE TRIGGER a_lost_address_is_not_searched_for AFTER DELETE ON contact_identities
WHEN OLD.kind <> 'user_id'
BEGIN INSERT INTO search_pending VALUES (OLD.contact) ON CONFLICT DO NOTHING; END;
CREATE TRIGGER a_new_tag_is_searched_for AFTER INSERT ON contact_tags
BEGIN INSERT INTO search_pending VALUES (NEW.contact) ON CONFLICT DO NOTHING; END;
CREATE TRIGGER a_lost_tag_is_not_searched_for AFTER DELETE ON contact_tags
BEGIN INSERT INTO search_pending VALUES (OLD.contact) ON CONFLICT DO NOTHING; END;

-- ---------------------------------------------------------------- append-only, enforced
-- Erasure replaces a match key by its keyed hash and empties what names the person (address, reason, source of
-- a consent, wording, evidence, details), and the transitions of an event go when its personal data is purged;
-- nothing else may change or take away a row of the record.
CREATE TRIGGER do_not_message_is_append_only BEFORE UPDATE ON do_not_message
WHEN NEW.id IS NOT OLD.id OR NEW.act IS NOT OLD.act OR NEW.scope IS NOT OLD.scope OR NEW.source IS NOT OLD.source
    OR NEW.at IS NOT OLD.at OR NEW.recorded_at IS NOT OLD.recorded_at OR NEW.recorded_by IS NOT OLD.recorded_by
    OR (NEW.match_key IS NOT NULL AND NEW.match_key IS NOT OLD.match_key)
    OR (OLD.key_hash IS NOT NULL AND NEW.key_hash IS NOT OLD.key_hash)
    OR (NEW.address IS NOT NULL AND NEW.address IS NOT OLD.address)
    OR (NEW.contact IS NOT NULL AND NEW.contact IS NOT OLD.contact)
    OR (NEW.receipt IS NOT NULL AND NEW.receipt IS NOT OLD.receipt)
    OR (NEW.reason <> '' AND NEW.reason IS NOT OLD.reason)
BEGIN SELECT RAISE(ABORT, 'do_not_message is append-only'); END;
CREATE TRIGGER do_not_message_is_never_deleted BEFORE DELETE ON do_not_message
BEGIN SELECT RAISE(ABORT, 'do_not_message is append-only'); END;

CREATE TRIGGER consents_are_append_only BEFORE UPDATE ON consents
WHEN NEW.id IS NOT OLD.id OR NEW.contact IS NOT OLD.contact OR NEW.act IS NOT OLD.act OR NEW.scope IS NOT OLD.scope
    OR NEW.at IS NOT OLD.at OR NEW.recorded_at IS NOT OLD.recorded_at OR NEW.recorded_by IS NOT OLD.recorded_by
    OR (NEW.source <> '' AND NEW.source IS NOT OLD.source)
    OR (NEW.wording <> '' AND NEW.wording IS NOT OLD.wording)
    OR (NEW.evidence_ref <> '' AND NEW.evidence_ref IS NOT OLD.evidence_ref)
BEGIN SELECT RAISE(ABORT, 'consents are append-only'); END;
CREATE TRIGGER consents_are_never_deleted BEFORE DELETE ON consents
BEGIN SELECT RAISE(ABORT, 'consents are append-only'); END;

CREATE TRIGGER message_transitions_are_append_only BEFORE UPDATE ON message_transitions
WHEN NEW.id IS NOT OLD.id OR NEW.message IS NOT OLD.message OR NEW.attempt IS NOT OLD.attempt
    OR NEW.from_state IS NOT OLD.from_state OR NEW.to_state IS NOT OLD.to_state
    OR NEW.provider_at IS NOT OLD.provider_at OR NEW.at IS NOT OLD.at
    OR (NEW.cause <> '' AND NEW.cause IS NOT OLD.cause)
BEGIN SELECT RAISE(ABORT, 'message_transitions are append-only'); END;
CREATE TRIGGER message_transitions_go_with_their_purged_event BEFORE DELETE ON message_transitions
WHEN NOT EXISTS (SELECT 1 FROM invite_messages JOIN events ON events.id = invite_messages.event
    WHERE invite_messages.id = OLD.message AND events.purged_at IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'message_transitions are append-only'); END;

CREATE TRIGGER operator_acts_are_append_only BEFORE UPDATE ON operator_acts
WHEN NEW.id IS NOT OLD.id OR NEW.at IS NOT OLD.at OR NEW.by IS NOT OLD.by OR NEW.role IS NOT OLD.role
    OR NEW.act IS NOT OLD.act OR NEW.subject_kind IS NOT OLD.subject_kind
    OR (NEW.subject <> '' AND NEW.subject IS NOT OLD.subject)
    OR (NEW.reason <> '' AND NEW.reason IS NOT OLD.reason)
    OR (NEW.detail <> '{}' AND NEW.detail IS NOT OLD.detail)
BEGIN SELECT RAISE(ABORT, 'operator_acts are append-only'); END;
CREATE TRIGGER operator_acts_are_never_deleted BEFORE DELETE ON operator_acts
BEGIN SELECT RAISE(ABORT, 'operator_acts are append-only'); END;

-- ---------------------------------------------------------------- an erased person stays erased
-- Whatever is written about their messages afterwards, by a webhook that comes late say, loses what would name
-- them: a message id of WhatsApp's holds the phone number.
CREATE TRIGGER an_erased_persons_attempt_names_nobody
AFTER UPDATE OF provider_message_id, wa_id, error_detail ON send_attempts
WHEN (NEW.provider_message_id IS NOT NULL OR NEW.wa_id IS NOT NULL OR NEW.error_detail IS NOT NULL)
    AND (SELECT contacts.erased_at FROM invite_messages JOIN contacts ON contacts.id = invite_messages.contact
         WHERE invite_messages.id = NEW.message) IS NOT NULL
BEGIN
    UPDATE send_attempts SET provider_message_id = NULL, wa_id = NULL, error_detail = NULL WHERE id = NEW.id;
END;
CREATE TRIGGER an_erased_persons_message_names_nobody
AFTER UPDATE OF provider_message_id, error_detail ON invite_messages
WHEN (NEW.provider_message_id IS NOT NULL OR NEW.error_detail IS NOT NULL)
    AND (SELECT erased_at FROM contacts WHERE id = NEW.contact) IS NOT NULL
BEGIN
    UPDATE invite_messages SET provider_message_id = NULL, error_detail = NULL WHERE id = NEW.id;
END;
CREATE TRIGGER an_erased_persons_transition_names_nobody AFTER INSERT ON message_transitions
WHEN NEW.cause LIKE 'refused%' AND (SELECT contacts.erased_at FROM invite_messages
    JOIN contacts ON contacts.id = invite_messages.contact WHERE invite_messages.id = NEW.message) IS NOT NULL
BEGIN
    UPDATE message_transitions SET cause = '' WHERE id = NEW.id;
END;
CREATE TRIGGER an_erased_persons_receipt_names_nobody AFTER INSERT ON webhook_receipts
WHEN NEW.message IS NOT NULL AND EXISTS (SELECT 1 FROM contacts WHERE erased_at IS NOT NULL) AND (SELECT contacts.erased_at FROM invite_messages
    JOIN contacts ON contacts.id = invite_messages.contact WHERE invite_messages.id = NEW.message) IS NOT NULL
BEGIN
    UPDATE webhook_receipts SET provider_message_id = NULL, update_json = NULL, body = NULL WHERE id = NEW.id;
END;
CREATE TRIGGER an_erased_persons_settled_receipt_names_nobody AFTER UPDATE OF message ON webhook_receipts
WHEN NEW.message IS NOT NULL AND (SELECT contacts.erased_at FROM invite_messages
    JOIN contacts ON contacts.id = invite_messages.contact WHERE invite_messages.id = NEW.message) IS NOT NULL
BEGIN
    UPDATE webhook_receipts SET provider_message_id = NULL, update_json = NULL, body = NULL WHERE id = NEW.id;
END;
CREATE TRIGGER an_erased_persons_reply_names_nobody AFTER INSERT ON replies
WHEN NEW.contact IS NOT NULL AND (SELECT erased_at FROM contacts WHERE id = NEW.contact) IS NOT NULL
BEGIN
    UPDATE replies SET address = NULL, match_key = NULL, profile_name = '', body = '', provider_message_id = NULL,
        context_message_id = NULL, status = CASE status WHEN 'answer' THEN 'answer' ELSE 'done' END WHERE id = NEW.id;
END;
CREATE TRIGGER an_erased_persons_linked_reply_names_nobody AFTER UPDATE OF contact ON replies
WHEN NEW.contact IS NOT NULL AND (SELECT erased_at FROM contacts WHERE id = NEW.contact) IS NOT NULL
BEGIN
    UPDATE replies SET address = NULL, match_key = NULL, profile_name = '', body = '', provider_message_id = NULL,
        context_message_id = NULL, status = CASE status WHEN 'answer' THEN 'answer' ELSE 'done' END WHERE id = NEW.id;
    DELETE FROM reply_addresses WHERE reply = NEW.id;
END;

-- ---------------------------------------------------------------- views for reading the file with other programs
-- docs/query.md explains them. They hold what the screens show: no hash, no receipt, nobody who was erased.
CREATE VIEW v_people AS
SELECT person.id AS contact, person.name, person.language, person.household, person.places,
    (SELECT value FROM contact_identities AS own WHERE own.contact = person.id AND own.retired_at IS NULL
        AND own.kind = 'phone' ORDER BY own.usable DESC, own.position, own.id LIMIT 1) AS phone,
    (SELECT group_concat(name, ', ') FROM (SELECT tags.name FROM contact_tags JOIN tags ON tags.id = contact_tags.tag
        WHERE contact_tags.contact = person.id ORDER BY tags.name_key)) AS tags,
    CASE WHEN last.act = 'grant' THEN 'given' WHEN last.act = 'revoke' THEN 'taken back' ELSE 'none' END AS consent,
    last.at AS consent_at, last.source AS consent_source,
    EXISTS (SELECT 1 FROM contact_identities AS own JOIN contacts AS known ON known.id = own.contact
        JOIN do_not_message AS stop ON stop.match_key = own.match_key
        WHERE (known.id = person.id OR known.merged_into = person.id) AND stop.scope = 'all' AND stop.act = 'block'
            AND NOT EXISTS (SELECT 1 FROM do_not_message AS lifted WHERE lifted.match_key = stop.match_key
                AND lifted.scope = 'all' AND lifted.act = 'lift' AND lifted.at > stop.at)) AS do_not_message,
    EXISTS (SELECT 1 FROM contact_identities AS own JOIN contacts AS known ON known.id = own.contact
        JOIN do_not_message AS stop ON stop.match_key = own.match_key
        WHERE (known.id = person.id OR known.merged_into = person.id) AND stop.scope = 'marketing'
            AND stop.act = 'block'
            AND NOT EXISTS (SELECT 1 FROM do_not_message AS lifted WHERE lifted.match_key = stop.match_key
                AND lifted.scope = 'marketing' AND lifted.act = 'lift' AND lifted.at > stop.at)) AS marketing_stopped
FROM contacts AS person LEFT JOIN consents AS last ON last.id = (
    SELECT said.id FROM consents AS said JOIN contacts AS known ON known.id = said.contact
    WHERE (known.id = person.id OR known.merged_into = person.id) AND said.scope IN ('invitations', 'all')
    ORDER BY said.at DESC, said.act DESC, said.id DESC LIMIT 1)
WHERE person.merged_into IS NULL AND person.erased_at IS NULL;

CREATE VIEW v_messages AS
SELECT messages.id AS message, messages.run, messages.event, events.name AS event_name, messages.purpose,
    messages.occasion, runs.template, messages.language, person.id AS contact, person.name,
    messages.address AS phone, messages.state, messages.held, messages.block_reasons, messages.error_code,
    messages.error_detail, messages.accepted_at, messages.sent_at, messages.delivered_at, messages.read_at,
    messages.failed_at, messages.changed_at
FROM invite_messages AS messages JOIN contacts AS own ON own.id = messages.contact
JOIN contacts AS person ON person.id = coalesce(own.merged_into, own.id)
JOIN events ON events.id = messages.event JOIN invite_send_runs AS runs ON runs.id = messages.run
WHERE person.erased_at IS NULL AND own.erased_at IS NULL;

CREATE VIEW v_answers AS
SELECT event, event_name, contact, name, answer, places, answered_at, late, kind FROM (
    SELECT events.id AS event, events.name AS event_name, person.id AS contact, person.name, given.answer,
        CASE WHEN given.answer = 'yes' THEN coalesce(given.places, person.places) ELSE 0 END AS places,
        given.given_at AS answered_at, coalesce(given.given_at > events.answer_by, 0) AS late, given.kind,
        row_number() OVER (PARTITION BY events.id, person.id ORDER BY given.given_at DESC, given.id DESC) AS turn
    FROM replies AS given JOIN contacts AS own ON own.id = given.contact
    JOIN contacts AS person ON person.id = coalesce(own.merged_into, own.id)
    JOIN events ON events.id = given.event
    WHERE given.status = 'answer' AND given.answer IN ('yes', 'no', 'maybe') AND person.erased_at IS NULL)
WHERE turn = 1;

CREATE VIEW v_not_reached AS
SELECT event, event_name, contact, name, phone,
    CASE WHEN state = 'accepted' AND held = 1 THEN 'held' WHEN state IN ('accepted', 'sent') THEN 'undelivered'
        ELSE state END AS state,
    block_reasons, error_code, since, message, run FROM (
    SELECT events.id AS event, events.name AS event_name, person.id AS contact, person.name, messages.address AS phone,
        messages.state, messages.held, messages.block_reasons, messages.error_code,
        coalesce(messages.accepted_at, messages.changed_at) AS since, messages.id AS message, messages.run,
        row_number() OVER (PARTITION BY events.id, person.id ORDER BY CASE messages.state
            WHEN 'sent' THEN 0 WHEN 'accepted' THEN 0 WHEN 'unconfirmed' THEN 1 WHEN 'sending' THEN 2
            WHEN 'queued' THEN 2 ELSE 3 END, messages.id DESC) AS turn
    FROM invite_messages AS messages JOIN contacts AS own ON own.id = messages.contact
    JOIN contacts AS person ON person.id = coalesce(own.merged_into, own.id)
    JOIN events ON events.id = messages.event
    WHERE messages.purpose = 'invitation' AND person.erased_at IS NULL) AS newest
WHERE turn = 1 AND state NOT IN ('queued', 'sending')
    AND (state NOT IN ('accepted', 'sent') OR held = 1 OR since <= strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-3 days'))
    AND NOT EXISTS (SELECT 1 FROM contacts AS own WHERE (own.id = newest.contact OR own.merged_into = newest.contact)
        AND (EXISTS (SELECT 1 FROM invite_messages AS got WHERE got.contact = own.id AND got.event = newest.event
                AND got.purpose = 'invitation' AND (got.delivered_at IS NOT NULL OR got.read_at IS NOT NULL))
            OR EXISTS (SELECT 1 FROM invited_otherwise AS told
                WHERE told.contact = own.id AND told.event = newest.event)
            OR EXISTS (SELECT 1 FROM replies AS given WHERE given.contact = own.id AND given.event = newest.event
                AND given.status = 'answer' AND given.answer IN ('yes', 'no', 'maybe'))));
