import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import ipaddr from 'ipaddr.js';

const TYPE_A = 1;
const TYPE_AAAA = 28;
const CLASS_IN = 1;
const HEADER_BYTES = 12;
/** An answer to a standard query, recursion available. */
const RESPONSE_FLAGS = 0x8180;
/** Points to the name of the question. */
const NAME_POINTER = 0xc00c;

/** What a name has at the moment, of both families; `null`: no answer comes. */
export type Zone = (name: string) => readonly string[] | null;

/** A DNS server on loopback that says something else each time it is asked, if that is what a test wants. */
export class NameServer {
  /** Names as they were asked for, in order. */
  readonly asked: string[] = [];

  private constructor(
    private readonly socket: Socket,
    private readonly zone: Zone,
  ) {}

  static async start(zone: Zone): Promise<NameServer> {
    const socket = createSocket('udp4');
    const server = new NameServer(socket, zone);
    socket.on('message', (message, from) => server.answer(message, from));
    await new Promise<void>((resolve, reject) => socket.once('error', reject).bind(0, '127.0.0.1', resolve));
    return server;
  }

  /** As the setting `EDE_DNS_SERVERS` takes it. */
  get address(): string {
    return `127.0.0.1:${this.socket.address().port}`;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.socket.close(() => resolve()));
  }

  private answer(query: Buffer, { address, port }: RemoteInfo): void {
    const { name, end } = readName(query);
    const type = query.readUInt16BE(end);
    const family = type === TYPE_A ? 'ipv4' : type === TYPE_AAAA ? 'ipv6' : null;
    if (type === TYPE_A) this.asked.push(name);
    const addresses = this.zone(name);
    if (addresses === null) return;
    const found = addresses.map((text) => ipaddr.parse(text)).filter((parsed) => parsed.kind() === family);
    const header = Buffer.from(query.subarray(0, HEADER_BYTES));
    header.writeUInt16BE(RESPONSE_FLAGS, 2);
    [1, found.length, 0, 0].forEach((count, index) => header.writeUInt16BE(count, 4 + 2 * index));
    const records = found.map((parsed) => recordOf(type, Buffer.from(parsed.toByteArray())));
    this.socket.send(Buffer.concat([header, query.subarray(HEADER_BYTES, end + 4), ...records]), port, address);
  }
}

/** The name of the first question, and where its type stands. */
function readName(query: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

/** A resource record that may not be kept for a second. */
function recordOf(type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(NAME_POINTER, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(CLASS_IN, 4);
  head.writeUInt32BE(0, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}
