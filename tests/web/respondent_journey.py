"""A respondent's browser in the tests: Flask's client that finds tokens and links on the page as a person would."""

import re
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

FULL = {
    "item-A1": "S2",
    "item-A2": "S1",
    "item-A3": "S0",
    "item-Z": ["Z01", "Z04"],
    "item-B": "B00",
    "item-T1": "排队太久",
}


class Respondent:
    """Comes with a code and remembers the last page."""

    def __init__(self, app: Flask, language: str = "zh") -> None:
        self.client = app.test_client()
        self.client.set_cookie("language", language)
        self.page: TestResponse = self.client.get("/")

    @property
    def text(self) -> str:
        return self.page.text

    def get(self, address: str) -> TestResponse:
        self.page = self.client.get(address)
        return self.page

    def post(self, address: str, **fields: Any) -> TestResponse:
        """Post with the token of this browser; a redirect is shown, not followed."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get("/").text)
        assert token is not None
        self.page = self.client.post(address, data={"csrf_token": token[1], **fields})
        return self.page

    def enter(self, code: str) -> TestResponse:
        return self.post("/enter", code=code)

    def departments(self) -> list[str]:
        """The departments on the contents page, in their order."""
        return list(dict.fromkeys(re.findall(r'class="card" href="/ballot/d/(\w+)"', self.get("/ballot").text)))

    def answer(self, department: str, **fields: Any) -> TestResponse:
        return self.post(f"/ballot/d/{department}", **fields)

    def nonce(self) -> str:
        found = re.search(r'name="nonce" value="(\w+)"', self.get("/ballot/review").text)
        assert found is not None, "nothing was answered, so there is nothing to submit"
        return found[1]

    def submit(self, nonce: str) -> str:
        """Hand in; the receipt, or ``""``."""
        found = re.search(r'class="receipt"[^>]*>([^<]+)<', self.post("/ballot/submit", nonce=nonce).text)
        return found[1] if found else ""


def checked(page: str, name: str) -> list[str]:
    """The values of the boxes of that name that are ticked."""
    boxes = re.findall(r'<input type="(?:radio|checkbox)"[^>]*>', page)
    return [re.findall('value="([^"]+)"', box)[0] for box in boxes if f'name="{name}"' in box and " checked" in box]


def offered(page: str, name: str) -> list[str]:
    """The values of the boxes of that name, in the order of the page."""
    return re.findall(rf'<input type="(?:radio|checkbox)" name="{name}" value="([^"]+)"', page)
