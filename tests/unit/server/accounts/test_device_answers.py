"""What devices answer: accepted, or refused by one name, whatever the bytes are."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import given
from hypothesis import strategies as st

from server.accounts.device_answers import (
    ID_BYTES_MAX,
    TRANSPORTS,
    Asked,
    Made,
    NotWhole,
    bytes_of,
    judge_made,
    judge_used,
    text_of,
)
from tests.support.authenticator import ATTESTED, Authenticator

ORIGIN = "http://localhost:8700"
ASKED = Asked(b"a challenge of thirty-two bytes!", ORIGIN, "localhost")
TO_MAKE: dict[str, Any] = {
    "challenge": text_of(ASKED.challenge),
    "rp": {"id": "localhost"},
    "user": {"id": text_of(b"a_ada")},
}
TO_USE: dict[str, Any] = {"challenge": text_of(ASKED.challenge), "rpId": "localhost"}
P256, ED25519, RSA = -7, -8, -257


def device(**more: Any) -> Authenticator:
    return Authenticator(ORIGIN, counts=False, **more)


def used(one: Authenticator, credential: dict[str, Any], key: bytes) -> int:
    return judge_used(credential, ASKED, public_key=key, account="a_ada")


def rsa_key(bits: int, exponent: int = 65_537) -> bytes:
    numbers = rsa.generate_private_key(65_537, max(bits, 1_024)).public_key().public_numbers()
    n = numbers.n >> max(0, numbers.n.bit_length() - bits)
    return cbor2.dumps(
        {1: 3, 3: RSA, -1: n.to_bytes(bits // 8), -2: exponent.to_bytes(3).lstrip(b"\0")}
    )


def ed_key() -> bytes:
    raw = ed25519.Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    return cbor2.dumps({1: 1, 3: ED25519, -1: 6, -2: raw})


def curve_key(curve: ec.EllipticCurve, alg: int, crv: int) -> bytes:
    numbers = ec.generate_private_key(curve).public_key().public_numbers()
    size = (curve.key_size + 7) // 8
    x, y = numbers.x.to_bytes(size), numbers.y.to_bytes(size)
    return cbor2.dumps({1: 2, 3: alg, -1: crv, -2: x, -3: y})


def shared_bomb(levels: int) -> bytes:
    """An array whose values refer to the ones before them, two by two."""
    pairs = [b"\xd8\x1c\x82\x00\x00"]
    for n in range(levels):
        reference = b"\xd8\x1d" + cbor2.dumps(n)
        pairs.append(b"\xd8\x1c\x82" + reference + reference)
    return b"\x98" + bytes([len(pairs)]) + b"".join(pairs)


def test_what_was_made_can_be_used() -> None:
    one = device()
    made = judge_made(one.make(TO_MAKE, transports=["internal", "usb", "?", "usb"]), ASKED)
    assert made == Made(text_of(one.id), one.cose(), 0, ("usb", "internal"))
    assert used(one, one.use(TO_USE), made.public_key) == 0
    assert set(made.transports) <= set(TRANSPORTS)
    assert "public_key" not in repr(made)


@pytest.mark.parametrize("make", [ed_key, lambda: rsa_key(2_048)])
def test_PK4_keys_of_the_kinds_that_are_offered_are_kept(make: Callable[[], bytes]) -> None:
    cose = make()
    assert judge_made(device().make(TO_MAKE, cose=cose), ASKED).public_key == cose


def point(**changed: Any) -> bytes:
    names = {"kty": 1, "alg": 3, "crv": -1, "x": -2, "y": -3}
    key = cbor2.loads(device().cose())
    for name, value in changed.items():
        if value is None:
            del key[names[name]]
        else:
            key[names[name]] = value
    return cbor2.dumps(key)


UNUSABLE: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "a number": lambda: cbor2.dumps(4),
    "a list": lambda: cbor2.dumps([1, 2, 3]),
    "an empty map": lambda: cbor2.dumps({}),
    "no kind": lambda: point(kty=None),
    "no algorithm": lambda: point(alg=None),
    "no curve": lambda: point(crv=None),
    "no x": lambda: point(x=None),
    "no y": lambda: point(y=None),
    "another kind": lambda: point(kty=1),
    "an unknown kind": lambda: point(kty=99),
    "a kind in words": lambda: point(kty="EC2"),
    "an algorithm in words": lambda: point(alg="ES256"),
    "an algorithm that is a list": lambda: point(alg=[-7]),
    "not on the curve": lambda: point(x=bytes(31) + b"\x01"),
    "at infinity": lambda: point(x=bytes(32), y=bytes(32)),
    "beyond the field": lambda: point(x=b"\xff" * 32),
    "a short x": lambda: point(x=b"\x01"),
    "an x that is a number": lambda: point(x=2**63),
    "an x in words": lambda: point(x="x" * 32),
    "an x that is empty": lambda: point(x=b""),
    "another curve": lambda: curve_key(ec.SECP384R1(), P256, 2),
    "another curve's name": lambda: point(crv=2),
    "no curve of ours": lambda: curve_key(ec.SECP521R1(), -36, 3),
    "Ed25519 that is short": lambda: cbor2.dumps({1: 1, 3: ED25519, -1: 6, -2: bytes(31)}),
    "Ed448": lambda: cbor2.dumps({1: 1, 3: ED25519, -1: 7, -2: bytes(57)}),
    "RSA that is weak": lambda: rsa_key(1_024),
    "RSA that is slow": lambda: cbor2.dumps({1: 3, 3: RSA, -1: b"\xff" * 1_024, -2: b"\1\0\1"}),
    "RSA that begins with nothing": lambda: cbor2.dumps(
        {1: 3, 3: RSA, -1: b"\0" + b"\xff" * 256, -2: b"\1\0\1"}
    ),
    "RSA with an even exponent": lambda: rsa_key(2_048, 65_536),
    "RSA with exponent one": lambda: rsa_key(2_048, 1),
    "RSA with SHA-1": lambda: rsa_key(2_048).replace(cbor2.dumps(RSA), cbor2.dumps(-65_535)),
    "a symmetric one": lambda: cbor2.dumps({1: 4, 3: 5, -1: bytes(32)}),
    "one of tomorrow": lambda: cbor2.dumps({1: 7, 3: -48, -1: bytes(1_312)}),
    "a key twice": lambda: b"\xa2\x01\x02\x01\x02",
    "deep": lambda: b"\x81" * 3_000 + b"\x00",
    "deep maps": lambda: b"\xa1\x00" * 3_000 + b"\x00",
    "a number of a thousand bytes": lambda: b"\xc2\x59\x03\xe8" + b"\xff" * 1_000,
    "a fraction": lambda: b"\xc4\x82\x1b\x7f\xff\xff\xff\xff\xff\xff\xff\x01",
    "a regular expression": lambda: cbor2.dumps(cbor2.CBORTag(35, "(a+)+" * 99)),
    "references to references": lambda: shared_bomb(40),
    "an end that never comes": lambda: b"\xbf\x01\x02",
}


@pytest.mark.parametrize("kind", UNUSABLE)
def test_PK4_a_key_that_could_not_be_used_later_is_not_kept(kind: str) -> None:
    with pytest.raises(NotWhole):
        judge_made(device().make(TO_MAKE, cose=UNUSABLE[kind]()), ASKED)


@pytest.mark.parametrize("kind", UNUSABLE)
def test_PK4_a_use_that_carries_it_is_refused_too(kind: str) -> None:
    """Before a signature is looked at, so that anybody can bring it."""
    one = device()
    one.make(TO_MAKE)
    one.flags |= ATTESTED
    attested = bytes(16) + len(one.id).to_bytes(2) + one.id + UNUSABLE[kind]()
    credential = one.use(TO_USE, more=attested)
    if kind in {"deep", "deep maps", "references to references", "an end that never comes"}:
        with pytest.raises(NotWhole):
            used(one, credential, one.cose())
    else:
        # Whole CBOR besides a right signature: nobody reads it.
        try:
            assert used(one, credential, one.cose()) == 0
        except NotWhole:
            return


@pytest.mark.parametrize("fmt", ["none", "packed", "tpm", "fido-u2f", "apple", "of-tomorrow", ""])
@pytest.mark.parametrize(
    "statement", [{}, {"alg": -7, "sig": b"x"}, {"x5c": [b"x"], "ver": "2.0", "response": b"{"}]
)
def test_PK13_what_is_said_of_the_maker_is_not_read(fmt: str, statement: dict[str, Any]) -> None:
    one = device()
    made = judge_made(one.make(TO_MAKE, fmt=fmt, statement=statement), ASKED)
    assert made.public_key == one.cose()


def attestation(value: Any) -> dict[str, Any]:
    credential = device().make(TO_MAKE)
    raw = value if isinstance(value, bytes) else cbor2.dumps(value)
    credential["response"]["attestationObject"] = text_of(raw)
    return credential


@pytest.mark.parametrize(
    "value",
    [
        b"",
        [],
        {},
        7,
        "none",
        {"fmt": "none", "attStmt": {}},
        {"fmt": "none", "authData": b""},
        {"fmt": "none", "attStmt": {}, "authData": "text"},
        {"fmt": "none", "attStmt": {}, "authData": bytes(36)},
        {"fmt": "none", "attStmt": {}, "authData": bytes(37)},
        {"fmt": 1, "attStmt": {}, "authData": bytes(37)},
        {"fmt": "none", "attStmt": [], "authData": bytes(37)},
        cbor2.dumps({}) + b"\x00",
        b"\x81" * 6_000,
        shared_bomb(60),
    ],
)
def test_PK4_an_attestation_without_its_parts_is_refused(value: Any) -> None:
    with pytest.raises(NotWhole):
        judge_made(attestation(value), ASKED)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b"\xff\xfe{\x00}\x00",
        b"[" * 6_000,
        b'{"a":' * 1_500,
        b"9" * 6_000,
        b'{"type":"webauthn.get","challenge":7,"origin":"x"}',
        b'{"type":"webauthn.get","challenge":"' + b"9" * 999 + b'","origin":{}}',
        b'{"type":["webauthn.get"],"challenge":"YQ","origin":"x"}',
    ],
)
def test_PK4_what_browsers_do_not_say_is_refused(said: bytes) -> None:
    one = device()
    made, credential = one.make(TO_MAKE), one.use(TO_USE)
    for answer in (made, credential):
        answer["response"]["clientDataJSON"] = text_of(said)
    with pytest.raises(NotWhole):
        judge_made(made, ASKED)
    with pytest.raises(NotWhole):
        used(one, credential, one.cose())


def test_PK4_the_browser_and_the_device_mean_one_credential() -> None:
    for length in (0, ID_BYTES_MAX + 1):
        with pytest.raises(NotWhole):
            judge_made(device(id=b"i" * length).make(TO_MAKE), ASKED)
    assert judge_made(device(id=b"i" * ID_BYTES_MAX).make(TO_MAKE), ASKED)
    credential = device().make(TO_MAKE)
    credential["id"] = credential["rawId"] = text_of(b"another")
    with pytest.raises(NotWhole):
        judge_made(credential, ASKED)


@pytest.mark.parametrize("key", [b"", b"\x04", b"\x00", cbor2.dumps({}), b"\xff" * 90])
def test_PK4_a_kept_key_that_was_damaged_is_a_refusal(key: bytes) -> None:
    one = device()
    one.make(TO_MAKE)
    with pytest.raises(NotWhole):
        used(one, one.use(TO_USE), key)


def test_PK3_who_is_not_asked_for_is_refused() -> None:
    one = device()
    made = one.make(TO_MAKE)
    credential = one.use(TO_USE)
    for asked in (
        Asked(b"another challenge", ORIGIN, "localhost"),
        Asked(ASKED.challenge, "https://localhost:8700", "localhost"),
        Asked(ASKED.challenge, ORIGIN, "club.example"),
    ):
        with pytest.raises(NotWhole):
            judge_made(made, asked)
        with pytest.raises(NotWhole):
            judge_used(credential, asked, public_key=one.cose(), account="a_ada")
    with pytest.raises(NotWhole):
        judge_used(credential, ASKED, public_key=one.cose(), account="a_ben")


# --- whatever the bytes are -----------------------------------------------------------------------

ONE = device()
MADE, USED = ONE.make(TO_MAKE), ONE.use(TO_USE)
BITS = st.text(st.sampled_from("AQgw_-09azZ"), max_size=200)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=12,
)
CBOR = st.recursive(
    st.none() | st.booleans() | st.integers() | st.binary(max_size=70) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.integers(-5, 5) | st.text(max_size=4), inner, max_size=5)
    ),
    max_leaves=12,
)


def broken(data: st.DataObject, whole: str) -> str:
    """Some bytes are others, gone, or more."""
    raw = bytearray(bytes_of(whole))
    for _ in range(data.draw(st.integers(0, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(raw)) | st.just(len(raw)))
    return text_of(bytes(raw[:cut]) + data.draw(st.binary(max_size=9)))


def changed(data: st.DataObject, credential: dict[str, Any]) -> dict[str, Any]:
    """One field of it is another."""
    other = copy.deepcopy(credential)
    fields: list[tuple[dict[str, Any], str]] = [
        *((other, name) for name in ("id", "rawId", "type")),
        *((other["response"], name) for name in other["response"]),
    ]
    where, name = data.draw(st.sampled_from(fields))
    if name == "clientDataJSON" and data.draw(st.booleans()):
        said = json.loads(bytes_of(where[name]))
        said[data.draw(st.sampled_from([*said, "topOrigin", "tokenBinding"]))] = data.draw(JSON)
        where[name] = text_of(json.dumps(said).encode())
    elif name == "attestationObject" and data.draw(st.booleans()):
        told: dict[str, Any] = cbor2.loads(bytes_of(where[name]))
        told[data.draw(st.sampled_from([*told]))] = data.draw(CBOR)
        where[name] = text_of(cbor2.dumps(told))
    elif name == "type" or data.draw(st.booleans()):
        where[name] = data.draw(BITS)
    else:
        where[name] = broken(data, where[name])
    return other


@given(st.data())
def test_PK4_whatever_is_changed_of_what_was_made_is_accepted_whole_or_refused(
    data: st.DataObject,
) -> None:
    credential = changed(data, MADE)
    try:
        made = judge_made(credential, ASKED)
    except NotWhole:
        return
    # Only what nobody signed may differ: it is still this credential with a key that can be used.
    assert made.id == credential["id"]
    with pytest.raises(NotWhole):
        judge_used(USED, Asked(b"x", ORIGIN, "localhost"), public_key=made.public_key, account="a")


@given(st.data())
def test_PK4_whatever_is_changed_of_a_use_is_refused(data: st.DataObject) -> None:
    credential = changed(data, USED)
    try:
        assert used(ONE, credential, ONE.cose()) == 0
    except NotWhole:
        return
    # What signs in says, byte for byte, what was signed, for the same account.
    names = ("clientDataJSON", "authenticatorData", "userHandle")
    for name in names:
        assert bytes_of(credential["response"][name]) == bytes_of(USED["response"][name])


@given(CBOR)
def test_PK4_whatever_is_in_the_place_of_a_key_is_refused(value: Any) -> None:
    with pytest.raises(NotWhole):
        judge_made(device().make(TO_MAKE, cose=cbor2.dumps(value)), ASKED)


@given(st.binary(max_size=200))
def test_PK4_whatever_bytes_are_in_the_place_of_a_key_are_refused(raw: bytes) -> None:
    with pytest.raises(NotWhole):
        judge_made(device().make(TO_MAKE, cose=raw), ASKED)
