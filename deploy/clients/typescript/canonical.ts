// Canonical protobuf of a few messages: each has one encoding, so that its bytes can be signed and
// hashed (gateway/docs/formats). Whatever another encoder could have written is refused.

export type Scalar = "uint32" | "int32" | "int64" | "uint64" | "bytes" | "text";
export interface Field {
  name: string;
  type: Scalar | Schema;
  repeated?: boolean;
}
/** Fields by number. */
export type Schema = { [number: string]: Field };
/** What was read: integers as bigint, an absent field as its default or, of a message, undefined. */
export type Message = { [name: string]: any };

export class NotCanonical extends Error {}

const VARINT = 0;
const BYTES = 2;
const ABSENT = { uint32: 0n, int32: 0n, int64: 0n, uint64: 0n, bytes: Buffer.alloc(0), text: "" };

class Reader {
  private at = 0;
  constructor(private readonly data: Buffer) {}

  get isAtEnd(): boolean {
    return this.at === this.data.length;
  }

  /** An unsigned integer below 2^64 in as few bytes as it needs. */
  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.data[this.at++];
      if (byte === undefined) throw new NotCanonical("it ends within a number");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte & 0x80) continue;
      if ((byte === 0 && shift > 0n) || value >> 64n) throw new NotCanonical("a number is too long");
      return value;
    }
  }

  bytes(): Buffer {
    const size = this.varint();
    const begin = this.at;
    if (size > BigInt(this.data.length - begin)) throw new NotCanonical("it ends within a field");
    this.at += Number(size);
    return this.data.subarray(begin, this.at);
  }
}

function readScalar(reader: Reader, type: Scalar): bigint | Buffer | string {
  switch (type) {
    case "bytes":
      return reader.bytes();
    case "text":
      try {
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(reader.bytes());
      } catch (error) {
        throw error instanceof NotCanonical ? error : new NotCanonical("a text is not UTF-8");
      }
    default: {
      const bits = reader.varint();
      const value = type === "uint64" ? bits : type === "uint32" ? BigInt.asUintN(32, bits)
        : BigInt.asIntN(type === "int32" ? 32 : 64, bits);
      if (BigInt.asUintN(64, value) !== bits) throw new NotCanonical("a number is out of range");
      return value;
    }
  }
}

/** Result: the message of the bytes. Errors: NotCanonical. */
export function readCanonical(schema: Schema, data: Buffer): Message {
  const message: Message = {};
  for (const field of Object.values(schema)) {
    if (field.repeated) message[field.name] = [];
    else if (typeof field.type === "string") message[field.name] = ABSENT[field.type];
  }
  const reader = new Reader(data);
  for (let last = 0; !reader.isAtEnd;) {
    const tag = reader.varint();
    const number = Number(tag >> 3n);
    const field = schema[number];
    if (!field) throw new NotCanonical(`field ${number} is not known`);
    const isBytes = typeof field.type !== "string" || field.type === "bytes" || field.type === "text";
    if (Number(tag & 7n) !== (isBytes ? BYTES : VARINT)) throw new NotCanonical(`type of ${field.name}`);
    if (number < last || (number === last && !field.repeated)) {
      throw new NotCanonical(`place of ${field.name}`);
    }
    last = number;
    const value = typeof field.type === "string" ? readScalar(reader, field.type)
      : readCanonical(field.type, reader.bytes());
    if (field.repeated) {
      message[field.name].push(value);
      continue;
    }
    if (value === 0n || value === "" || (Buffer.isBuffer(value) && value.length === 0)) {
      throw new NotCanonical(`${field.name} states its default`);
    }
    message[field.name] = value;
  }
  return message;
}
