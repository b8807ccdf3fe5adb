"""A throwaway authority and the certificates it gives, for tests of TLS on this machine."""

from __future__ import annotations

import datetime as dt
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Pair:
    """A certificate and its key, as PEM files."""

    certificate: Path
    key: Path


class Authority:
    """Gives certificates in a folder."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name, self._key = folder, name, ec.generate_private_key(ec.SECP256R1())
        usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
        built = self._builder(name, self._key, dt.datetime.now(dt.UTC) + DAY)
        built = built.add_extension(x509.BasicConstraints(True, None), critical=True).add_extension(usage, critical=True)
        self.pair = self._write(name, self._key, built)

    def give(self, name: str, address: str = "127.0.0.1", ends: dt.datetime | None = None) -> Pair:
        """Give a certificate for an address of this machine, until a moment (by default tomorrow)."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
        built = self._builder(name, key, ends or dt.datetime.now(dt.UTC) + DAY)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        return self._write(name, key, built.add_extension(names, False).add_extension(issuer, False))

    def _builder(self, name: str, key: ec.EllipticCurvePrivateKey, ends: dt.datetime) -> x509.CertificateBuilder:
        def named(common: str) -> x509.Name:
            return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])

        return (
            x509.CertificateBuilder()
            .subject_name(named(name))
            .issuer_name(named(self._name))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(ends - 30 * DAY)
            .not_valid_after(ends)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )

    def _write(self, name: str, key: ec.EllipticCurvePrivateKey, built: x509.CertificateBuilder) -> Pair:
        pair = Pair(self._folder / f"{name}.pem", self._folder / f"{name}.key")
        pair.certificate.write_bytes(built.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        private = serialization.PrivateFormat.PKCS8
        pair.key.write_bytes(key.private_bytes(serialization.Encoding.PEM, private, serialization.NoEncryption()))
        return pair
