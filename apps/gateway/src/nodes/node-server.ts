import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { DdaiError, type Logger } from '@ddai/core';
import {
  type Channel,
  createChannel,
  type Frame,
  type FrameInput,
  MAX_FRAME_BYTES,
  SUBPROTOCOL,
} from '@ddai/protocol';
import { type WebSocket, WebSocketServer } from 'ws';
import type { NodeDirectory } from './node-directory.ts';
import {
  createNodeHandshake,
  type NodeHandshakeDependencies,
  type NodeSession,
} from './node-session.ts';

/** Handles frames of proven nodes, by kind. */
export type FrameHandler = (session: NodeSession, frame: Frame) => Promise<FrameInput | undefined>;

export interface NodeServerDependencies extends NodeHandshakeDependencies {
  readonly directory: NodeDirectory;
  readonly handlers: ReadonlyMap<number, FrameHandler>;
  readonly logger: Logger;
}

export const CONNECT_PATH = '/node/v1/connect';
const HANDSHAKE_TIMEOUT_MILLISECONDS = 30_000;
const PING_MILLISECONDS = 15_000;
/** Connections that have not proven anything yet; more are refused. */
const MAX_UNPROVEN = 256;
/** The same from one address, so that one cannot keep all others out. */
const MAX_UNPROVEN_PER_ADDRESS = 32;

/** Accepts nodes' WebSocket connections at `CONNECT_PATH`. Returns what closes them all. */
export function serveNodes(server: Server, dependencies: NodeServerDependencies): () => void {
  const { logger } = dependencies;
  let unproven = 0;
  const unprovenOf = new Map<string, number>();
  const count = (address: string, change: 1 | -1): void => {
    unproven += change;
    const left = (unprovenOf.get(address) ?? 0) + change;
    if (left === 0) unprovenOf.delete(address);
    else unprovenOf.set(address, left);
  };
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A reset in the middle of our refusal is the peer's affair, not a reason to end.
    socket.on('error', (error) => logger.debug({ error: error.message }, 'an upgrade broke off'));
    const offered = (request.headers['sec-websocket-protocol'] ?? '')
      .split(',')
      .map((name) => name.trim());
    if (request.url !== CONNECT_PATH || !offered.includes(SUBPROTOCOL)) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
      return;
    }
    const address = request.socket.remoteAddress ?? '';
    if (unproven >= MAX_UNPROVEN || (unprovenOf.get(address) ?? 0) >= MAX_UNPROVEN_PER_ADDRESS) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 5\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      count(address, 1);
      attachNode(webSocket, request.headers.host ?? '', dependencies, () => count(address, -1));
    });
  });

  const pinger = setInterval(() => {
    for (const webSocket of sockets.clients) webSocket.ping();
  }, PING_MILLISECONDS);

  return () => {
    clearInterval(pinger);
    for (const webSocket of sockets.clients) webSocket.close(1001, 'gateway stops');
    logger.debug({ open: sockets.clients.size }, 'closing node connections');
  };
}

function attachNode(
  webSocket: WebSocket,
  host: string,
  dependencies: NodeServerDependencies,
  onProven: () => void,
): void {
  const { directory, handlers, logger } = dependencies;
  const handshake = createNodeHandshake(host, dependencies);
  let session: NodeSession | undefined;
  let counted = true;
  const settle = (): void => {
    if (!counted) return;
    counted = false;
    onProven();
  };

  const onFrame = async (frame: Frame): Promise<FrameInput | undefined> => {
    if (session === undefined) {
      const { reply, session: proven } = await handshake.handle(frame);
      if (proven !== undefined) {
        settle();
        clearTimeout(timeout);
        const close = (reason: string): void => webSocket.close(1008, reason);
        session = { ...proven, channel, close };
        // After the welcome is on its way: nobody may speak to the node before it knows it is in.
        setImmediate(
          () =>
            session !== undefined &&
            webSocket.readyState === webSocket.OPEN &&
            directory.add(session),
        );
      }
      return reply;
    }
    const handler = handlers.get(frame.kind);
    if (handler === undefined) {
      throw new DdaiError({
        code: 'FRAME_KIND_UNEXPECTED',
        message: `this gateway expects no frame of kind ${frame.kind}`,
      });
    }
    return handler(session, frame);
  };

  const channel: Channel = createChannel({
    side: 'listener',
    socket: {
      send: (bytes) => webSocket.send(bytes),
      close: (code, reason) => webSocket.close(code, reason.slice(0, 120)),
    },
    onFrame,
    onError: (error) =>
      logger.warn({ operator: session?.operator, error: String(error) }, 'a node’s frame failed'),
  });
  const timeout = setTimeout(() => {
    if (session === undefined) webSocket.close(1008, 'HANDSHAKE_LATE');
  }, HANDSHAKE_TIMEOUT_MILLISECONDS);

  webSocket.on('message', (data, isBinary) => {
    if (!isBinary || !Buffer.isBuffer(data)) webSocket.close(1003, 'FRAME_MALFORMED');
    else channel.receive(data);
  });
  webSocket.on('error', (error) => logger.debug({ error: error.message }, 'node socket error'));
  webSocket.on('close', (code, reason) => {
    settle();
    clearTimeout(timeout);
    channel.closed(`${code} ${reason.toString()}`.trim());
    if (session !== undefined) directory.remove(session);
  });
}
