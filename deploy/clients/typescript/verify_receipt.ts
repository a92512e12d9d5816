#!/usr/bin/env node
// Verifies a receipt with nothing but the member's log keys, as gateway/docs/formats/receipt.md says.
//
// usage: verify_receipt.js RECEIPT LOG_KEYS [DOCUMENT]
//
// With DOCUMENT, the presented bytes, it also proves that the receipt is about that licence. Exit code:
// 0 it holds, 1 it does not, with the reason of gateway/docs/REASONS.md.

import { createHash, createPublicKey, KeyObject, verify as verifySignature } from "node:crypto";
import { readFileSync } from "node:fs";
import { Message, NotCanonical, readCanonical, Schema } from "./canonical";

const HASH_BYTES = 32;
const LEAF_BYTES_MAX = 65535;
const KEY_ID_BYTES = 4;
const ED25519_KEY_KIND = Buffer.of(1);
const LEAF_KIND_DECISION = 1n;
const OUTCOMES = ["UNSPECIFIED", "RECOGNIZED", "RECOGNIZED_WITH_CONDITIONS", "NOT_RECOGNIZED", "NO_RULE",
  "STALE_TRUST"];
// Origin, size, root, and one signature line of the same origin (C2SP signed-note, tlog-checkpoint), the
// bytes read as Latin-1.
const CHECKPOINT = new RegExp(
  "^(?<text>(?<origin>[!-*,-~]+)\\n(?<size>0|[1-9][0-9]{0,19})\\n(?<root>[A-Za-z0-9+/]{43}=)\\n)" +
  "\\n\\xe2\\x80\\x94 \\k<origin> (?<signature>[A-Za-z0-9+/]+={0,2})\\n$");

const RECEIPT: Schema = {
  1: { name: "leaf", type: "bytes" },
  2: { name: "salt", type: "bytes" },
  3: { name: "index", type: "uint64" },
  4: { name: "tree_size", type: "uint64" },
  5: { name: "inclusion_proof", type: "bytes", repeated: true },
  6: { name: "checkpoint", type: "bytes" },
};
const LOG_LEAF: Schema = {
  1: { name: "kind", type: "int32" },
  2: { name: "schema", type: "uint32" },
  3: { name: "body", type: "bytes" },
};
const CHECK: Schema = {
  1: { name: "check", type: "text" },
  2: { name: "verdict", type: "int32" },
  3: { name: "reason", type: "text" },
};
const RESTS_ON: Schema = {
  1: { name: "publisher", type: "text" },
  2: { name: "role", type: "text" },
  3: { name: "version", type: "int64" },
  4: { name: "signed_sha256", type: "bytes" },
};
const TARGET_USED: Schema = {
  1: { name: "path", type: "text" },
  2: { name: "sha256", type: "bytes" },
};
const DECISION_RECORD: Schema = {
  1: { name: "schema", type: "uint32" },
  2: { name: "log_origin", type: "text" },
  3: { name: "decided_at_us", type: "int64" },
  4: { name: "using_jurisdiction", type: "text" },
  5: { name: "issuing_jurisdiction", type: "text" },
  6: { name: "type_code", type: "text" },
  7: { name: "scenario", type: "text" },
  8: { name: "caller_spiffe_id", type: "text" },
  9: { name: "algorithm", type: "text" },
  10: { name: "issuer_entry_sha256", type: "bytes" },
  11: { name: "checks", type: CHECK, repeated: true },
  12: { name: "outcome", type: "int32" },
  13: { name: "rests_on", type: RESTS_ON, repeated: true },
  14: { name: "targets_used", type: TARGET_USED, repeated: true },
  15: { name: "policy_digest", type: "bytes" },
  16: { name: "rules_version", type: "uint32" },
  17: { name: "licence_commitment", type: "bytes" },
  18: { name: "elements_commitment", type: "bytes" },
  19: { name: "salt_digest", type: "bytes" },
  20: { name: "epoch", type: "uint32" },
  21: { name: "agreement_conditions", type: "text", repeated: true },
  22: { name: "form", type: "text" },
  23: { name: "signing_time_kind", type: "int32" },
};
const TIMESTAMP: Schema = {
  1: { name: "seconds", type: "int64" },
  2: { name: "nanos", type: "int32" },
};
const LOG_KEY: Schema = {
  1: { name: "origin", type: "text" },
  2: { name: "public_key", type: "bytes" },
  3: { name: "from", type: TIMESTAMP },
  4: { name: "until", type: TIMESTAMP },
};
const LOG_KEYS: Schema = { 1: { name: "keys", type: LOG_KEY, repeated: true } };

/** Its words: the reason, then what was found. */
export class ReceiptRefused extends Error {}

function demand(holds: boolean, reason: string, words: string): asserts holds {
  if (!holds) throw new ReceiptRefused(`${reason}: ${words}`);
}

