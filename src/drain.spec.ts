import { expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { Drain } from './drain.js';

const PATIENCE = 60_000;

interface Listening {
  readonly server: Server;
  readonly drain: Drain;
  readonly open: () => Promise<Socket>;
}

async function listen(answer: RequestListener): Promise<Listening> {
  const server = createServer(answer);
  const drain = new Drain(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const open = async () => {
    const accepted = once(server, 'connection');
    const socket = connect(port, '127.0.0.1');
    await accepted;
    return socket;
  };
  return { server, drain, open };
}

const REQUEST = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
const read = async (socket: Socket) => {
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
};

it('answers a request that arrives on an accepted connection, and lets idle connections go', async () => {
  const { server, drain, open } = await listen((_request, response) => response.end('done'));
  const [late, idle] = [await open(), await open()];
  const drained = drain.run(PATIENCE);
  late.write(REQUEST);
  expect(await read(late)).toMatch(/done$/);
  expect(await read(idle)).toBe('');
  await drained;
  expect(server.listening).toBe(false);
});

it('answers a request that lies unread on a kept connection', async () => {
  const { drain, open } = await listen((_request, response) => response.end('done'));
  const socket = await open();
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk)));
  socket.write(REQUEST);
  await once(socket, 'data');
  socket.write(REQUEST);
  const drained = drain.run(PATIENCE);
  await once(socket, 'close');
  expect(text.match(/done/g)).toHaveLength(2);
  await drained;
});

it('waits for a running request', async () => {
  let finish = (): void => undefined;
  const { server, drain, open } = await listen((_request, response) => (finish = () => response.end('done')));
  const socket = await open();
  socket.write(REQUEST);
  await once(server, 'request');
  const drained = drain.run(PATIENCE);
  finish();
  expect(await read(socket)).toMatch(/done$/);
  await drained;
});

it('cuts what does not end in time', async () => {
  const { server, drain, open } = await listen(() => undefined);
  const socket = await open();
  socket.on('error', () => undefined).write(REQUEST);
  await once(server, 'request');
  const closed = once(socket, 'close');
  await drain.run(100);
  await closed;
});

it('has nothing to do before the server listens', async () => {
  await expect(new Drain(createServer()).run(PATIENCE)).resolves.toBeUndefined();
});
