"""Keys of simulated TUF repositories, as section 4.2 of the specification writes them, and sm2.

Signatures come from python3-cryptography and, for sm2, from the openssl command; the canonical form
from python3-securesystemslib. Nothing here is shared with the program under test.
"""

import hashlib
import os
import subprocess
import tempfile

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from securesystemslib.formats import encode_canonical

SM2_USER_ID = "1234567812345678"


def canonical(value):
    """The canonical form of a JSON value, as bytes."""
    return encode_canonical(value).encode("utf-8")


def spki_pem(public_key):
    return public_key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


class SigningKey:
    """A private key; `public` is the key object as metadata states it, and may be edited."""

    def __init__(self, keytype, scheme, text, sign):
        self.public = {"keytype": keytype, "scheme": scheme, "keyval": {"public": text}}
        self._sign = sign

    @property
    def keyid(self):
        return hashlib.sha256(canonical(self.public)).hexdigest()

    def sign(self, message):
        """The signature of `message`, hex."""
        return self._sign(message).hex()


def new_ed25519():
    key = ed25519.Ed25519PrivateKey.generate()
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return SigningKey("ed25519", "ed25519", raw.hex(), key.sign)


def new_ecdsa(keytype="ecdsa"):
    key = ec.generate_private_key(ec.SECP256R1())
    return SigningKey(keytype, "ecdsa-sha2-nistp256", spki_pem(key.public_key()),
                      lambda message: key.sign(message, ec.ECDSA(hashes.SHA256())))


def new_rsa(salt_length=padding.PSS.MAX_LENGTH):
    """Signers in the field differ in the length of the salt; the specification leaves it open."""
    key = rsa.generate_private_key(65537, 2048)
    pss = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=salt_length)
    return SigningKey("rsa", "rsassa-pss-sha256", spki_pem(key.public_key()),
                      lambda message: key.sign(message, pss, hashes.SHA256()))


def new_sm2():
    pem = run_openssl(["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2"])
    public = run_openssl(["pkey", "-pubout"], stdin=pem).decode()

    def sign(message):
        with tempfile.TemporaryDirectory() as folder:
            key_path, message_path = os.path.join(folder, "key"), os.path.join(folder, "message")
            with open(key_path, "wb") as file:
                file.write(pem)
            with open(message_path, "wb") as file:
                file.write(message)
            return run_openssl(["pkeyutl", "-sign", "-inkey", key_path, "-rawin", "-digest", "sm3",
                                "-in", message_path, "-pkeyopt", "distid:" + SM2_USER_ID])

    return SigningKey("sm2", "sm2-sm3", public, sign)


def run_openssl(arguments, stdin=b""):
    return subprocess.run(["openssl"] + arguments, input=stdin, check=True,
                          capture_output=True).stdout
