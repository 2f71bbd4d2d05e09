"""An OpenID Connect issuer: what it publishes, where it signs people in, and what its tokens are worth.

OpenID Connect Core 1.0 with the authorisation code flow and PKCE (RFC 7636, S256); OpenID Connect Discovery 1.0; JWT
access tokens as RFC 9068. Signatures and claims are joserfc's work.
"""

from __future__ import annotations

import base64
import hashlib
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from gse_skills.access import Principal
from gse_skills.errors import RefusedError, UnavailableError
from gse_skills_service.identity.attempt import Attempt

_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"]
"""Asymmetric ones alone: whoever can check a token must not be able to make one."""
_LEEWAY_SECONDS = 30
_TIMEOUT_SECONDS = 10
_KEYS_SECONDS = 3600
_ACCESS_TOKEN = "at+jwt"  # noqa: S105 - a media type
_KEYS_AGAIN_SECONDS = 10
"""How soon the keys are asked for again when a token names one that is not among them."""


class Issuer:
    """One issuer as this service knows it; thread-safe. Nothing is fetched before it is needed."""

    def __init__(
        self,
        url: str,
        client_id: str,
        client_secret: str | None = None,
        audience: str | None = None,
        token_type: str = _ACCESS_TOKEN,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`audience` is what JWT access tokens must be meant for, without it none is taken; `token_type` is what their
        header must say that they are."""
        self._clock = clock
        self.url = url.rstrip("/")
        self._client_id = client_id
        self._client_secret = client_secret
        self._audience = audience
        self._token_type = token_type
        self._lock = threading.Lock()
        self._metadata: Mapping[str, Any] | None = None
        self._keys = KeySet([])
        self._fetched = self._failed = float("-inf")

    def sign_in_address(self, attempt: Attempt) -> str:
        """Where to send the browser; raises UnavailableError (rule `issuer-unreachable`)."""
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": attempt.redirect_uri,
            "scope": "openid email",
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": _challenge(attempt.verifier),
            "code_challenge_method": "S256",
        }
        return f"{self._published('authorization_endpoint')}?{urlencode(asked)}"

    def redeem(self, code: str, attempt: Attempt) -> Principal:
        """Who signed in, by the code that the browser brought back.

        Raises RefusedError (rule `sign-in-failed`) and UnavailableError (rule `issuer-unreachable`).
        """
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": attempt.redirect_uri,
            "client_id": self._client_id,
            "code_verifier": attempt.verifier,
        }
        if self._client_secret is not None:
            form["client_secret"] = self._client_secret
        response = self._ask("POST", self._published("token_endpoint"), data=form)
        token = _members(response).get("id_token") if response.is_success else None
        if not isinstance(token, str):
            raise _failed("The issuer did not confirm it.")
        found = self._checked(token, self._client_id, nonce={"essential": True, "value": attempt.nonce})
        if found is None:
            raise _failed("What the issuer confirmed does not hold.")
        return self._principal(found.claims)

    def principal(self, token: str) -> Principal | None:
        """Whose JWT access token it is; None when it is nobody's, is not meant for us, has expired, or is a token of
        another kind (RFC 9068, section 4)."""
        if self._audience is None:
            return None
        found = self._checked(token, self._audience)
        if found is None or _type_of(found.header) != self._token_type.lower() or "nonce" in found.claims:
            return None
        return self._principal(found.claims)

    def _principal(self, claims: Mapping[str, Any]) -> Principal:
        email = claims.get("email")
        vouched = isinstance(email, str) and claims.get("email_verified") is True
        return Principal(self.url, str(claims["sub"]), str(email).lower() if vouched else None)

    def _checked(self, token: str, audience: str, **more: Any) -> jwt.Token | None:  # noqa: ANN401 - claims
        """A token that is sound, for `audience`, and of now; None otherwise."""
        registry = jwt.JWTClaimsRegistry(
            leeway=_LEEWAY_SECONDS,
            iss={"essential": True, "values": [self.url, f"{self.url}/"]},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
            **more,
        )
        for again in (False, True):
            try:
                decoded = jwt.decode(token, self._key_set(again=again), algorithms=_ALGORITHMS)
                registry.validate(decoded.claims)
            except ValueError as error:
                # A key that is not among those known: perhaps they have been changed since.
                if again or "key" not in str(error).lower():
                    return None
            except JoseError:
                # A signature of a new key under an old name looks like a forged one.
                if again:
                    return None
            else:
                return decoded
        return None

    def _key_set(self, *, again: bool) -> KeySet:
        with self._lock:
            now = self._clock()
            if now - self._fetched > (_KEYS_AGAIN_SECONDS if again else _KEYS_SECONDS):
                # An issuer that does not answer is not waited for by every token that comes meanwhile.
                if now - self._failed <= _KEYS_AGAIN_SECONDS:
                    raise _unreachable()
                self._failed = now
                keys: Any = _members(self._ask("GET", self._published("jwks_uri")))
                if not isinstance(keys.get("keys"), list):
                    raise _unreachable()
                self._keys = KeySet.import_key_set(keys)
                self._fetched, self._failed = self._clock(), float("-inf")
            return self._keys

    def _published(self, name: str) -> str:
        if self._metadata is None:
            found = _members(self._ask("GET", f"{self.url}/.well-known/openid-configuration"))
            if str(found.get("issuer", "")).rstrip("/") != self.url:
                raise UnavailableError(
                    f"{self.url} says that it is another issuer.",
                    rule="issuer-unreachable",
                    remedy="Correct GSE_SKILLS_OIDC_ISSUER.",
                )
            self._metadata = found
        if name not in self._metadata:
            raise _unreachable()
        return str(self._metadata[name])

    def _ask(self, method: str, url: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - passed on
        try:
            return httpx.request(method, url, timeout=_TIMEOUT_SECONDS, **more)
        except httpx.HTTPError as error:
            raise _unreachable() from error


def _type_of(header: Mapping[str, Any]) -> str:
    """RFC 7515, section 4.1.9: a media type, whose `application/` may be left out.

    >>> _type_of({"alg": "ES256", "typ": "application/AT+JWT"})
    'at+jwt'
    """
    return str(header.get("typ", "")).lower().removeprefix("application/")


def _members(response: httpx.Response) -> Mapping[str, Any]:
    """What an issuer answers as JSON; raises UnavailableError (rule `issuer-unreachable`) for anything else."""
    try:
        found = response.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise _unreachable()
    return found


def _unreachable() -> UnavailableError:
    return UnavailableError(
        "The issuer that signs people in cannot be reached just now.",
        rule="issuer-unreachable",
        remedy="Try again; API tokens work meanwhile.",
    )


def _challenge(verifier: str) -> str:
    """RFC 7636, section 4.2.

    >>> _challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
    """
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def _failed(detail: str) -> RefusedError:
    return RefusedError(f"Signing in failed. {detail}", rule="sign-in-failed", remedy="Sign in again.")
