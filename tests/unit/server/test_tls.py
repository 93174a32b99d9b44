"""Certificates: pairs that may be served, taken up when they change, and whom the command line
trusts."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from structlog.testing import capture_logs

from server.metrics import Metrics
from server.tls import Certificates, InvalidCertificate, read_pair, trust, trust_also
from tests.support.certificates import Issuer, Made
from tests.support.manual_clock import START_MS, ManualClock

NOW = datetime.fromtimestamp(START_MS / 1000, UTC)


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer(NOW)


def shown(
    server: ssl.SSLContext,
    client: ssl.SSLContext | None = None,
    name: str | None = "localhost",
) -> tuple[bytes, ssl.SSLObject]:
    """The certificate that a handshake in memory ends with, and the client's half. Raises
    SSLError."""
    if client is None:
        client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    halves = (
        client.wrap_bio(to_client, to_server, server_hostname=name),
        server.wrap_bio(to_server, to_client, server_side=True),
    )
    for _ in range(4):
        for half in halves:
            try:
                half.do_handshake()
            except ssl.SSLWantReadError:
                continue
    found = halves[0].getpeercert(binary_form=True)
    assert found is not None
    return found, halves[0]


def der(made: Made) -> bytes:
    return made.certificate.public_bytes(Encoding.DER)


class Running:
    """Certificates in force, whose files a test changes."""

    def __init__(self, folder: Path, made: Made) -> None:
        self.certificate, self.key = made.write(folder)
        self.clock, self.metrics = ManualClock(), Metrics()
        self.certificates = Certificates(self.certificate, self.key, self.clock, self.metrics)

    @property
    def in_force(self) -> bytes:
        return shown(self.certificates.context)[0]

    def counted(self) -> tuple[int, int]:
        reloads = self.metrics.file_reloads
        return reloads["certificate", "taken"], reloads["certificate", "refused"]


def test_TL2_what_is_older_than_tls_1_2_is_refused_and_1_2_has_forward_secrecy(
    tmp_path: Path, issuer: Issuer
) -> None:
    context = read_pair(*issuer.make().write(tmp_path)).context
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    cipher = shown(context, client)[1].cipher()
    assert cipher is not None
    assert cipher[0].startswith("ECDHE-")
    assert cipher[1] == "TLSv1.2"
    client.set_ciphers("AES128-SHA:AES256-GCM-SHA384")
    with pytest.raises(ssl.SSLError):
        shown(context, client)
    assert shown(context)[1].version() == "TLSv1.3"


def test_TL3_a_pair_is_read_with_its_chain_and_its_names(tmp_path: Path, issuer: Issuer) -> None:
    made = issuer.make(["club.example", "10.0.0.7"])
    pair = read_pair(*made.write(tmp_path))
    assert pair.names == ("club.example", "10.0.0.7")
    assert pair.ends_s == int(made.certificate.not_valid_after_utc.timestamp())
    found, client = shown(pair.context)
    assert found == der(made)
    issued_by_ours = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    issued_by_ours.load_verify_locations(
        cadata=issuer.certificate.public_bytes(Encoding.PEM).decode()
    )
    # The clock of these certificates is the test's.
    issued_by_ours.verify_flags |= ssl.VerifyFlags(0x200000)
    assert shown(pair.context, issued_by_ours, "club.example")[0] == der(made)
    assert client.selected_alpn_protocol() is None


def test_TL3_certificate_and_key_may_lie_in_one_file(tmp_path: Path, issuer: Issuer) -> None:
    made = issuer.make()
    both = tmp_path / "both.pem"
    both.touch(mode=0o600)
    both.write_bytes(made.key + made.chain)
    assert shown(read_pair(both, both).context)[0] == der(made)


def test_TL4_a_pair_that_cannot_be_served_is_refused_with_what_is_wrong(
    tmp_path: Path, issuer: Issuer
) -> None:
    good, other = issuer.make(), issuer.make()
    certificate, key = good.write(tmp_path)

    def why(chain: bytes, private: bytes) -> str:
        certificate.write_bytes(chain)
        key.write_bytes(private)
        with pytest.raises(InvalidCertificate) as refusal:
            read_pair(certificate, key)
        assert "PRIVATE" not in str(refusal.value)
        return str(refusal.value)

    rsa_key = issuer.make(key=rsa.generate_private_key(65_537, 2_048)).key
    assert "is not the key of" in why(good.chain, other.key)
    assert "is not the key of" in why(good.chain, rsa_key)
    assert "not a whole chain" in why(b"", good.key)
    assert "not a whole chain" in why(good.key, good.key)
    assert "cannot be used" in why(good.chain, b"")
    assert "cannot be used" in why(good.chain, good.key[: len(good.key) // 2])
    assert "has a passphrase" in why(good.chain, issuer.make(passphrase=b"canary").key)
    weak = issuer.make(key=rsa.generate_private_key(65_537, 1_024))  # noqa: S505 - that is the point
    assert "cannot be used" in why(weak.chain, weak.key)
    key.unlink()
    with pytest.raises(InvalidCertificate, match=r"server\.key cannot be read"):
        read_pair(certificate, key)


def test_TL4_a_chain_that_is_cut_off_anywhere_is_refused(tmp_path: Path, issuer: Issuer) -> None:
    made = issuer.make()
    certificate, key = made.write(tmp_path)
    whole = len(made.chain.rstrip())
    for end in range(0, whole, 37):
        certificate.write_bytes(made.chain[:end])
        if made.chain[:end].endswith(b"-----END CERTIFICATE-----\n"):
            continue  # the leaf alone is a chain
        with pytest.raises(InvalidCertificate):
            read_pair(certificate, key)


def test_TL4_a_key_that_others_may_read_is_refused(tmp_path: Path, issuer: Issuer) -> None:
    certificate, key = issuer.make().write(tmp_path)
    key.chmod(0o644)
    with pytest.raises(InvalidCertificate, match="chmod 0600"):
        read_pair(certificate, key)


@pytest.mark.parametrize("name", ["localhost", None])
def test_TL5_a_changed_pair_is_what_the_next_handshake_gets(
    tmp_path: Path, issuer: Issuer, name: str | None
) -> None:
    old, new = issuer.make(), issuer.make(key=rsa.generate_private_key(65_537, 2_048))
    running = Running(tmp_path, old)
    context = running.certificates.context
    assert shown(context, name=name)[0] == der(old)
    new.write(tmp_path)
    assert shown(context, name=name)[0] == der(old), "nobody has looked yet"
    running.certificates.look()
    assert shown(context, name=name)[0] == der(new)
    assert running.counted() == (1, 0)
    running.certificates.look()
    assert running.counted() == (1, 0)


def test_TL5_a_pair_that_is_put_in_place_by_a_link_is_seen(tmp_path: Path, issuer: Issuer) -> None:
    old, new = issuer.make(), issuer.make()
    for name, made in (("one", old), ("two", new)):
        (tmp_path / name).mkdir()
        made.write(tmp_path / name)
    live = tmp_path / "live"
    live.symlink_to("one")
    metrics = Metrics()
    certificates = Certificates(live / "server.pem", live / "server.key", ManualClock(), metrics)
    (tmp_path / "next").symlink_to("two")
    (tmp_path / "next").replace(live)
    certificates.look()
    assert shown(certificates.context)[0] == der(new)


def test_TL6_while_a_pair_is_half_in_place_the_old_one_goes_on(
    tmp_path: Path, issuer: Issuer
) -> None:
    old, new = issuer.make(), issuer.make()
    running = Running(tmp_path, old)
    running.certificate.write_bytes(new.chain)
    with capture_logs() as logs:
        running.certificates.look()
        running.certificates.look()
    assert running.in_force == der(old)
    assert running.counted() == (0, 1)
    [line] = [one for one in logs if one["log_level"] == "warning"]
    assert "is not the key of" in line["why"]
    running.key.write_bytes(new.key)
    running.certificates.look()
    assert running.in_force == der(new)
    assert running.counted() == (1, 1)


@pytest.mark.parametrize("what", ["gone", "empty", "open"])
def test_TL6_files_that_are_damaged_later_change_nothing(
    tmp_path: Path, issuer: Issuer, what: str
) -> None:
    made = issuer.make()
    running = Running(tmp_path, made)
    if what == "gone":
        running.certificate.unlink()
    elif what == "empty":
        running.key.write_bytes(b"")
    else:
        running.key.chmod(0o644)
    running.certificates.look()
    assert running.in_force == der(made)
    assert running.counted() == (0, 1)


@pytest.mark.parametrize(
    ("begins", "ends", "why"), [(-9, -1, "has ended"), (1, 9, "does not hold yet")]
)
def test_TL6_what_nobody_accepts_does_not_take_the_place_of_what_holds(
    tmp_path: Path, issuer: Issuer, begins: int, ends: int, why: str
) -> None:
    good = issuer.make()
    bad = issuer.make(begins=timedelta(days=begins), ends=timedelta(days=ends))
    running = Running(tmp_path, good)
    bad.write(tmp_path)
    with capture_logs() as logs:
        running.certificates.look()
    assert running.in_force == der(good)
    assert why in logs[0]["why"]


def test_TL6_what_has_ended_gives_way_to_anything(tmp_path: Path, issuer: Issuer) -> None:
    running = Running(tmp_path, issuer.make(ends=timedelta(days=-0.5)))
    later = issuer.make(ends=timedelta(days=-0.1))
    later.write(tmp_path)
    running.certificates.look()
    assert running.in_force == der(later)


def test_TL8_the_end_is_a_metric_and_is_warned_of_two_weeks_before_once_a_day(
    tmp_path: Path, issuer: Issuer
) -> None:
    made = issuer.make(ends=timedelta(days=20))
    running = Running(tmp_path, made)
    assert running.metrics.certificate_ends_s == START_MS // 1000 + 20 * 86_400

    def told(days: float) -> list[str]:
        running.clock.advance(days * 86_400)
        with capture_logs() as logs:
            running.certificates.look()
        return [f"{one['log_level']}: {one['event']}" for one in logs]

    soon, over = "warning: the certificate ends soon", "error: the certificate has ended"
    assert [told(days) for days in (0, 5.9, 0.2, 0.5, 0.6)] == [[], [], [soon], [], [soon]]
    assert [told(days) for days in (14, 0.1)] == [[over], []]
    issuer.make(ends=timedelta(days=110)).write(tmp_path)
    assert told(0) == ["info: certificate changed"]
    assert running.metrics.certificate_ends_s == START_MS // 1000 + 110 * 86_400


def test_TL9_the_command_line_trusts_exactly_its_servers_certificate(
    tmp_path: Path, issuer: Issuer
) -> None:
    ours = issuer.make(["club.example"], ends=timedelta(days=-0.5))
    certificate, key = ours.write(tmp_path)
    context = read_pair(certificate, key).context
    assert shown(context, trust(certificate))[0] == der(ours), "whatever its names and its age"
    sibling = read_pair(*issuer.make().write(tmp_path, "sibling")).context
    with pytest.raises(ssl.SSLError, match="CERTIFICATE_VERIFY_FAILED"):
        shown(sibling, trust(certificate))


def test_TL9_elsewhere_the_names_count(tmp_path: Path) -> None:
    made = Issuer().make(["club.example"])
    certificate, key = made.write(tmp_path)
    context = read_pair(certificate, key).context
    assert shown(context, trust_also(certificate), "club.example")[0] == der(made)
    with pytest.raises(ssl.SSLError, match="CERTIFICATE_VERIFY_FAILED"):
        shown(context, trust_also(certificate), "other.example")
    with pytest.raises(ssl.SSLError, match="CERTIFICATE_VERIFY_FAILED"):
        shown(context, trust_also(None), "club.example")
    certificate.write_bytes(b"nothing")
    for asked in (trust, trust_also):
        with pytest.raises(InvalidCertificate, match="cannot be read as a PEM certificate"):
            asked(certificate)
