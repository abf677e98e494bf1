"""Whether the process lives, and whether it can store: for a supervisor on the same machine."""

from starlette.requests import Request
from starlette.responses import JSONResponse

from webhook_listener.writer import Writer


class Health:
    """The two answers; `/readyz` rests on the commit that the writer makes every few seconds."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    async def healthz(self, _: Request) -> JSONResponse:
        """200 as long as the process answers."""
        return JSONResponse({"status": "ok"})

    async def readyz(self, _: Request) -> JSONResponse:
        """200 while updates can be stored, else 503 with the kind of trouble.

        A secret that does not fit is only a warning: anybody on the internet can make it look so.
        """
        trouble = self._writer.trouble()
        if trouble is None:
            warning = {"warning": "signatures do not fit"} if self._writer.refuses_all() else {}
            return JSONResponse({"status": "ready", **warning})
        return JSONResponse({"status": "unavailable", "because": trouble}, status_code=503)
