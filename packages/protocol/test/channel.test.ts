import { DdaiError } from '@ddai/core';
import { describe, expect, it } from 'vitest';
import { type Channel, createChannel, FLOW_WINDOW_BYTES } from '../src/wire/channel.ts';
import { encodeFrame, type Frame, type FrameInput } from '../src/wire/frame.ts';
import { FRAME_KINDS } from '../src/wire/kinds.ts';

type Handler = (frame: Frame) => Promise<FrameInput | undefined>;

interface Pair {
  readonly node: Channel;
  readonly gateway: Channel;
  readonly closedWith: { code: number; reason: string }[];
}

const connect = (onGatewayFrame: Handler, onNodeFrame: Handler = async () => undefined): Pair => {
  const closedWith: { code: number; reason: string }[] = [];
  const close = (code: number, reason: string): void => void closedWith.push({ code, reason });
  const node: Channel = createChannel({
    side: 'dialler',
    socket: { send: (bytes) => queueMicrotask(() => gateway.receive(bytes)), close },
    onFrame: onNodeFrame,
  });
  const gateway: Channel = createChannel({
    side: 'listener',
    socket: { send: (bytes) => queueMicrotask(() => node.receive(bytes)), close },
    onFrame: onGatewayFrame,
  });
  return { node, gateway, closedWith };
};

const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('a channel', () => {
  it('gives each request its own reply, whatever order they come in', async () => {
    const { node } = connect(async (frame) => {
      const { delay } = frame.body as { delay: number };
      await wait(delay);
      return { kind: FRAME_KINDS.welcome, body: { delay } };
    });

    const replies = await Promise.all(
      [20, 1, 10].map((delay) => node.request({ kind: FRAME_KINDS.hello, body: { delay } }, 1000)),
    );

    expect(replies.map((reply) => (reply.body as { delay: number }).delay)).toEqual([20, 1, 10]);
  });

  it('tells the peer a code and never a stack', async () => {
    const { node } = connect(async () => {
      throw new DdaiError({ code: 'NODE_STAKE_LOW', message: 'too little', retryable: true });
    });
    const { node: other } = connect(async () => {
      throw new Error('secret path /somewhere');
    });

    await expect(node.request({ kind: FRAME_KINDS.hello }, 1000)).rejects.toMatchObject({
      code: 'CHANNEL_REFUSED',
      fields: { peerCode: 'NODE_STAKE_LOW' },
      retryable: true,
    });
    await expect(other.request({ kind: FRAME_KINDS.hello }, 1000)).rejects.toMatchObject({
      fields: { peerCode: 'INTERNAL' },
      message: expect.not.stringContaining('secret'),
    });
  });

  it('tells the peer when its reply would break a limit', async () => {
    const { node } = connect(async () => ({
      kind: FRAME_KINDS.queryResult,
      payload: new Uint8Array(600_000),
    }));

    await expect(node.request({ kind: FRAME_KINDS.hello }, 1000)).rejects.toMatchObject({
      fields: { peerCode: 'FRAME_TOO_LARGE' },
    });
  });

  it('answers an unknown kind with a code and goes on', async () => {
    const { node, gateway } = connect(async () => ({ kind: FRAME_KINDS.welcome }));
    const replies: Frame[] = [];
    const raw = encodeFrame({ stream: 99, kind: FRAME_KINDS.hello });
    new DataView(raw.buffer).setUint16(8, 4000);

    gateway.receive(raw);
    const reply = await node.request({ kind: FRAME_KINDS.hello }, 1000);

    replies.push(reply);
    expect(replies).toHaveLength(1);
  });

  it('fails requests whose reply is late or whose connection ends', async () => {
    const { node } = connect(() => new Promise(() => undefined));

    await expect(node.request({ kind: FRAME_KINDS.hello }, 20)).rejects.toMatchObject({
      code: 'CHANNEL_REPLY_LATE',
    });
    const pending = node.request({ kind: FRAME_KINDS.hello }, 10_000);
    node.closed('gone');
    await expect(pending).rejects.toMatchObject({ code: 'CHANNEL_CLOSED' });
    await expect(node.send({ kind: FRAME_KINDS.hello })).rejects.toMatchObject({
      code: 'CHANNEL_CLOSED',
    });
  });

  it('holds back what exceeds the peer’s window until the peer has read', async () => {
    const release: (() => void)[] = [];
    let received = 0;
    const { node } = connect(async (frame) => {
      received += frame.payload.length;
      await new Promise<void>((resolve) => release.push(resolve));
      return undefined;
    });
    const payload = new Uint8Array(256 * 1024);
    const count = Math.ceil((FLOW_WINDOW_BYTES * 2) / payload.length);

    const sends = Array.from({ length: count }, () =>
      node.send({ kind: FRAME_KINDS.trainingMessage, body: {}, payload }),
    );
    await wait(20);
    const beforeReading = received;
    while (received < count * payload.length) {
      release.splice(0).forEach((resolve) => {
        resolve();
      });
      await wait(1);
    }
    release.splice(0).forEach((resolve) => {
      resolve();
    });
    await Promise.all(sends);

    expect(beforeReading).toBeLessThanOrEqual(FLOW_WINDOW_BYTES);
    expect(received).toBe(count * payload.length);
  });

  it('closes on a peer that ignores the window or grants itself credit', async () => {
    const { gateway, closedWith } = connect(() => new Promise(() => undefined));
    const payload = new Uint8Array(256 * 1024);
    for (let sent = 0; sent <= FLOW_WINDOW_BYTES; sent += payload.length) {
      gateway.receive(encodeFrame({ stream: 1, kind: FRAME_KINDS.trainingMessage, payload }));
    }
    const other = connect(async () => undefined);
    const malformed = connect(async () => undefined);
    malformed.gateway.receive(encodeFrame({ kind: FRAME_KINDS.credit, body: null }));
    other.gateway.receive(encodeFrame({ kind: FRAME_KINDS.credit, body: { bytes: 1 } }));

    expect(closedWith).toEqual([{ code: 1008, reason: 'FRAME_TOO_LARGE' }]);
    expect(malformed.closedWith).toEqual([{ code: 1008, reason: 'FRAME_MALFORMED' }]);
    expect(other.closedWith).toEqual([{ code: 1008, reason: 'FRAME_MALFORMED' }]);
  });
});
