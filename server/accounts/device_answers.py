"""What devices answer when a passkey is made or used, judged: whole, to this challenge, from this
page, signed by this key.

Knows WebAuthn by the library that does the cryptography, and what has to be asked before and
after it; must not know stores, accounts or requests. Whatever a device or a liar says is accepted
or `NotWhole`. SPEC: PK1, PK3, PK4, PK9, PK11, PK13.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
import webauthn
from webauthn.helpers import (
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    encode_cbor,
    parse_cbor,
)
from webauthn.helpers.cose import COSECRV, COSEAlgorithmIdentifier
from webauthn.helpers.decode_credential_public_key import (
    DecodedEC2PublicKey,
    DecodedOKPPublicKey,
    DecodedRSAPublicKey,
)
from webauthn.helpers.exceptions import WebAuthnException

from server.accounts.plain_cbor import end_of
from server.logs import get_logger

ALGORITHMS: Final = (
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
)
"""What keys may be: Ed25519, P-256, RSA (which Windows Hello makes)."""
TRANSPORTS: Final = ("usb", "nfc", "ble", "smart-card", "hybrid", "internal")
"""How a device may be reached, as browsers call it."""
RSA_BYTES: Final = range(256, 513)
"""2048 to 4096 bits: a longer one would take long at every use."""
ID_BYTES_MAX: Final = 1_023
"""Of a credential's id, by WebAuthn."""
_POINT_BYTES: Final = 32
_HEAD_BYTES: Final = 37
"""Of what a device says of itself: hash of the site, flags, counter."""
_ATTESTED, _EXTENDED = 0x40, 0x80


class NotWhole(Exception):
    """The answer is damaged, forged, or to another question."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the answer has to fit."""

    challenge: bytes = field(repr=False)
    origin: str
    """Of the page: scheme, host and port."""
    host: str
    """The site that the key is for."""


@dataclass(frozen=True, slots=True)
class Made:
    """A key pair's public half."""

    id: str
    """base64url."""
    public_key: bytes = field(repr=False)
    count: int
    transports: tuple[str, ...]


class _Said(msgspec.Struct, frozen=True, rename="camel"):
    """What the browser says of the page; there may be more, by the standard."""

    type: str
    challenge: str
    origin: str
    cross_origin: bool = False
    top_origin: str | None = None


def judge_made(credential: Mapping[str, Any], asked: Asked) -> Made:
    """The new key, which is one that can be used later. `credential` in WebAuthn's JSON. Raises
    NotWhole."""
    try:
        return _made(credential, asked)
    except Exception as error:  # noqa: BLE001 - what a device says must never be a fault of ours
        raise _not_whole(error) from None


def judge_used(
    credential: Mapping[str, Any], asked: Asked, *, public_key: bytes, account: str
) -> int:
    """The device's counter, which the caller compares. Raises NotWhole."""
    try:
        return _used(credential, asked, public_key, account)
    except Exception as error:  # noqa: BLE001 - what a device says must never be a fault of ours
        raise _not_whole(error) from None


def text_of(value: bytes) -> str:
    """As WebAuthn's JSON has bytes."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def bytes_of(text: str) -> bytes:
    """The bytes again. Raises ValueError."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _made(credential: Mapping[str, Any], asked: Asked) -> Made:
    response = credential["response"]
    _check_said(response["clientDataJSON"])
    told = bytes_of(response["attestationObject"])
    if end_of(told) != len(told):
        raise NotWhole("more than an attestation")
    attestation: Any = parse_cbor(told)
    data = attestation["authData"]
    _check_data(data)
    if not isinstance(attestation["fmt"], str) or not isinstance(attestation["attStmt"], dict):
        raise NotWhole("no attestation")
    # Nobody asks who made the device: what it says of its maker is not read (PK13).
    plain = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
    verified = webauthn.verify_registration_response(
        credential={
            "id": credential["id"],
            "rawId": credential["rawId"],
            "type": credential["type"],
            "response": {
                "clientDataJSON": response["clientDataJSON"],
                "attestationObject": text_of(plain),
            },
        },
        expected_challenge=asked.challenge,
        expected_rp_id=asked.host,
        expected_origin=asked.origin,
        require_user_verification=True,
        supported_pub_key_algs=list(ALGORITHMS),
    )
    if text_of(verified.credential_id) != credential["id"]:
        raise NotWhole("the device and its browser name two credentials")
    if len(verified.credential_id) > ID_BYTES_MAX:
        raise NotWhole("too long an id")
    _check_key(verified.credential_public_key)
    given = response.get("transports") or ()
    transports = tuple(one for one in TRANSPORTS if one in given)
    return Made(credential["id"], verified.credential_public_key, verified.sign_count, transports)


def _used(credential: Mapping[str, Any], asked: Asked, public_key: bytes, account: str) -> int:
    response = credential["response"]
    _check_said(response["clientDataJSON"])
    _check_data(bytes_of(response["authenticatorData"]))
    handle = response.get("userHandle")
    if handle is not None and bytes_of(handle) != account.encode():
        raise NotWhole("another account's")
    verified = webauthn.verify_authentication_response(
        credential=dict(credential),
        expected_challenge=asked.challenge,
        expected_rp_id=asked.host,
        expected_origin=asked.origin,
        credential_public_key=public_key,
        # Counters are compared where they are kept, in one step with the other uses of the key.
        credential_current_sign_count=0,
        require_user_verification=True,
    )
    return verified.new_sign_count


def _check_said(text: str) -> None:
    said = msgspec.json.decode(bytes_of(text), type=_Said)
    if said.cross_origin or said.top_origin is not None:
        raise NotWhole("the page was within a page of another site")


def _check_data(data: object) -> None:
    """What a device says of itself has its parts, and nothing else."""
    if not isinstance(data, bytes) or len(data) < _HEAD_BYTES:
        raise NotWhole("too short")
    flags, at = data[32], _HEAD_BYTES
    if flags & _ATTESTED:
        at += 16 + 2 + int.from_bytes(data[at + 16 : at + 18])
        at = end_of(data, at)
    if flags & _EXTENDED:
        at = end_of(data, at)
    if at != len(data):
        raise NotWhole("not as long as it says")


def _check_key(cose: bytes) -> None:
    """It is one of the kinds that were offered, with numbers of the right size, on its curve."""
    key = decode_credential_public_key(cose)
    match key:
        case DecodedEC2PublicKey(
            alg=COSEAlgorithmIdentifier.ECDSA_SHA_256,
            crv=COSECRV.P256,
            x=bytes(x),
            y=bytes(y),
        ) if len(x) == len(y) == _POINT_BYTES:
            pass
        case DecodedOKPPublicKey(
            alg=COSEAlgorithmIdentifier.EDDSA, crv=COSECRV.ED25519, x=bytes(x)
        ) if len(x) == _POINT_BYTES:
            pass
        case DecodedRSAPublicKey(
            alg=COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256, n=bytes(n), e=b"\x01\x00\x01"
        ) if len(n) in RSA_BYTES and n[0]:
            pass
        case _:
            raise NotWhole("no key that was offered")
    decoded_public_key_to_cryptography(key)


def _not_whole(error: Exception) -> NotWhole:
    if isinstance(error, NotWhole):
        return error
    if not isinstance(error, (WebAuthnException, ValueError, msgspec.MsgspecError)):
        # A bug of ours would look the same to whoever asks: it is told here.
        kind = type(error).__name__
        get_logger("touchline.accounts").info("a device's answer was not foreseen", error=kind)
    return NotWhole(str(error))
