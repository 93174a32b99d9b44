"""Certificates: a pair of PEM files as a TLS context, taken up again when they change, and the
command line's trust in its own server.

What is read is read once and used whole: a pair that is half written or does not match never
reaches a handshake. Connections that are open keep what they began with. Must not know ports.
SPEC: TL1 to TL9.
"""

from __future__ import annotations

import os
import re
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from server.clock import Clock
from server.file_watch import Signature, signature
from server.logs import get_logger
from server.metrics import Metrics
from server.secrets import InvalidSecret, read_private

WARN_DAYS = 14
"""Certificates of 90 days are renewed 30 days before their end: by now that has failed twice."""
WARN_EVERY_S = 86_400.0
CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""For TLS 1.2: forward secrecy and authenticated encryption only (RFC 9325, 4.2). TLS 1.3 has no
others."""
_DAY_S = 86_400
_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \1-----", re.DOTALL)
_OTHER_KEY = {"KEY_VALUES_MISMATCH", "KEY_TYPE_MISMATCH", "NO_CERTIFICATE_ASSIGNED"}
"""What OpenSSL says to a key of another certificate; the last where even its kind is another."""
_NO_TIME = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME, which the standard library does not name."""


class InvalidCertificate(Exception):
    """A pair of files that must not be served. The message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate with its key, ready for handshakes."""

    context: ssl.SSLContext
    begins_s: int
    ends_s: int
    """Seconds since 1970."""
    names: tuple[str, ...]
    """For whom it speaks."""


def read_pair(certificate: Path, key: Path) -> Pair:
    """The pair in these files. Raises InvalidCertificate."""
    try:
        chain = certificate.read_bytes()
        private = read_private(key)
    except InvalidSecret as error:
        raise InvalidCertificate(str(error)) from None
    except OSError as error:
        raise InvalidCertificate(f"{error.filename} cannot be read ({error.strerror})") from None
    try:
        found = x509.load_pem_x509_certificates(chain)
    except ValueError:
        found = []
    # A chain that is cut off in the middle still begins with a good certificate.
    left = _BLOCK.sub(b"", chain).rstrip()
    if not found or b"-----" in left or left.endswith(b"-"):
        raise InvalidCertificate(f"{certificate} is not a whole chain of PEM certificates")
    leaf = found[0]
    return Pair(
        _context(certificate, key, chain + b"\n" + private),
        int(leaf.not_valid_before_utc.timestamp()),
        int(leaf.not_valid_after_utc.timestamp()),
        _names(leaf),
    )


def _context(certificate: Path, key: Path, pem: bytes) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(CIPHERS)
    # Compression tells what is encrypted (CRIME), renegotiation is work for the asking.
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    context.set_alpn_protocols(["http/1.1"])

    def no_passphrase() -> str:
        raise InvalidCertificate(
            f"{key} has a passphrase, which nobody is there to type: take it"
            " off (openssl pkey -in … -out …)"
        )

    # The library loads by name: what was read is given a name that nobody else has.
    held = os.memfd_create("certificate")
    try:
        with os.fdopen(held, "wb", closefd=False) as file:
            file.write(pem)
        context.load_cert_chain(f"/proc/self/fd/{held}", password=no_passphrase)
    except ssl.SSLError as error:
        if error.reason in _OTHER_KEY:
            why = f"{key} is not the key of {certificate}"
        else:
            why = f"{certificate} with {key} cannot be used ({error.reason or 'no key in it'})"
        raise InvalidCertificate(why) from None
    finally:
        os.close(held)
    return context


def _names(leaf: x509.Certificate) -> tuple[str, ...]:
    try:
        found = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    names = found.get_values_for_type(x509.DNSName)
    return (*names, *(str(one) for one in found.get_values_for_type(x509.IPAddress)))


