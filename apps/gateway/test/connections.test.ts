import { once } from 'node:events';
import {
  encodeFrame,
  FRAME_KINDS,
  type SigningScope,
  SUBPROTOCOL,
  WORK_CLASSES,
} from '@ddai/protocol';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { dialAsNode } from './support/scripted-node.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

let gateway: TestGateway;
let scope: SigningScope;

beforeAll(async () => {
  gateway = await startTestGateway();
  const { chainId, addressBook } = gateway.chain.client;
  scope = { chainId, verifyingContract: addressBook.contracts.NodeRegistry };
});
afterAll(() => gateway.stop());

const refusal = (peerCode: string) =>
  expect.objectContaining({ code: 'CHANNEL_REFUSED', fields: { peerCode } });

describe('a node’s handshake', () => {
  it('lets in the registered signer of a staked node', async () => {
    const { operator, signer } = await gateway.chain.addNode([WORK_CLASSES.query]);

    const node = await dialAsNode({ url: gateway.url(), operator, signer, scope });

    expect(node.session.length).toBeGreaterThan(40);
    await node.close();
  });

  it('turns away another key, an unknown operator, another chain and another version, each by its code', async () => {
    const { operator, signer } = await gateway.chain.addNode([WORK_CLASSES.query]);
    const stranger = privateKeyToAccount(generatePrivateKey());
    const url = gateway.url();

    await expect(dialAsNode({ url, operator, signer: stranger, scope })).rejects.toEqual(
      refusal('NODE_SIGNER_WRONG'),
    );
    await expect(
      dialAsNode({ url, operator: stranger.address, signer: stranger, scope }),
    ).rejects.toEqual(refusal('NODE_SIGNER_WRONG'));
    await expect(
      dialAsNode({ url, operator, signer, scope: { ...scope, chainId: 1 } }),
    ).rejects.toEqual(refusal('CHAIN_ID_MISMATCH'));
    await expect(
      dialAsNode({ url, operator, signer, scope, hello: { protocol: { min: 2, max: 9 } } }),
    ).rejects.toEqual(refusal('PROTOCOL_VERSION_UNSUPPORTED'));
  });

  it('does not accept a proof made for another gateway or registry', async () => {
    const { operator, signer } = await gateway.chain.addNode([WORK_CLASSES.query]);
    const elsewhere = {
      ...scope,
      verifyingContract: gateway.chain.client.addressBook.contracts.Staking,
    };

    await expect(
      dialAsNode({ url: gateway.url(), operator, signer, scope: elsewhere }),
    ).rejects.toEqual(refusal('NODE_SIGNER_WRONG'));
  });

  it('does not accept a proof that an impostor relays from a node that dialled it', async () => {
    const { operator, signer } = await gateway.chain.addNode([WORK_CLASSES.query]);

    const relayed = dialAsNode({
      url: gateway.url(),
      operator,
      signer,
      scope,
      host: 'impostor.example:443',
    });

    await expect(relayed).rejects.toEqual(refusal('NODE_SIGNER_WRONG'));
  });

  it('replaces a session when the same node dials again', async () => {
    const { operator, signer } = await gateway.chain.addNode([WORK_CLASSES.query]);
    const first = await dialAsNode({ url: gateway.url(), operator, signer, scope });
    const ended = once(first.socket, 'close');

    const second = await dialAsNode({ url: gateway.url(), operator, signer, scope });
    const [code] = (await ended) as [number];

    expect(code).toBe(1008);
    expect(second.session).not.toBe(first.session);
    await second.close();
  });
});

describe('hostile connections', () => {
  const open = async (protocol: string | undefined = SUBPROTOCOL): Promise<WebSocket> => {
    const socket = new WebSocket(
      `${gateway.url().replace('http', 'ws')}/node/v1/connect`,
      protocol,
    );
    socket.on('error', () => undefined);
    await once(socket, 'open');
    return socket;
  };
  const closeCode = async (socket: WebSocket): Promise<number> =>
    ((await once(socket, 'close')) as [number])[0];

  it('with text, garbage, a false length or a frame above the limit are closed and harm nobody', async () => {
    const valid = encodeFrame({ kind: FRAME_KINDS.hello, body: {} });
    const falseLength = valid.slice();
    new DataView(falseLength.buffer).setUint32(0, 4_000_000);
    const codes: number[] = [];
    for (const message of [
      'text',
      Buffer.from([1, 2, 3]),
      Buffer.from(falseLength),
      Buffer.alloc(1024 * 1024 + 1),
    ]) {
      const socket = await open();
      socket.send(message);
      codes.push(await closeCode(socket));
    }

    expect(codes).toEqual([1003, 1008, 1008, 1009]);
    expect((await fetch(`${gateway.url()}/healthz`)).status).toBe(200);
  });

  it('without our subprotocol or at another path are not upgraded', async () => {
    const socket = new WebSocket(`${gateway.url().replace('http', 'ws')}/elsewhere`, SUBPROTOCOL);
    const [error] = (await once(socket, 'error')) as [Error];

    expect(error.message).toContain('404');
  });

  it('cannot fetch or upload content without a session, nor content that no work granted', async () => {
    const { operator, signer } = await gateway.chain.addNode([WORK_CLASSES.query]);
    const node = await dialAsNode({ url: gateway.url(), operator, signer, scope });
    const url = `${gateway.url()}/node/v1/content/${'0'.repeat(64)}`;

    const without = await fetch(url);
    const notGranted = await fetch(url, { headers: { authorization: `Bearer ${node.session}` } });
    await node.close();

    expect([without.status, notGranted.status]).toEqual([401, 403]);
    expect(await without.json()).toMatchObject({ code: 'SESSION_UNKNOWN' });
    expect(await notGranted.json()).toMatchObject({ code: 'CONTENT_NOT_GRANTED' });
  });
});

describe('uploads', () => {
  it('go on where they stopped, and are kept only when their bytes have the announced hash', async () => {
    const { operator, signer } = await gateway.chain.addNode([WORK_CLASSES.compute]);
    const node = await dialAsNode({
      url: gateway.url(),
      operator,
      signer,
      scope,
      datasets: ['tickets'],
    });
    const bytes = Buffer.from('masked update '.repeat(1000));
    const { createHash } = await import('node:crypto');
    const url = `${gateway.url()}/node/v1/content/${createHash('sha256').update(bytes).digest('hex')}`;
    const authorization = `Bearer ${node.session}`;
    const patch = (offset: number, chunk: Buffer): Promise<Response> =>
      fetch(url, {
        method: 'PATCH',
        headers: {
          authorization,
          'upload-offset': String(offset),
          'upload-length': String(bytes.length),
        },
        body: new Uint8Array(chunk),
      });

    const first = await patch(0, bytes.subarray(0, 5000));
    const head = await fetch(url, { method: 'HEAD', headers: { authorization } });
    const wrong = await patch(0, bytes.subarray(0, 10));
    const last = await patch(5000, bytes.subarray(5000));
    const done = await fetch(url, { method: 'HEAD', headers: { authorization } });
    const forged = await fetch(`${gateway.url()}/node/v1/content/${'a'.repeat(64)}`, {
      method: 'PATCH',
      headers: { authorization, 'upload-offset': '0', 'upload-length': '3' },
      body: 'abc',
    });
    await node.close();

    expect([
      first.status,
      head.status,
      wrong.status,
      last.status,
      done.status,
      forged.status,
    ]).toEqual([204, 404, 409, 201, 200, 422]);
    expect(head.headers.get('upload-offset')).toBe('5000');
  });
});
