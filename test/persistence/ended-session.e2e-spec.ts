import { createServer, type AddressInfo, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../src/persistence/data-source-options.js';

const message = (type: string, body: Buffer) => {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};
const SIGNED_IN = message('R', Buffer.alloc(4));
const READY = message('Z', Buffer.from('I'));
const ENDED = message('E', Buffer.from('SFATAL\0C57P01\0Mterminating connection due to administrator command\0\0'));

describe('a session that the server ends in the moment in which it begins', () => {
  let server: Server;
  let sessions = 0;
  beforeEach(async () => {
    sessions = 0;
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        sessions += 1;
        socket.end(Buffer.concat([SIGNED_IN, READY, ENDED]));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it('is an error of who wanted it, and not of the process', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    process.on('uncaughtException', note);
    try {
      const { port } = server.address() as AddressInfo;
      const options = dataSourceOptions({ url: `postgres://ede:ede@127.0.0.1:${port}/ede` });
      await expect(new DataSource(options).initialize()).rejects.toThrow();
      await sleep(50);
    } finally {
      process.off('uncaughtException', note);
    }
    expect(sessions).toBeGreaterThan(0);
    expect(unhandled).toEqual([]);
  });
});