function sha256(...parts: Buffer[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function canonical(schema: Schema, name: string, data: Buffer): Message {
  try {
    return readCanonical(schema, data);
  } catch (error) {
    if (!(error instanceof NotCanonical)) throw error;
    throw new ReceiptRefused(`RECEIPT_MALFORMED: ${name}: ${error.message}`);
  }
}

/** The bytes of base64 in its one encoding. */
function decoded(text: string): Buffer {
  const data = Buffer.from(text, "base64");
  demand(data.toString("base64") === text, "RECEIPT_CHECKPOINT_INVALID", "base64 is not canonical");
  return data;
}

function nanoseconds(timestamp: Message | undefined): bigint {
  return timestamp ? timestamp.seconds * 1_000_000_000n + timestamp.nanos : 0n;
}

/** The keys that are listed for the log at an instant in nanoseconds. */
function keysAt(logKeys: Message, origin: string, instant: bigint): KeyObject[] {
  const listed = logKeys.keys.filter((key: Message) => key.origin === origin &&
    nanoseconds(key.from) <= instant && !(key.until && nanoseconds(key.until) <= instant));
  return listed.map((key: Message) =>
    createPublicKey({ key: key.public_key, format: "der", type: "spki" }));
}

function isSignedBy(key: KeyObject, origin: string, signature: Buffer, text: Buffer): boolean {
  const raw = Buffer.from(key.export({ format: "jwk" }).x ?? "", "base64url");
  const keyId = sha256(Buffer.from(`${origin}\n`), ED25519_KEY_KIND, raw).subarray(0, KEY_ID_BYTES);
  return key.asymmetricKeyType === "ed25519" && keyId.equals(signature.subarray(0, KEY_ID_BYTES)) &&
    verifySignature(null, text, key, signature.subarray(KEY_ID_BYTES));
}

/** The root of the receipt's checkpoint, whose signature is checked. */
function signedRoot(receipt: Message, record: Message, logKeys: Message): Buffer {
  const note = CHECKPOINT.exec(receipt.checkpoint.toString("latin1"))?.groups;
  demand(note !== undefined, "RECEIPT_CHECKPOINT_INVALID", "it is not of the form of a checkpoint");
  demand(note.origin === record.log_origin, "RECEIPT_CHECKPOINT_INVALID",
    `it is of the log ${note.origin}`);
  const signature = decoded(note.signature);
  const text = Buffer.from(note.text, "latin1");
  const keys = keysAt(logKeys, note.origin, record.decided_at_us * 1000n);
  demand(keys.some((key) => isSignedBy(key, note.origin, signature, text)),
    "RECEIPT_CHECKPOINT_INVALID", `no key that is listed for ${note.origin} signed it`);
  demand(BigInt(note.size) === receipt.tree_size, "RECEIPT_CHECKPOINT_INVALID",
    `it is of ${note.size} leaves`);
  return decoded(note.root);
}

/** The root to which the proof leads; undefined when it cannot be one (RFC 9162 2.1.3.2). */
function rootOf(leaf: Buffer, index: bigint, size: bigint, proof: Buffer[]): Buffer | undefined {
  if (index >= size) return undefined;
  let [node, last, root] = [index, size - 1n, sha256(Buffer.of(0), leaf)];
  for (const sibling of proof) {
    if (last === 0n) return undefined;
    if (node & 1n || node === last) {
      root = sha256(Buffer.of(1), sibling, root);
      while (!(node & 1n) && node !== 0n) [node, last] = [node >> 1n, last >> 1n];
    } else {
      root = sha256(Buffer.of(1), root, sibling);
    }
    [node, last] = [node >> 1n, last >> 1n];
  }
  return last === 0n ? root : undefined;
}

/** Result: the decision's record, once everything holds. Errors: ReceiptRefused. */
export function verifyReceipt(receiptBytes: Buffer, logKeysBytes: Buffer, document?: Buffer): Message {
  const receipt = canonical(RECEIPT, "receipt", receiptBytes);
  const leaf = canonical(LOG_LEAF, "leaf", receipt.leaf);
  const record = canonical(DECISION_RECORD, "record", leaf.body);
  demand(receipt.leaf.length <= LEAF_BYTES_MAX && receipt.salt.length === HASH_BYTES &&
    receipt.inclusion_proof.every((one: Buffer) => one.length === HASH_BYTES),
    "RECEIPT_MALFORMED", "a part is not of its length");
  demand(leaf.kind === LEAF_KIND_DECISION && leaf.schema === 1n && record.schema === 1n,
    "RECEIPT_MALFORMED", "the leaf is no decision that this program knows");
  demand(sha256(receipt.salt).equals(record.salt_digest), "RECEIPT_SALT_MISMATCH", "another salt");
  const root = signedRoot(receipt, record, canonical(LOG_KEYS, "log keys", logKeysBytes));
  const led = rootOf(receipt.leaf, receipt.index, receipt.tree_size, receipt.inclusion_proof);
  demand(led !== undefined && led.equals(root), "RECEIPT_PROOF_INVALID",
    "the proof does not lead to the checkpoint's root");
  demand(document === undefined || sha256(receipt.salt, document).equals(record.licence_commitment),
    "RECEIPT_COMMITMENT_MISMATCH", "the receipt is about another document");
  return record;
}

function main(paths: string[]): void {
  if (paths.length < 2 || paths.length > 3) {
    console.error("usage: verify_receipt.js RECEIPT LOG_KEYS [DOCUMENT]");
    process.exit(2);
  }
  try {
    const [receipt, logKeys, document] = paths.map((path) => readFileSync(path));
    const record = verifyReceipt(receipt, logKeys, document);
    console.log(`receipt holds 回执有效: ${OUTCOMES[Number(record.outcome)]} of ${record.log_origin}`);
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}

if (require.main === module) main(process.argv.slice(2));
