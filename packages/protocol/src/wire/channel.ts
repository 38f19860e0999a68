import { DdaiError, isDdaiError } from '@ddai/core';
import { z } from 'zod';
import { type ErrorBody, errorBodySchema } from '../messages/error-body.ts';
import { decodeFrame, encodeFrame, FRAME_FLAGS, type Frame, type FrameInput } from './frame.ts';
import { FRAME_KINDS } from './kinds.ts';

/** The WebSocket, or what stands for it in a test. */
export interface ChannelSocket {
  send(bytes: Uint8Array): void;
  close(code: number, reason: string): void;
}

/** How many unread bytes a side may have under way to the other. */
export const FLOW_WINDOW_BYTES = 4 * 1024 * 1024;

/** Streams are numbered in 32 bits; a connection that used them all begins again. */
const LAST_STREAM = 0xffff_ffff;
const creditSchema = z.object({ bytes: z.number().int().nonnegative() });

export type ChannelErrorCode = 'CHANNEL_CLOSED' | 'CHANNEL_REPLY_LATE' | 'CHANNEL_REFUSED';

export interface ChannelOptions {
  readonly socket: ChannelSocket;
  /** The dialling side numbers its streams odd, the listening side even. */
  readonly side: 'dialler' | 'listener';
  /**
   * Called for each frame that is no reply. What it returns is sent back as the reply;
   * what it throws is sent as an error frame with a code and no stack.
   */
  readonly onFrame: (frame: Frame) => Promise<FrameInput | undefined>;
  /** Told of every error that reached the peer as a code, for the log. */
  readonly onError?: (error: unknown) => void;
}

export interface Channel {
  /** Waits for the peer's credit, then hands the frame to the socket. */
  send(frame: FrameInput): Promise<void>;
  /**
   * Sends on a new stream and waits for the reply.
   * @throws {DdaiError} `CHANNEL_REFUSED` with the peer's code, `CHANNEL_REPLY_LATE`, `CHANNEL_CLOSED`
   */
  request(frame: FrameInput, timeoutMilliseconds: number): Promise<Frame>;
  /** Feed every binary message of the socket here, in order. */
  receive(bytes: Uint8Array): void;
  /** Feed the socket's close event here: whoever waits is told. */
  closed(reason: string): void;
}

interface Waiting {
  resolve(frame: Frame): void;
  reject(error: unknown): void;
}

