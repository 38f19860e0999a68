import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { patientFetch } from '../src/start/patient-fetch.ts';

let server: Server;
let url: string;
let asked = 0;

/** Dies in the middle of its first answer. */
beforeAll(async () => {
  server = createServer((_request, response) => {
    asked += 1;
    response.writeHead(200, { 'content-length': '10' });
    if (asked === 1) response.write('hello', () => response.destroy());
    else response.end('helloworld');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

it('asks again for an answer that broke off, where that may be asked twice', async () => {
  asked = 0;
  const response = await patientFetch(url);
  expect(await response.text()).toBe('helloworld');
  expect(asked).toBe(2);
});

it('repeats no order without a key whose answer broke off', async () => {
  asked = 0;
  await expect(patientFetch(url, { method: 'POST', body: 'pay' })).rejects.toThrow('terminated');
  expect(asked).toBe(1);
});

it('repeats an order with a key', async () => {
  asked = 0;
  const headers = { 'idempotency-key': 'once' };
  const response = await patientFetch(url, { method: 'POST', body: 'pay', headers });
  expect(await response.text()).toBe('helloworld');
});
