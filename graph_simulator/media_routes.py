"""Uploads of files for headers, as Meta takes them (business-phone-numbers/media)."""

from collections.abc import Iterator
from email import message_from_bytes
from email.policy import HTTP
from secrets import randbelow

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from graph_simulator.asking import require_object, simulator_of
from graph_simulator.graph_error import GraphError
from graph_simulator.standing import MESSAGING

_KINDS = ("image/jpeg", "image/png", "video/mp4", "application/pdf")


async def upload(request: Request) -> Response:
    """`POST /{version}/{phone number id}/media`: a form with the file, its type and the product."""
    require_object(request, simulator_of(request).account.sender.phone_number_id, scope=MESSAGING)
    form = await _form(request)
    if form.get("messaging_product") != (b"whatsapp", ""):
        raise GraphError(100, sentence="(#100) The parameter messaging_product is required.")
    content, kind = form.get("file", (b"", ""))
    if not content:
        raise GraphError(100, sentence="(#100) The parameter file is required.")
    told = form.get("type", (b"", ""))[0].decode("utf-8", "replace")
    if kind not in _KINDS or told != kind:
        raise GraphError(
            100, sentence=f"(#100) Param file must be a file with one of the following types: {_KINDS}"
        )
    media_id = str(10**15 + randbelow(10**15))
    _uploaded(request).add(media_id)
    return JSONResponse({"id": media_id})


def require_uploaded(request: Request, body: object) -> None:
    """Raise `GraphError` if the message `body` shows a file by an id that no upload was given."""
    for shown in _ids(body):
        if shown not in _uploaded(request):
            raise GraphError(131009, f"header: {shown} is no uploaded file")


def _ids(body: object) -> Iterator[str]:
    template = body.get("template") if isinstance(body, dict) else None
    components = template.get("components") if isinstance(template, dict) else None
    for component in components if isinstance(components, list) else ():
        parameters = component.get("parameters") if isinstance(component, dict) else None
        for parameter in parameters if isinstance(parameters, list) else ():
            file = parameter.get(str(parameter.get("type"))) if isinstance(parameter, dict) else None
            if isinstance(file, dict) and "id" in file and "link" not in file:
                yield str(file["id"])


def _uploaded(request: Request) -> set[str]:
    state = request.app.state
    if not hasattr(state, "uploaded"):
        state.uploaded = set()
    uploaded: set[str] = state.uploaded
    return uploaded


async def _form(request: Request) -> dict[str, tuple[bytes, str]]:
    """The parts of a form by name: the content, and the type of a file."""
    head = f"Content-Type: {request.headers.get('Content-Type', '')}\r\n\r\n".encode()
    message = message_from_bytes(head + await request.body(), policy=HTTP)
    form = {}
    for part in message.iter_parts() if message.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            form[name] = (content, part.get_content_type() if part.get_filename() else "")
    return form


ROUTES = (Route("/{version}/{object_id}/media", upload, methods=["POST"]),)