/** Multiplexed, flow-controlled frames over one socket (`docs/reference/wire.md`). */
export function createChannel({ socket, side, onFrame, onError }: ChannelOptions): Channel {
  const waiting = new Map<number, Waiting>();
  const queue: { bytes: Uint8Array; sent: () => void; failed: (error: unknown) => void }[] = [];
  const firstStream = side === 'dialler' ? 1 : 2;
  let nextStream = firstStream;
  let sendCredit = FLOW_WINDOW_BYTES;
  let unreadBytes = 0;
  let consumedBytes = 0;
  let closedReason: string | undefined;

  const closedError = (): DdaiError<ChannelErrorCode> =>
    new DdaiError({
      code: 'CHANNEL_CLOSED',
      message: `connection closed: ${closedReason}`,
      retryable: true,
    });

  const flush = (): void => {
    for (
      let first = queue[0];
      first !== undefined && first.bytes.length <= sendCredit;
      first = queue[0]
    ) {
      queue.shift();
      sendCredit -= first.bytes.length;
      socket.send(first.bytes);
      first.sent();
    }
  };

  const send = async (frame: FrameInput): Promise<void> => {
    if (closedReason !== undefined) throw closedError();
    const bytes = encodeFrame(frame);
    await new Promise<void>((sent, failed) => {
      queue.push({ bytes, sent, failed });
      flush();
    });
  };

  const violate = (error: unknown): void => {
    onError?.(error);
    closed(error instanceof DdaiError ? error.code : 'FRAME_MALFORMED');
    socket.close(1008, closedReason ?? '');
  };

  const consumed = (bytes: number): void => {
    unreadBytes -= bytes;
    consumedBytes += bytes;
    if (consumedBytes < FLOW_WINDOW_BYTES / 4 || closedReason !== undefined) return;
    // Credit frames are outside the window: they are what opens it.
    socket.send(encodeFrame({ kind: FRAME_KINDS.credit, body: { bytes: consumedBytes } }));
    consumedBytes = 0;
  };

  const answer = async (frame: Frame): Promise<void> => {
    let reply: FrameInput | undefined;
    try {
      reply = await onFrame(frame);
    } catch (error) {
      onError?.(error);
      reply = { kind: FRAME_KINDS.error, body: errorToBody(error) };
    }
    if (reply === undefined || closedReason !== undefined) return;
    const { stream } = frame;
    try {
      await send({ ...reply, stream, flags: (reply.flags ?? 0) | FRAME_FLAGS.reply });
    } catch (error) {
      // A reply above its limit: the peer is told so, instead of waiting for its timeout.
      if (!isDdaiError(error, 'FRAME_TOO_LARGE')) throw error;
      onError?.(error);
      const body = errorToBody(error);
      await send({ kind: FRAME_KINDS.error, body, stream, flags: FRAME_FLAGS.reply });
    }
  };

  const settle = (frame: Frame): void => {
    const waiter = waiting.get(frame.stream);
    if (waiter === undefined) return;
    waiting.delete(frame.stream);
    if (frame.kind !== FRAME_KINDS.error) {
      waiter.resolve(frame);
      return;
    }
    const body = errorBodySchema.safeParse(frame.body);
    waiter.reject(
      body.success
        ? new DdaiError({
            code: 'CHANNEL_REFUSED',
            message: `the peer refused: ${body.data.message}`,
            fields: { peerCode: body.data.code },
            retryable: body.data.retryable,
          })
        : new DdaiError({
            code: 'CHANNEL_REFUSED',
            message: 'the peer refused without a readable reason',
          }),
    );
  };

  const receive = (bytes: Uint8Array): void => {
    if (closedReason !== undefined) return;
    let frame: Frame;
    try {
      frame = decodeFrame(bytes);
    } catch (error) {
      if (!isDdaiError(error, 'FRAME_KIND_UNKNOWN')) {
        violate(error);
        return;
      }
      onError?.(error);
      unreadBytes += bytes.length;
      void send({
        kind: FRAME_KINDS.error,
        stream: Number(error.fields.stream),
        flags: FRAME_FLAGS.reply,
        body: errorToBody(error),
      }).catch((cause: unknown) => onError?.(cause));
      consumed(bytes.length);
      return;
    }
    if (frame.kind === FRAME_KINDS.credit) {
      const credit = creditSchema.safeParse(frame.body);
      const granted = credit.success ? credit.data.bytes : Number.POSITIVE_INFINITY;
      if (sendCredit + granted > FLOW_WINDOW_BYTES) {
        violate(new DdaiError({ code: 'FRAME_MALFORMED', message: 'credit beyond the window' }));
        return;
      }
      sendCredit += granted;
      flush();
      return;
    }
    unreadBytes += bytes.length;
    if (unreadBytes > FLOW_WINDOW_BYTES) {
      violate(new DdaiError({ code: 'FRAME_TOO_LARGE', message: 'the peer sent past its window' }));
      return;
    }
    if ((frame.flags & FRAME_FLAGS.reply) !== 0) {
      settle(frame);
      consumed(bytes.length);
      return;
    }
    answer(frame)
      .catch((error: unknown) => onError?.(error))
      .finally(() => consumed(bytes.length));
  };

  const closed = (reason: string): void => {
    if (closedReason !== undefined) return;
    closedReason = reason;
    for (const waiter of waiting.values()) waiter.reject(closedError());
    waiting.clear();
    for (const entry of queue.splice(0)) entry.failed(closedError());
  };

  const request = (frame: FrameInput, timeoutMilliseconds: number): Promise<Frame> => {
    const stream = nextStream;
    nextStream = nextStream + 2 > LAST_STREAM ? firstStream : nextStream + 2;
    return new Promise<Frame>((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(stream);
        reject(
          new DdaiError({
            code: 'CHANNEL_REPLY_LATE',
            message: `no reply within ${timeoutMilliseconds} ms`,
            retryable: true,
          }),
        );
      }, timeoutMilliseconds);
      const done =
        <T>(then: (value: T) => void) =>
        (value: T): void => {
          clearTimeout(timer);
          waiting.delete(stream);
          then(value);
        };
      waiting.set(stream, { resolve: done(resolve), reject: done(reject) });
      send({ ...frame, stream }).catch(done(reject));
    });
  };

  return { send, request, receive, closed };
}

/** What a peer may know of an error: its code and message when it is ours, nothing otherwise. */
function errorToBody(error: unknown): ErrorBody {
  if (error instanceof DdaiError) {
    return { code: error.code, message: error.message.slice(0, 1000), retryable: error.retryable };
  }
  return { code: 'INTERNAL', message: 'the peer failed to handle this frame', retryable: true };
}
