"""Why a person may not be messaged: each reason a rule with its name, its words and its condition.

A condition is SQL over one `person` row of the resolver (`verdicts`), so that a million people are
judged in one statement and the claim before each POST judges with the very same text. Values bound:
`:run, :freezing, :event, :purpose, :occasion, :now, :not_after, :per_household`, and those of
`restraint.bound`. The query holds `DOUBTED` beside `person`.
"""

from dataclasses import dataclass
from enum import StrEnum

from invite_core.invitations.audience import INVITED_STATES, last_answer
from invite_core.invitations.countries import NOT_SERVED
from invite_core.invitations.restraint import CAPPED, LEFT_OUT
from invite_core.people.addressing import of_nobody_else, own_contacts
from invite_core.people.consent import CONSENT_HOLDS
from invite_core.people.do_not_message import BLOCKED, MARKETING_STOPPED


class BlockReason(StrEnum):
    """Why a person is blocked, strongest first (design, section 8)."""

    ERASED = "erased"
    """The person asked for their data to be erased."""
    DO_NOT_MESSAGE = "do_not_message"
    """The person, or someone who shares the number, asked not to be messaged."""
    MARKETING_OPT_OUT = "marketing_opt_out"
    """The person stopped marketing messages inside WhatsApp."""
    POSSIBLE_OPT_OUT = "possible_opt_out"
    """The person wrote something that may mean stop; the organiser has to read it."""
    NO_CONSENT = "no_consent"
    """No agreement to be messaged is on record, or it was revoked."""
    NO_ADDRESS = "no_address"
    """There is no number, or the one the run froze is no longer theirs."""
    INVALID_NUMBER = "invalid_number"
    """No mobile phone can have this number."""
    COUNTRY_NOT_SERVED = "country_not_served"
    """Meta does not deliver to this country."""
    UNREACHABLE = "unreachable"
    """Meta could not reach this number before."""
    ALREADY_INVITED = "already_invited"
    """This person already has, or may have, this message."""
    INVITED_OTHERWISE = "invited_otherwise"
    """The person was invited in another way."""
    ALREADY_ANSWERED = "already_answered"
    """The person, or with one message per household someone of theirs, has answered this invitation."""
    SAME_NUMBER = "same_number"
    """Another person with the same number gets this message."""
    SAME_HOUSEHOLD = "same_household"
    """Someone of the same household gets the invitation, or was invited in another way."""
    FREQUENCY_CAP = "frequency_cap"
    """The person has had enough messages lately."""
    TOO_LATE = "too_late"
    """The time until which this message makes sense is over."""
    TEMPLATE_NOT_APPROVED = "template_not_approved"
    """Meta has not approved the template in this person's language."""
    LANGUAGE_NOT_AVAILABLE = "language_not_available"
    """The template has no text in this person's language, and there is no fall-back."""
    MISSING_PARAMETER = "missing_parameter"
    """A word that the template needs is missing for this person."""
    TEXT_TOO_LONG = "text_too_long"
    """With this person's words in it the text is longer than Meta takes."""


REMEDIES: dict[BlockReason, str] = {
    BlockReason.ERASED: "Nothing can be done, and nothing should be.",
    BlockReason.DO_NOT_MESSAGE: "Leave it. Only if they asked to be messaged again: lift the block with a reason.",
    BlockReason.MARKETING_OPT_OUT: "Only the person can resume messages, in WhatsApp. Invite them in another way.",
    BlockReason.POSSIBLE_OPT_OUT: "Read what they wrote (`invite-tui inbox list`), then `inbox stop` or `inbox done`.",
    BlockReason.NO_CONSENT: "Ask them, then record how and when they agreed.",
    BlockReason.NO_ADDRESS: "Add a number. Where the one the run froze is no longer theirs: make a new run.",
    BlockReason.INVALID_NUMBER: "Correct the number.",
    BlockReason.COUNTRY_NOT_SERVED: "Invite them in another way.",
    BlockReason.UNREACHABLE: "Check the number, wait some days, or invite them in another way.",
    BlockReason.ALREADY_INVITED: (
        "They have it, or it waits in another run: go on with that run, or cancel it and send again."
    ),
    BlockReason.INVITED_OTHERWISE: "Nothing to do.",
    BlockReason.ALREADY_ANSWERED: "Nothing to do.",
    BlockReason.SAME_NUMBER: "Nothing to do; give them a number of their own if they want their own invitation.",
    BlockReason.SAME_HOUSEHOLD: "Nothing to do; the household's invitation stands for all its places.",
    BlockReason.FREQUENCY_CAP: "Wait some days.",
    BlockReason.TOO_LATE: "Set a later --not-after, if it still makes sense.",
    BlockReason.TEMPLATE_NOT_APPROVED: "Wait for Meta's approval, then run `invite-tui templates sync`.",
    BlockReason.LANGUAGE_NOT_AVAILABLE: "Add the language in Meta's template manager, or choose a --fallback.",
    BlockReason.MISSING_PARAMETER: "Fill in what is missing (the name, say), or map the parameter to something else.",
    BlockReason.TEXT_TOO_LONG: "Shorten what is filled in, or map the parameter to something shorter.",
}
"""What the organiser can do about each reason."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason and the condition on `person` under which it blocks."""

    reason: BlockReason
    sql: str


