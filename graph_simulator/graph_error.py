"""Meta's refusals: which HTTP status and words belong to a code, and the JSON they travel in. Pure.

Source: Meta, support/error-codes (statuses from its edition of December 2025).
"""

from typing import Any

UNKNOWN_OBJECT = 33
"""The subcode of code 100 for an object that does not exist or may not be seen."""

_FACTS: dict[int, tuple[int, str]] = {
    0: (401, "AuthException"),
    1: (400, "An unknown error occurred"),
    2: (503, "Service temporarily unavailable"),
    3: (500, "Application does not have the capability to make this API call."),
    4: (400, "Application request limit reached"),
    10: (403, "Application does not have permission for this action"),
    33: (400, "This object does not exist or does not support this action"),
    100: (400, "Invalid parameter"),
    104: (401, "An access token is required to request this resource."),
    190: (401, "Invalid OAuth access token - Cannot parse access token"),
    200: (403, "Provide valid app ID"),
    368: (403, "Temporarily blocked for policies violations"),
    2200: (400, "Callback verification failed"),
    2201: (400, "response does not match challenge"),
    80007: (400, "Rate limit issues"),
    130403: (400, "User is blocked by the business"),
    130429: (400, "Rate limit hit"),
    130472: (400, "User's number is part of an experiment"),
    130497: (403, "Business account is restricted from messaging users in this country."),
    131000: (500, "Something went wrong"),
    131005: (403, "Access denied"),
    131008: (400, "Required parameter is missing"),
    131009: (400, "Parameter value is not valid"),
    131016: (500, "Service unavailable"),
    131021: (400, "Recipient cannot be sender"),
    131026: (400, "Message undeliverable"),
    131030: (400, "Recipient phone number not in allowed list"),
    131031: (403, "Account has been locked"),
    131037: (400, "Display name approval is needed before messages can be sent"),
    131042: (400, "Business eligibility payment issue"),
    131045: (500, "Incorrect certificate"),
    131047: (400, "Re-engagement message"),
    131048: (400, "Spam rate limit hit"),
    131049: (400, "This message was not delivered to maintain healthy ecosystem engagement."),
    131050: (400, "User has stopped receiving marketing messages from this business"),
    131051: (400, "Unsupported message type"),
    131053: (400, "Media upload error"),
    131056: (400, "(Business Account, Consumer Account) pair rate limit hit"),
    131057: (500, "Account in maintenance mode"),
    131059: (400, "Invalid cursor"),
    131063: (400, "Marketing templates are disabled on Cloud API"),
    131064: (400, "Limit reached because of template category violations"),
    132000: (400, "Number of parameters does not match the expected number of params"),
    132001: (404, "Template name does not exist in the translation"),
    132005: (400, "Translated text too long"),
    132007: (400, "Template format character policy violated"),
    132012: (400, "Parameter format does not match format in the created template"),
    132015: (400, "Template is paused"),
    132016: (400, "Template is disabled"),
    132018: (400, "There is an issue with the parameters in your template"),
    133004: (503, "Server temporarily unavailable"),
    133010: (400, "Phone number not registered"),
    135000: (400, "Generic user error"),
}
_NO_PREFIX = {0, 1, 2, 104, 190}


class GraphError(Exception):
    """A call that Meta refuses.

    `http_status` is the one that belongs to `code` unless given; `sentence` replaces the code's own words.
    """

    def __init__(
        self,
        code: int,
        details: str = "",
        *,
        http_status: int | None = None,
        subcode: int | None = None,
        sentence: str | None = None,
    ) -> None:
        own_status, own_title = _FACTS.get(code, (400, "An unknown error occurred"))
        super().__init__(f"{code}: {details or sentence or own_title}")
        self.code = code
        self.details = details
        self.http_status = http_status or own_status
        self.subcode = subcode
        self.sentence = sentence or own_title

    def body(self, fbtrace_id: str) -> dict[str, Any]:
        """The JSON of the answer."""
        error: dict[str, Any] = {
            "message": self.sentence
            if self.code in _NO_PREFIX or self.subcode
            else f"(#{self.code}) {self.sentence}",
            "type": "GraphMethodException" if self.subcode == UNKNOWN_OBJECT else "OAuthException",
            "code": self.code,
        }
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.details:
            error["error_data"] = {"messaging_product": "whatsapp", "details": self.details}
        return {"error": {**error, "fbtrace_id": fbtrace_id}}


def unknown_object(method: str, object_id: str) -> GraphError:
    """The refusal of an id, a version or a path that leads to nothing."""
    return GraphError(
        100,
        subcode=UNKNOWN_OBJECT,
        sentence=f"Unsupported {method.lower()} request. Object with ID '{object_id}' does not exist, cannot "
        "be loaded due to missing permissions, or does not support this operation. Please read the Graph API "
        "documentation at https://developers.facebook.com/docs/graph-api",
    )


def nonexisting_field(name: str, kind: str) -> GraphError:
    """The refusal of a field or an edge that this kind of node does not have."""
    return GraphError(100, sentence=f"Tried accessing nonexisting field ({name}) on node type ({kind})")


def webhook_error(code: int, details: str = "") -> dict[str, Any]:
    """One element of `errors` in a status of `failed`; title and message are the same words."""
    title = _FACTS.get(code, (400, "An unknown error occurred"))[1]
    return {
        "code": code,
        "title": title,
        "message": title,
        "error_data": {"details": details or f"{title}."},
        "href": "https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes",
    }
