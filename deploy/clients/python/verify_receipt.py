#!/usr/bin/python3
"""Verifies a receipt with nothing but the member's log keys, as gateway/docs/formats/receipt.md says.

usage: verify_receipt.py RECEIPT LOG_KEYS [DOCUMENT]

With DOCUMENT, the presented bytes, it also proves that the receipt is about that licence. Exit code:
0 it holds, 1 it does not, with the reason of gateway/docs/REASONS.md.
"""

import base64
import hashlib
import re
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from google.protobuf.message import DecodeError
from mrg.audit.v1 import audit_pb2
from mrg.gateway.v1 import receipt_pb2
from mrg.trustlist.v1 import federation_pb2

HASH_BYTES = 32
LEAF_BYTES_MAX = 65535
KEY_ID_BYTES = 4
ED25519_KEY_KIND = b"\x01"
# Origin, size, root, and one signature line of the same origin (C2SP signed-note, tlog-checkpoint).
CHECKPOINT = re.compile(
    rb"((?P<origin>[!-*,-~]+)\n(?P<size>0|[1-9][0-9]{0,19})\n(?P<root>[A-Za-z0-9+/]{43}=)\n)"
    rb"\n\xe2\x80\x94 (?P=origin) (?P<signature>[A-Za-z0-9+/]+={0,2})\n")


class ReceiptRefused(Exception):
    """Its words: the reason, then what was found."""


def demand(holds, reason, words):
    if not holds:
        raise ReceiptRefused("%s: %s" % (reason, words))


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def canonical(message, data):
    """The message of the bytes, which must be its one encoding without a field it does not know."""
    name = message.DESCRIPTOR.name
    try:
        message.ParseFromString(data)
    except DecodeError:
        raise ReceiptRefused("RECEIPT_MALFORMED: no " + name) from None
    message.DiscardUnknownFields()
    demand(message.SerializeToString(deterministic=True) == data, "RECEIPT_MALFORMED",
           "%s is not canonical" % name)
    return message


def decoded(text):
    """The bytes of base64 in its one encoding."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        data = b""
    demand(base64.b64encode(data) == text, "RECEIPT_CHECKPOINT_INVALID", "base64 is not canonical")
    return data


def nanoseconds(timestamp):
    return timestamp.seconds * 10**9 + timestamp.nanos


def keys_at(log_keys, origin, instant):
    """The raw public keys that are listed for the log at an instant in nanoseconds."""
    for key in log_keys.keys:
        begins = nanoseconds(getattr(key, "from"))
        ended = key.HasField("until") and instant >= nanoseconds(key.until)
        if key.origin == origin and begins <= instant and not ended:
            yield serialization.load_der_public_key(key.public_key).public_bytes(
                serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def signed_by(key, origin, signature, text):
    key_id = sha256(origin.encode(), b"\n", ED25519_KEY_KIND, key)[:KEY_ID_BYTES]
    if signature[:KEY_ID_BYTES] != key_id:
        return False
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(key).verify(signature[KEY_ID_BYTES:], text)
    except InvalidSignature:
        return False
    return True


def signed_root(receipt, record, log_keys):
    """The root of the receipt's checkpoint, whose signature is checked."""
    note = CHECKPOINT.fullmatch(receipt.checkpoint)
    demand(note, "RECEIPT_CHECKPOINT_INVALID", "it is not of the form of a checkpoint")
    origin, text, signature = note["origin"].decode(), note[1], decoded(note["signature"])
    demand(origin == record.log_origin, "RECEIPT_CHECKPOINT_INVALID", "it is of the log " + origin)
    keys = keys_at(log_keys, origin, record.decided_at_us * 1000)
    demand(any(signed_by(key, origin, signature, text) for key in keys),
           "RECEIPT_CHECKPOINT_INVALID", "no key that is listed for %s signed it" % origin)
    demand(int(note["size"]) == receipt.tree_size, "RECEIPT_CHECKPOINT_INVALID",
           "it is of %d leaves" % int(note["size"]))
    return decoded(note["root"])


def root_of(leaf, index, size, proof):
    """The root to which the proof leads, empty when it cannot be one (RFC 9162 2.1.3.2)."""
    if index >= size:
        return b""
    node, last, root = index, size - 1, sha256(b"\x00", leaf)
    for sibling in proof:
        if last == 0:
            return b""
        if node & 1 or node == last:
            root = sha256(b"\x01", sibling, root)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            root = sha256(b"\x01", root, sibling)
        node, last = node >> 1, last >> 1
    return root if last == 0 else b""


def verify(receipt_bytes, log_keys_bytes, document=None):
    """Result: the decision's record, once everything holds. Errors: ReceiptRefused."""
    receipt = canonical(receipt_pb2.Receipt(), receipt_bytes)
    leaf = canonical(audit_pb2.LogLeaf(), receipt.leaf)
    record = canonical(audit_pb2.DecisionRecord(), leaf.body)
    demand(len(receipt.leaf) <= LEAF_BYTES_MAX and len(receipt.salt) == HASH_BYTES and
           all(len(one) == HASH_BYTES for one in receipt.inclusion_proof),
           "RECEIPT_MALFORMED", "a part is not of its length")
    demand((leaf.kind, leaf.schema, record.schema) == (audit_pb2.LEAF_KIND_DECISION, 1, 1),
           "RECEIPT_MALFORMED", "the leaf is no decision that this program knows")
    demand(sha256(receipt.salt) == record.salt_digest, "RECEIPT_SALT_MISMATCH", "another salt")
    root = signed_root(receipt, record, canonical(federation_pb2.LogKeys(), log_keys_bytes))
    demand(root_of(receipt.leaf, receipt.index, receipt.tree_size, receipt.inclusion_proof) == root,
           "RECEIPT_PROOF_INVALID", "the proof does not lead to the checkpoint's root")
    demand(document is None or sha256(receipt.salt, document) == record.licence_commitment,
           "RECEIPT_COMMITMENT_MISMATCH", "the receipt is about another document")
    return record


def read(path):
    with open(path, "rb") as file:
        return file.read()


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    try:
        record = verify(*map(read, sys.argv[1:]))
    except ReceiptRefused as refused:
        sys.exit(str(refused))
    print("receipt holds 回执有效: %s of %s" % (
        audit_pb2.Outcome.Name(record.outcome), record.log_origin))


if __name__ == "__main__":
    main()
