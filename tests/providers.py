"""An OpenID Connect provider in a process of its own, which people sign in at."""

import json
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.ports import free_port
from tests.waiting import PATIENCE, until

_CALLBACK = "http://localhost/back"


class _Staying(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class Provider:
    """Signs whoever it is asked to in; started again it has other keys."""

    def __init__(self, log: Path, tokens_live: int = 3600) -> None:
        self._port = free_port()
        self.issuer = f"http://127.0.0.1:{self._port}"
        self._log, self._tokens_live = log, tokens_live
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = ("--port", str(self._port), "--token-max-age", str(self._tokens_live))
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "oidc_provider_mock", *options], stdout=log, stderr=log
            )
        until(self._answers)

    def stop(self) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait(PATIENCE)

    def token(self, subject: str, client: str = "compagnon", host: str = "", **claims: Any) -> str:
        """What a client gets when this person signs in there: an ID token with these claims."""
        at = f"http://{host}:{self._port}" if host else self.issuer
        self._send(f"{at}/users/{subject}", json.dumps(claims).encode(), "PUT")
        asked = {
            "client_id": client,
            "redirect_uri": _CALLBACK,
            "response_type": "code",
            "scope": "openid profile email",
        }
        form = urlencode({"sub": subject}).encode()
        place = self._send(f"{at}/oauth2/authorize?{urlencode(asked)}", form).headers["location"]
        (code,) = parse_qs(urlsplit(place).query)["code"]
        exchanged = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": _CALLBACK,
            "client_id": client,
            "client_secret": "any",
        }
        answer = self._send(f"{at}/oauth2/token", urlencode(exchanged).encode())
        token: str = json.loads(answer.read())["id_token"]
        return token

    def _answers(self) -> bool:
        with suppress(OSError):
            return bool(urllib.request.urlopen(f"{self.issuer}/jwks", timeout=5).status == 200)
        return False

    def _send(self, url: str, body: bytes, method: str = "POST") -> Any:
        """The answer, a redirection too."""
        kind = "application/json" if method == "PUT" else "application/x-www-form-urlencoded"
        request = urllib.request.Request(url, body, {"content-type": kind}, method=method)
        try:
            return urllib.request.build_opener(_Staying).open(request, timeout=PATIENCE)
        except urllib.error.HTTPError as answer:
            if answer.code != 302:
                raise
            return answer
