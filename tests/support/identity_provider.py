"""An OpenID provider that tests run themselves: keys, its two documents, and tokens of every
kind, good and forged."""

from __future__ import annotations

import json
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

ISSUER = "https://club.example/realm"
AUDIENCE = "touchline-api"

Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


def make_key(algorithm: str) -> Private:
    if algorithm == "ES256":
        return ec.generate_private_key(ec.SECP256R1())
    if algorithm == "EdDSA":
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)


class Provider:
    """Its keys by id, newest last. `fetch` answers as its server would."""

    def __init__(self, algorithm: str = "ES256", *, issuer: str = ISSUER) -> None:
        self.issuer = issuer
        self.keys: dict[str, tuple[str, Private]] = {"k1": (algorithm, make_key(algorithm))}
        self.away = False
        self.fetched: list[str] = []
        self.discovered_issuer = issuer

    def documents(self) -> dict[str, bytes]:
        """The two documents, by path."""
        discovery = {"issuer": self.discovered_issuer, "jwks_uri": f"{self.issuer}/keys"}
        return {
            f"{self.issuer}/.well-known/openid-configuration": json.dumps(discovery).encode(),
            f"{self.issuer}/keys": json.dumps({"keys": self.public()}).encode(),
        }

    def public(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for kid, (algorithm, key) in self.keys.items():
            made = jwt.get_algorithm_by_name(algorithm).to_jwk(key.public_key(), as_dict=True)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - pyjwt's keys are untyped
            found.append({**made, "kid": kid, "alg": algorithm, "use": "sig"})
        return found

    async def fetch(self, url: str) -> bytes:
        self.fetched.append(url)
        if self.away:
            raise OSError("away")
        return self.documents()[url]

    def token(
        self,
        now_s: int,
        *,
        kid: str = "k1",
        key: Any = None,
        algorithm: str | None = None,
        header: dict[str, Any] | None = None,
        **claims: Any,
    ) -> str:
        """A good token of somebody, or one that is spoilt by what is given."""
        known_algorithm, known_key = self.keys.get(kid, next(iter(self.keys.values())))
        said: dict[str, Any] = {
            "iss": self.issuer,
            "aud": AUDIENCE,
            "sub": "u-17",
            "iat": now_s,
            "exp": now_s + 600,
            "name": "Ada Lovelace",
            **claims,
        }
        said = {name: value for name, value in said.items() if value is not ...}
        return jwt.encode(
            said,
            known_key if key is None else key,
            algorithm=algorithm or known_algorithm,
            headers={"kid": kid, "typ": "at+jwt", **(header or {})},
        )