# `+ 0` keeps the engine from walking through all messages of the event once per person.
_SAME_MESSAGE = """other.event + 0 = :event AND other.purpose = :purpose AND other.occasion = :occasion
    AND other.run <> :run AND :purpose <> 'test'"""

# Two entries of one run may have become one person since: what went to the other went to this person.
_SAME_MESSAGE_TO_ONE = """other.event + 0 = :event AND other.purpose = :purpose AND other.occasion = :occasion
    AND (other.run <> :run OR other.contact <> person.contact) AND :purpose <> 'test'"""

# What is asked of `anybody` is asked once, before that which implies it is asked of each person.
_ANOTHER_RUN = """EXISTS (SELECT 1 FROM invite_messages AS anybody WHERE anybody.event = :event
    AND anybody.purpose = :purpose AND anybody.occasion = :occasion AND anybody.run {than} :run)"""

_ANYBODY_HAS_IT = f"({_ANOTHER_RUN.format(than='<')} OR {_ANOTHER_RUN.format(than='>')})"

_IS_OUT = f"(other.state IN {INVITED_STATES} OR other.delivered_at IS NOT NULL OR other.read_at IS NOT NULL)"

_MAY_HAVE_IT = f"(other.slot_person IS NOT NULL OR {_IS_OUT})"

_OWN_CONTACTS = own_contacts("person.contact")

_MATES = """contacts AS mate
    WHERE mate.household = person.household AND mate.household <> '' AND mate.id <> person.contact"""

# CROSS JOIN begins with the few replies, and `|| ''` below with each person's few addresses.
DOUBTED = """doubted (match_key, key_hash) AS (
    SELECT match_key, NULL FROM replies WHERE status = 'possible_opt_out'
    UNION SELECT told.match_key, told.key_hash FROM replies CROSS JOIN reply_addresses AS told
        WHERE replies.status = 'possible_opt_out' AND told.reply = replies.id
    UNION SELECT went.match_key, went.new_hash FROM doubted
        JOIN address_changes AS went ON went.old_hash = doubted.key_hash)"""
"""A recursive table of the query: every address of those who wrote what may mean stop, and wherever people went
from there, as blocks follow them (`people.left_addresses`)."""

# Somebody who hides their number may be in the file twice: under their id alone, and under the number that WhatsApp
# told that id beside. Only the entry with the number is written to, unless the other has the message already.
_HAS_AN_ENTRY_WITH_A_NUMBER = """:purpose <> 'test' AND person.address_kind = 'user_id' AND EXISTS (
    SELECT 1 FROM contact_identities AS known JOIN contacts AS owner ON owner.id = known.contact
    JOIN contact_identities AS phone ON phone.contact = owner.id AND phone.kind = 'phone' AND phone.retired_at IS NULL
    WHERE known.match_key = person.match_key AND owner.id <> person.contact
    AND owner.merged_into IS NULL AND owner.erased_at IS NULL)"""

_HAS_IT_UNDER_THEIR_ID = f"""EXISTS (SELECT 1 FROM invite_messages AS anybody WHERE anybody.address_kind = 'user_id')
    AND EXISTS (SELECT 1 FROM contact_identities AS own
        JOIN invite_messages AS other ON other.match_key = own.match_key AND other.address_kind = 'user_id'
        WHERE own.contact IN {_OWN_CONTACTS} AND own.kind = 'user_id' AND other.contact <> person.contact
        AND {_IS_OUT} AND {_SAME_MESSAGE_TO_ONE})"""

