"""Results are signed where the operator gives a certificate, in every format, and readers find the signature valid."""

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from accounts.models import User
from recognition.engine import open_photo
from swaps import tasks
from swaps.engine.marks import SOURCE_TYPE
from swaps.jobs.services import delete_swap
from swaps.results.downloads import DOWNLOADS, result_as
from swaps.results.made_here import check_picture

from .test_swap_lifecycle import submit

c2pa = pytest.importorskip("c2pa", reason="the extra is not installed: pip install c2pa-python")
PEM = serialization.Encoding.PEM


def certificate(subject: str, issuer: str, key: Any, issuers_key: Any, *, authority: bool) -> bytes:
    def named(name: str) -> x509.Name:
        return x509.Name(
            [x509.NameAttribute(NameOID.COMMON_NAME, name), x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Tests")]
        )

    usage = dict.fromkeys(
        (
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    now, own = datetime.now(UTC), key.public_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(subject))
        .issuer_name(named(issuer))
        .public_key(own)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=not authority, key_cert_sign=authority, crl_sign=authority, **usage),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuers_key.public_key()), critical=False)
    )
    if not authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    return builder.sign(issuers_key, hashes.SHA256()).public_bytes(PEM)


@pytest.fixture
def signing(tmp_path: Path, settings: Any) -> None:
    """An operator with a certificate from an authority of its own."""
    authority, own = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    chain = certificate("Site", "Authority", own, authority, authority=False)
    chain += certificate("Authority", "Authority", authority, authority, authority=True)
    secret = own.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    for name, content in (("chain.pem", chain), ("key.pem", secret)):
        (tmp_path / name).write_bytes(content)
    settings.C2PA_CERTIFICATE, settings.C2PA_KEY = str(tmp_path / "chain.pem"), str(tmp_path / "key.pem")


def test_a_result_is_signed_in_every_format(alice: User, signing: None) -> None:
    job = submit(alice)
    tasks.run_swap(str(job.pk))
    job.refresh_from_db()
    for extension in DOWNLOADS:
        content, content_type = result_as(job, extension)
        with c2pa.Reader(content_type, io.BytesIO(content)) as reader:
            found = json.loads(reader.json())
        assert found["validation_state"] == "Valid"
        assert SOURCE_TYPE in json.dumps(found["manifests"])


def test_the_sites_own_signature_is_known_and_no_other(alice: User, signing: None, tmp_path: Path) -> None:
    job = submit(alice)
    tasks.run_swap(str(job.pk))
    job.refresh_from_db()
    files = [open_photo(result_as(job, extension)[0]) for extension in DOWNLOADS]
    delete_swap(job)
    assert {check_picture(file).evidence for file in files} == {"signature"}
    chain = (tmp_path / "chain.pem").read_bytes()
    key = ec.generate_private_key(ec.SECP256R1())
    other = certificate("Site", "Authority", key, key, authority=False)
    for others in (other, other + chain):  # somebody else's, also one of the same authority
        (tmp_path / "chain.pem").write_bytes(others)
        assert {check_picture(file).evidence for file in files} == {"mark"}


def test_a_signature_of_another_picture_counts_for_nothing(alice: User, signing: None) -> None:
    job = submit(alice)
    tasks.run_swap(str(job.pk))
    job.refresh_from_db()
    content = bytearray(result_as(job, "jpg")[0])
    delete_swap(job)
    place = content.rindex(b"\xff\xd9") - 200
    content[place] ^= 1
    assert check_picture(open_photo(bytes(content))).evidence != "signature"
