"""A device that keeps passkeys, in software: says what a real one says, or what a test wants."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def text_of(value: bytes) -> str:
    """As WebAuthn's JSON has bytes."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def bytes_of(text: str) -> bytes:
    """The bytes again."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Authenticator:
    """One key pair. `counts`: whether it counts its uses, as hardware keys do."""

    origin: str
    counts: bool = True
    flags: int = PRESENT | VERIFIED
    uses: int = 0
    user: bytes = b""
    """Whose it is: the handle that it got when it was made, told again at every use."""
    says: dict[str, Any] = field(default_factory=dict[str, Any])
    """What its browser says besides, or instead."""
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def make(
        self,
        options: Mapping[str, Any],
        *,
        cose: bytes | None = None,
        fmt: Any = "none",
        statement: Any = None,
        transports: list[str] | None = None,
    ) -> dict[str, Any]:
        """The answer to options that ask for a key pair; `cose` instead of its own public key."""
        self.user = bytes_of(options["user"]["id"])
        key = self.cose() if cose is None else cose
        attested = bytes(16) + len(self.id).to_bytes(2) + self.id + key
        data = self._data(options["rp"]["id"], self.flags | ATTESTED) + attested
        told = cbor2.dumps({"fmt": fmt, "attStmt": statement or {}, "authData": data})
        said = self._client_data("webauthn.create", options["challenge"])
        credential = self._credential(clientDataJSON=said, attestationObject=told)
        if transports is not None:
            credential["response"]["transports"] = transports
        return credential

    def cose(self) -> bytes:
        """The public key as devices tell it."""
        numbers = self.key.public_key().public_numbers()
        named = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        return cbor2.dumps(named)

    def use(self, options: Mapping[str, Any], *, more: bytes = b"") -> dict[str, Any]:
        """The answer to options that ask who it is; `more` behind what it says of itself."""
        self.uses += self.counts
        data = self._data(options["rpId"], self.flags) + more
        said = self._client_data("webauthn.get", options["challenge"])
        signed = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        response = {"clientDataJSON": said, "authenticatorData": data, "signature": signed}
        if self.user:
            response["userHandle"] = self.user
        return self._credential(**response)

    def _data(self, host: str, flags: int) -> bytes:
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.uses.to_bytes(4)

    def _client_data(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said | self.says).encode()

    def _credential(self, **response: bytes) -> dict[str, Any]:
        return {
            "id": text_of(self.id),
            "rawId": text_of(self.id),
            "type": "public-key",
            "response": {name: text_of(value) for name, value in response.items()},
        }