class Certificates:
    """The pair in force. Invariant: every handshake is made with one whole pair, and a pair that
    must not be used changes nothing."""

    def __init__(self, certificate: Path, key: Path, clock: Clock, metrics: Metrics) -> None:
        """Raises InvalidCertificate."""
        self._paths = (certificate, key)
        self._clock = clock
        self._metrics = metrics
        self._log = get_logger("tls")
        self._seen: Signature = signature(self._paths)
        self._pair = read_pair(certificate, key)
        self.context = self._pair.context
        """For listeners, for good: it hands each handshake the pair in force."""
        self.context.sni_callback = self._choose
        self._warned_at = float("-inf")
        self._in_force()

    @property
    def pair(self) -> Pair:
        """What the next handshake is made with."""
        return self._pair

    def look(self) -> None:
        """Takes up changed files, and says when the end is near."""
        # Before reading: what changes meanwhile is seen at the next look.
        seen = signature(self._paths)
        if seen != self._seen:
            self._seen = seen
            self._read()
        self._warn()

    def _read(self) -> None:
        try:
            pair = read_pair(*self._paths)
            self._refuse_worse(pair)
        except InvalidCertificate as error:
            self._metrics.file_reloads["certificate", "refused"] += 1
            self._log.warning("the changed certificate is not used", why=str(error))
            return
        self._metrics.file_reloads["certificate", "taken"] += 1
        self._pair = pair
        self._warned_at = float("-inf")
        self._in_force()
        self._log.info("certificate changed", names=list(pair.names), days=self._days_left())

    def _refuse_worse(self, pair: Pair) -> None:
        """One that nobody accepts now is no reason to give up one that they do."""
        now_s = self._clock.now_ms() / 1000
        holds = self._pair.begins_s <= now_s < self._pair.ends_s
        if holds and not pair.begins_s <= now_s < pair.ends_s:
            when = "has ended" if now_s >= pair.ends_s else "does not hold yet"
            raise InvalidCertificate(f"{self._paths[0]} {when}")

    def _in_force(self) -> None:
        self._metrics.certificate_ends_s = self._pair.ends_s
        self._warn()

    def _warn(self) -> None:
        now = self._clock.monotonic()
        if self._days_left() > WARN_DAYS or now - self._warned_at < WARN_EVERY_S:
            return
        self._warned_at = now
        if self._days_left() > 0:
            self._log.warning(
                "the certificate ends soon", file=str(self._paths[0]), days=self._days_left()
            )
        else:
            self._log.error("the certificate has ended", file=str(self._paths[0]))

    def _days_left(self) -> float:
        return round((self._pair.ends_s - self._clock.now_ms() / 1000) / _DAY_S, 1)

    def _choose(
        self, handshake: ssl.SSLSocket | ssl.SSLObject, _name: str | None, _: ssl.SSLContext
    ) -> None:
        # Called for every handshake, also for those that name nobody.
        handshake.context = self._pair.context


def trust(certificate: Path) -> ssl.SSLContext:
    """A client's context that trusts exactly the server with this certificate, under whatever name
    and however old: the file says who it is. Raises InvalidCertificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    _trust_leaf(context, certificate)
    context.verify_flags |= _NO_TIME
    return context


def trust_also(certificate: Path | None) -> ssl.SSLContext:
    """A client's context that trusts what the machine trusts, and this certificate for the names
    that stand in it. Raises InvalidCertificate."""
    context = ssl.create_default_context()
    if certificate is not None:
        _trust_leaf(context, certificate)
    return context


def _trust_leaf(context: ssl.SSLContext, certificate: Path) -> None:
    """The first certificate alone: whoever issued it also issued those of others."""
    try:
        leaf = x509.load_pem_x509_certificates(certificate.read_bytes())[0]
    except (OSError, ValueError):
        raise InvalidCertificate(f"{certificate} cannot be read as a PEM certificate") from None
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.load_verify_locations(cadata=leaf.public_bytes(Encoding.PEM).decode())
