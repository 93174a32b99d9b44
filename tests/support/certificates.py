"""Certificates that tests make: by an issuer of their own, for any names, ended or not yet
begun."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Made:
    """A certificate, its chain and its key."""

    chain: bytes
    key: bytes
    certificate: x509.Certificate

    def write(self, folder: Path, name: str = "server") -> tuple[Path, Path]:
        """As files, the key for its owner alone."""
        certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
        certificate.write_bytes(self.chain)
        key.touch(mode=0o600)
        key.write_bytes(self.key)
        return certificate, key


class Issuer:
    """An authority of a test."""

    def __init__(self, now: datetime | None = None) -> None:
        self.now = now or datetime.now(UTC)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "an issuer of tests")])
        self.certificate = (
            self._builder(self._name, self._key, timedelta(days=-1), timedelta(days=3_650))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(self._key, SHA256())
        )

    def make(
        self,
        names: Sequence[str] = LOCAL,
        *,
        begins: timedelta = timedelta(days=-1),
        ends: timedelta = timedelta(days=90),
        key: PrivateKey | None = None,
        passphrase: bytes = b"",
    ) -> Made:
        """A certificate for these names, with the issuer's own behind it."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
        found = (
            self._builder(subject, key, begins, ends)
            .add_extension(x509.SubjectAlternativeName([_named(one) for one in names]), False)
            .sign(self._key, SHA256())
        )
        chain = found.public_bytes(Encoding.PEM) + self.certificate.public_bytes(Encoding.PEM)
        hidden = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
        return Made(chain, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, hidden), found)

    def _builder(
        self, subject: x509.Name, key: PrivateKey, begins: timedelta, ends: timedelta
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.now + begins)
            .not_valid_after(self.now + ends)
        )


def _named(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