RULES: tuple[Rule, ...] = (
    Rule(BlockReason.ERASED, "person.erased_at IS NOT NULL"),
    Rule(BlockReason.DO_NOT_MESSAGE, BLOCKED),
    Rule(
        BlockReason.MARKETING_OPT_OUT,
        f"""EXISTS (SELECT 1 FROM do_not_message AS anybody WHERE anybody.scope = 'marketing')
            AND {MARKETING_STOPPED}""",
    ),
    Rule(
        BlockReason.POSSIBLE_OPT_OUT,
        f"""EXISTS (SELECT 1 FROM replies AS anybody WHERE anybody.status = 'possible_opt_out') AND (
            EXISTS (SELECT 1 FROM contact_identities AS own WHERE own.contact IN {_OWN_CONTACTS}
                AND own.match_key || '' IN (SELECT match_key FROM doubted WHERE match_key IS NOT NULL))
            OR EXISTS (SELECT 1 FROM replies WHERE replies.status = 'possible_opt_out'
                AND replies.contact IN {_OWN_CONTACTS}))""",
    ),
    Rule(BlockReason.NO_CONSENT, f"NOT ({CONSENT_HOLDS})"),
    Rule(
        BlockReason.NO_ADDRESS,
        f"""person.address IS NULL OR :run <> :freezing AND EXISTS (SELECT 1 FROM invite_messages AS frozen
            WHERE frozen.run = :run AND frozen.contact = person.contact AND NOT EXISTS (
                SELECT 1 FROM contact_identities AS still WHERE still.contact IN {_OWN_CONTACTS}
                AND still.match_key = frozen.match_key AND still.retired_at IS NULL))""",
    ),
    Rule(BlockReason.INVALID_NUMBER, "person.address IS NOT NULL AND person.usable = 0"),
    Rule(BlockReason.COUNTRY_NOT_SERVED, NOT_SERVED),
    Rule(BlockReason.UNREACHABLE, f":purpose <> 'test' AND {LEFT_OUT}"),
    Rule(
        BlockReason.ALREADY_INVITED,
        f"""EXISTS (SELECT 1 FROM invite_messages AS other
            WHERE other.contact IN {_OWN_CONTACTS} AND {_SAME_MESSAGE_TO_ONE} AND {_MAY_HAVE_IT})""",
    ),
    Rule(
        BlockReason.INVITED_OTHERWISE,
        f""":purpose = 'invitation' AND EXISTS (SELECT 1 FROM invited_otherwise
            WHERE invited_otherwise.event = :event AND invited_otherwise.contact IN {_OWN_CONTACTS})""",
    ),
    Rule(
        BlockReason.ALREADY_ANSWERED,
        f""":purpose IN ('invitation', 'reminder') AND (EXISTS ({last_answer("person.contact", ":event")})
            OR :per_household = 1 AND person.household <> '' AND EXISTS (SELECT 1 FROM {_MATES}
                AND EXISTS ({last_answer("mate.id", ":event")})))""",
    ),
    Rule(
        BlockReason.SAME_NUMBER,
        f"""{_ANYBODY_HAS_IT} AND (
            EXISTS (SELECT 1 FROM invite_messages AS other WHERE other.slot_address = person.match_key
                AND other.contact <> person.contact AND {_SAME_MESSAGE})
            OR EXISTS (SELECT 1 FROM contact_identities AS sharing
                JOIN invite_messages AS other ON other.contact = sharing.contact
                WHERE sharing.match_key = person.match_key AND sharing.contact <> person.contact
                AND other.match_key = person.match_key AND {_IS_OUT} AND {_SAME_MESSAGE}))
            OR {_HAS_AN_ENTRY_WITH_A_NUMBER} OR {_HAS_IT_UNDER_THEIR_ID}""",
    ),
    Rule(
        BlockReason.SAME_HOUSEHOLD,
        f""":per_household = 1 AND person.household <> '' AND (
            {_ANYBODY_HAS_IT} AND EXISTS (SELECT 1 FROM {_MATES} AND EXISTS (SELECT 1 FROM invite_messages AS other
                WHERE other.contact = mate.id AND {_SAME_MESSAGE} AND {_MAY_HAVE_IT}))
            OR :purpose = 'invitation' AND EXISTS (SELECT 1 FROM {_MATES} AND EXISTS (SELECT 1 FROM invited_otherwise
                WHERE invited_otherwise.event = :event AND invited_otherwise.contact = mate.id)))""",
    ),
    Rule(BlockReason.FREQUENCY_CAP, CAPPED),
    Rule(BlockReason.TOO_LATE, ":not_after IS NOT NULL AND :now >= :not_after"),
    Rule(BlockReason.TEMPLATE_NOT_APPROVED, "person.variant IS NOT NULL AND person.approved = 0"),
    Rule(BlockReason.LANGUAGE_NOT_AVAILABLE, "person.variant IS NULL"),
    Rule(BlockReason.MISSING_PARAMETER, "person.unfit = 1"),
    Rule(BlockReason.TEXT_TOO_LONG, "person.unfit = 2"),
)
"""The rules in force, strongest first."""


def reasons_sql() -> str:
    """All reasons of one `person` as text, strongest first, each followed by a comma."""
    reasons = "\n || ".join(f"CASE WHEN {rule.sql} THEN '{rule.reason},' ELSE '' END" for rule in RULES)
    return f"CASE WHEN person.has_merged THEN {reasons}\nELSE {of_nobody_else(reasons)} END"
