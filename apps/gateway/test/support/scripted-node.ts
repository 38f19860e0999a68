import { once } from 'node:events';
import {
  type Channel,
  challengeSchema,
  createChannel,
  FRAME_KINDS,
  type Frame,
  type FrameInput,
  gatewayChallengeTypedData,
  PROTOCOL_RANGE,
  parseMessage,
  type SigningScope,
  SUBPROTOCOL,
  welcomeSchema,
} from '@ddai/protocol';
import type { Address, PrivateKeyAccount } from 'viem';
import { WebSocket } from 'ws';

export interface ScriptedNodeOptions {
  readonly url: string;
  readonly operator: Address;
  readonly signer: PrivateKeyAccount;
  readonly scope: SigningScope;
  readonly hello?: object;
  /** What it believes to have dialled; default the truth. */
  readonly host?: string;
  readonly datasets?: readonly string[];
  readonly minimumPrice?: bigint;
  /** What it does with each frame after the handshake: right, wrong, late or never. */
  readonly onFrame?: (frame: Frame, session: string) => Promise<FrameInput | undefined>;
}

export interface ScriptedNode {
  readonly channel: Channel;
  readonly session: string;
  readonly socket: WebSocket;
  close(): Promise<void>;
}

const TIMEOUT = 10_000;

/** A node over a real socket that behaves as the test says; the honest one is in apps/node. */
export async function dialAsNode(options: ScriptedNodeOptions): Promise<ScriptedNode> {
  const {
    url,
    operator,
    signer,
    scope,
    hello = {},
    datasets = [],
    minimumPrice,
    onFrame = async () => undefined,
  } = options;
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/node/v1/connect`, SUBPROTOCOL);
  const { promise: welcomed, resolve: welcome } = Promise.withResolvers<string>();
  const channel = createChannel({
    side: 'dialler',
    socket: { send: (bytes) => socket.send(bytes), close: (code) => socket.close(code) },
    onFrame: async (frame) => onFrame(frame, await welcomed),
  });
  socket.on('message', (data) => channel.receive(data as Buffer));
  socket.on('close', (code, reason) => channel.closed(`${code} ${reason.toString()}`));
  await once(socket, 'open');
  const body = { protocol: PROTOCOL_RANGE, software: 'scripted', chainId: scope.chainId, ...hello };
  const first = await channel.request({ kind: FRAME_KINDS.hello, body }, TIMEOUT);
  const { gateway, nonce, issuedAt } = parseMessage('challenge', challengeSchema, first.body);
  const signature = await signer.signTypedData(
    gatewayChallengeTypedData(scope, {
      gateway,
      operator,
      nonce,
      issuedAt,
      host: options.host ?? new URL(url).host,
    }),
  );
  const capabilities = {
    query: datasets.length === 0,
    datasets,
    ...(minimumPrice === undefined ? {} : { minimumPrice }),
  };
  const proof = { operator, signature, capabilities };
  const second = await channel.request({ kind: FRAME_KINDS.proof, body: proof }, TIMEOUT);
  const { session } = parseMessage('welcome', welcomeSchema, second.body);
  welcome(session);
  return {
    channel,
    session,
    socket,
    close: async () => {
      if (socket.readyState === WebSocket.CLOSED) return;
      socket.close();
      await once(socket, 'close');
    },
  };
}
