"""The page over HTTP, without a browser; `test_browser.py` has one."""

import http.client
import re
import threading
from urllib.parse import urlencode

import pytest

from gpvton.domain.errors import InputError, OutputError
from gpvton.evaluation.study.server import make_server
from gpvton.evaluation.study.store import StudyStore

from . import studies


class Client:
    def __init__(self, port):
        self.port, self.cookie = port, None

    def request(self, method, path, form=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        if self.cookie:
            sent["Cookie"] = self.cookie
        connection.request(method, path, urlencode(form) if form else None, sent)
        response = connection.getresponse()
        body = response.read()
        if cookie := response.getheader("Set-Cookie"):
            self.cookie = cookie.split(";")[0]
        connection.close()
        return response.status, body

    def page(self):
        return self.request("GET", "/")[1].decode()

    def answer(self, choice):
        page = self.page()
        fields = {
            n: re.search(f"name='{n}' value='([^']*)'", page)[1] for n in ("position", "shown")
        }
        return self.request("POST", "/answer", {**fields, "choice": choice})


@pytest.fixture
def served(tmp_path):
    folder = studies.make(tmp_path)
    with make_server(folder, 0) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield folder, Client(server.server_address[1])
        server.shutdown()
        thread.join()


def test_a_rater_answers_all_questions(served):
    folder, client = served
    assert "Your name or code" in client.page()
    assert client.request("POST", "/enter", {"rater": "Zoë <x>"})[0] == 303
    for number in range(10):
        page = client.page()
        assert f"Question {number + 1} of 10" in page and "Zoë &lt;x&gt;" in page
        assert client.answer("left")[0] == 303
    assert "Thank you" in client.page()
    answers = StudyStore(folder / "study.sqlite").answers()
    assert len(answers) == 10 and all(a.seconds is not None for a in answers)
    client.request("POST", "/leave")
    assert "Your name or code" in client.page()


def test_the_page_shows_pictures_and_names_no_method(served):
    _, client = served
    client.request("POST", "/enter", {"rater": "anna"})
    page = client.page()
    pictures = re.findall(r"src='(/picture/[0-9a-f]{16}\.jpg)'", page)
    assert len(pictures) == len(set(pictures)) == 4
    for path in pictures:
        status, body = client.request("GET", path)
        assert status == 200 and body[:2] == b"\xff\xd8"
    assert "good" not in page and "poor" not in page
    assert page.count("alt='") == 4 and "lang='en'" in page


def test_nothing_else_is_served(served):
    _, client = served
    for path in ("/study.sqlite", "/picture/../study.sqlite", "/picture/" + "0" * 16 + ".jpg"):
        assert client.request("GET", path)[0] == 404
    assert client.request("POST", "/nowhere", {"a": "b"})[0] == 404


def test_strangers_are_turned_away(served):
    folder, client = served
    assert client.request("GET", "/", headers={"Host": "evil.example"})[0] == 403
    form = {"rater": "anna"}
    status, _ = client.request("POST", "/enter", form, {"Origin": "http://evil.example"})
    assert status == 403 and client.cookie is None
    client.request("POST", "/enter", form)
    assert client.answer("tie")[0] == 400
    assert client.request("POST", "/enter", {"rater": "x" * 5000})[0] == 413
    assert StudyStore(folder / "study.sqlite").answers() == []


def test_a_taken_port_and_a_missing_study_are_told(served, tmp_path):
    folder, client = served
    with pytest.raises(OutputError, match="--port"):
        make_server(folder, client.port)
    with pytest.raises(InputError, match="study new"):
        make_server(tmp_path / "nowhere")
