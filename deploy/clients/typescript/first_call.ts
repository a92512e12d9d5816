#!/usr/bin/env -S node --no-deprecation
// A platform's first call: recognise, repeat, verify the receipt, file a dispute and read it back.
// make_client builds it; gateway/docs/FIRST_CALL.md says how it is run.

import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import * as loader from "@grpc/proto-loader";
import { Message } from "./canonical";
import { verifyReceipt } from "./verify_receipt";

const DEADLINE_MS = 10_000;
const DETAILS = "grpc-status-details-bin"; // where gRPC carries google.rpc.Status
const interfaces = loader.loadSync(
  ["mrg/gateway/v1/recognition.proto", "mrg/dispute/v1/dispute_service.proto",
    "google/rpc/status.proto", "google/rpc/error_details.proto"],
  // Without defaults: what was absent stays so, and a message that is written again is the same.
  { includeDirs: [join(__dirname, "proto")], keepCase: true, longs: String, enums: String, arrays: true });

function messageType(name: string): loader.MessageTypeDefinition<Message, Message> {
  return interfaces[name] as loader.MessageTypeDefinition<Message, Message>;
}

/** The flags, "--name value" each. */
function flagsOf(words: string[]): { [name: string]: string } {
  const flags: { [name: string]: string } = {};
  for (let i = 0; i + 1 < words.length; i += 2) flags[words[i].slice("--".length)] = words[i + 1];
  return flags;
}

function call(client: grpc.Client, service: string, name: string, request: Message): Promise<Message> {
  const method = (interfaces[service] as grpc.ServiceDefinition)[name];
  return new Promise((resolve, reject) => client.makeUnaryRequest(method.path, method.requestSerialize,
    method.responseDeserialize, request, { deadline: Date.now() + DEADLINE_MS },
    (error, answer) => (error ? reject(error) : resolve(answer))));
}

/** The code, reason, fields and Chinese message of an error; below them what was expected. */
function errorWords(error: grpc.ServiceError): string {
  const said = [grpc.status[error.code]];
  const status = messageType("google.rpc.Status")
    .deserialize((error.metadata?.get(DETAILS)[0] as Buffer) ?? Buffer.alloc(0));
  for (const any of status.details ?? []) {
    const name = any.type_url.split("/").pop();
    if (!interfaces[name]) continue;
    const detail = messageType(name).deserialize(any.value);
    if (name === "google.rpc.ErrorInfo") said.push(detail.reason);
    if (name === "google.rpc.LocalizedMessage") said.push(detail.message);
    for (const violation of detail.field_violations ?? []) said.push(violation.field);
  }
  return `${said.join(" ")}\n  ${error.details}`;
}

function show(answer: Message): void {
  console.log("outcome 结论:", answer.outcome);
  for (const why of answer.reasons) {
    console.log("  reason 理由:", why.reason, why.message, why.message_zh, ...why.element_ids);
  }
  if (answer.translated) console.log(`  ${answer.translated.standard}: ${answer.translated.document}`);
}

async function dispute(client: grpc.Client, words: string, receipt: Buffer, document: Buffer) {
  const service = "mrg.dispute.v1.DisputeService";
  const filed = await call(client, service, "FileDispute", {
    request_id: randomUUID(), kind: "DISPUTE_KIND_FACE_INFORMATION_ERROR", receipt, document,
    description: words });
  const found = await call(client, service, "GetDispute", { dispute: filed.dispute.name });
  console.log("dispute 异议:", found.dispute.name, found.dispute.state, found.dispute.owner_member);
}

async function main(flag: { [name: string]: string }): Promise<void> {
  const credentials = grpc.credentials.createSsl(
    readFileSync(flag.ca), readFileSync(flag.key), readFileSync(flag.cert));
  // A node is reached as its address says, whatever proxy the shell names.
  const client = new grpc.Client(flag.address, credentials, { "grpc.enable_http_proxy": 0 });
  const presentation =
    messageType("mrg.gateway.v1.Presentation").deserialize(readFileSync(flag.presentation));
  const request = {
    request_id: randomUUID(), using_jurisdiction: flag.using, issuing_jurisdiction: flag.issuing,
    type_code: flag.type, document_standard: flag.standard, scenario: flag.scenario, presentation };
  const recognize = async () =>
    call(client, "mrg.gateway.v1.RecognitionService", "Recognize", request);
  const receiptOf = (answer: Message) =>
    messageType("mrg.gateway.v1.Receipt").serialize(answer.receipt);
  try {
    const answer = await recognize();
    show(answer);
    const receipt = receiptOf(answer);
    if (!receiptOf(await recognize()).equals(receipt)) throw new Error("another receipt");
    console.log("repeated 重复调用: the same receipt 回执相同");
    const document = presentation.detached?.document;
    verifyReceipt(receipt, readFileSync(flag["log-keys"]), document);
    console.log(`receipt holds 回执有效: leaf ${answer.receipt.index ?? 0} of ${answer.receipt.tree_size}`);
    if (flag["receipt-out"]) writeFileSync(flag["receipt-out"], receipt);
    if (flag.dispute) await dispute(client, flag.dispute, receipt, document);
  } finally {
    client.close();
  }
}

main(flagsOf(process.argv.slice(2))).catch((error) => {
  console.error("error 错误:", "code" in error && error.metadata ? errorWords(error) : error.message);
  process.exit(1);
});
