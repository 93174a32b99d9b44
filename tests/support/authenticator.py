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
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def make(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to options that ask for a key pair."""
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        attested = bytes(16) + len(self.id).to_bytes(2) + self.id + cbor2.dumps(cose)
        data = self._data(options["rp"]["id"], self.flags | ATTESTED) + attested
        statement = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        said = self._client_data("webauthn.create", options["challenge"])
        return self._credential(clientDataJSON=said, attestationObject=statement)

    def use(self, options: Mapping[str, Any], *, user: str = "") -> dict[str, Any]:
        """The answer to options that ask who it is."""
        self.uses += self.counts
        data = self._data(options["rpId"], self.flags)
        said = self._client_data("webauthn.get", options["challenge"])
        signed = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return self._credential(
            clientDataJSON=said,
            authenticatorData=data,
            signature=signed,
            userHandle=user.encode() or b"a",
        )

    def _data(self, host: str, flags: int) -> bytes:
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.uses.to_bytes(4)

    def _client_data(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _credential(self, **response: bytes) -> dict[str, Any]:
        return {
            "id": text_of(self.id),
            "rawId": text_of(self.id),
            "type": "public-key",
            "response": {name: text_of(value) for name, value in response.items()},
        }
