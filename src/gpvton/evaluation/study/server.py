"""The study's web server: standard library, localhost, one SQLite file.

Every answer is a form post that is stored and answered by a redirect, so reloading a page, going
back or closing the browser loses nothing and counts nothing twice.
"""

import re
import time
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote

from gpvton.domain.errors import InputError, OutputError
from gpvton.evaluation.study import page
from gpvton.evaluation.study.design import DATABASE, PICTURES
from gpvton.evaluation.study.store import StudyStore

_PICTURE = re.compile(r"/picture/([0-9a-f]{16}\.jpg)")
_LONGEST_FORM = 4096
_COOKIE = "rater"


def make_server(folder: str | Path, port: int = 8765) -> ThreadingHTTPServer:
    """A server on localhost for the study in a folder; port 0 takes a free one.

    Raises InputError when there is no study, OutputError when the port is taken.
    """
    folder = Path(folder)
    store = StudyStore(folder / DATABASE)

    class Handler(_Handler):
        """Bound to this study."""

    Handler.store = store
    Handler.pictures = folder / PICTURES
    try:
        return ThreadingHTTPServer(("127.0.0.1", port), Handler)
    except OSError as error:
        raise OutputError(
            f"port {port} cannot be used: {error.strerror}; choose another with --port"
        ) from error


class _Handler(BaseHTTPRequestHandler):
    """GET / and /picture/NAME; POST /enter, /answer, /leave."""

    store: StudyStore
    pictures: Path
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if not self._is_local():
            return
        picture = _PICTURE.fullmatch(self.path)
        if picture:
            self._send_picture(picture[1])
        elif self.path == "/":
            self._send_question()
        else:
            self._send("there is nothing here", HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        if not self._is_local():
            return
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > _LONGEST_FORM:
            self.close_connection = True
            self._send("the form is too long", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        body = self.rfile.read(int(length)).decode("utf-8", "replace")
        form = {name: values[0] for name, values in parse_qs(body).items()}
        actions = {"/enter": self._enter, "/answer": self._answer, "/leave": self._leave}
        action = actions.get(self.path)
        try:
            if action is None:
                self._send("there is nothing here", HTTPStatus.NOT_FOUND)
            else:
                action(form)
        except (InputError, ValueError) as error:
            self._send(page.entry_page(str(error)), HTTPStatus.BAD_REQUEST)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the terminal belongs to whoever runs the study."""

    def _is_local(self) -> bool:
        """Only pages of this server may talk to it, whatever a name resolves to."""
        host = (self.headers.get("Host") or "").rsplit(":", 1)[0]
        origin = self.headers.get("Origin")
        local = host in ("127.0.0.1", "localhost")
        if local and origin in (None, "null", f"http://{self.headers.get('Host')}"):
            return True
        self.close_connection = True
        self._send("open this page as localhost", HTTPStatus.FORBIDDEN)
        return False

    def _rater(self) -> str | None:
        try:
            cookie = SimpleCookie(self.headers.get("Cookie", ""))
        except CookieError:
            return None
        return unquote(cookie[_COOKIE].value) if _COOKIE in cookie else None

    def _send_question(self) -> None:
        rater = self._rater()
        if rater is None:
            self._send(page.entry_page())
            return
        try:
            trial = self.store.next_trial(rater)
        except InputError:  # a cookie of another study
            self._send(page.entry_page())
            return
        if trial is None:
            self._send(page.end_page(rater))
        else:
            self._send(page.trial_page(trial, rater, time.time(), self.store.ties))

    def _enter(self, form: dict[str, str]) -> None:
        rater = " ".join(form.get("rater", "").split())
        self.store.enter(rater)
        self._redirect(f"{_COOKIE}={quote(rater)}; Path=/; Max-Age=31536000")

    def _answer(self, form: dict[str, str]) -> None:
        rater = self._rater()
        if rater is None:
            raise InputError("your name is not known any more; enter it again")
        seconds = time.time() - float(form.get("shown", "nan"))
        taken = seconds if 0 <= seconds < 86400 else None
        self.store.answer(rater, int(form.get("position", "-1")), form.get("choice", ""), taken)
        self._redirect()

    def _leave(self, form: dict[str, str]) -> None:
        self._redirect(f"{_COOKIE}=; Path=/; Max-Age=0")

    def _redirect(self, cookie: str | None = None) -> None:
        self.send_response(HTTPStatus.SEE_OTHER)
        self.send_header("Location", "/")
        if cookie is not None:
            self.send_header("Set-Cookie", f"{cookie}; HttpOnly; SameSite=Strict")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, text: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        self._send_bytes(text.encode(), "text/html; charset=utf-8", status, "no-store")

    def _send_picture(self, name: str) -> None:
        path = self.pictures / name
        if path.is_file():
            self._send_bytes(path.read_bytes(), "image/jpeg", HTTPStatus.OK, "max-age=86400")
        else:
            self._send("there is no such picture", HTTPStatus.NOT_FOUND)

    def _send_bytes(self, body: bytes, kind: str, status: HTTPStatus, cache: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", cache)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(body)
