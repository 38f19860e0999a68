import { type Clock, DdaiError, type Logger, unixSeconds } from '@ddai/core';
import {
  type Capabilities,
  type Channel,
  challengeSchema,
  createChannel,
  FRAME_KINDS,
  type Frame,
  type FrameInput,
  gatewayChallengeTypedData,
  MAX_FRAME_BYTES,
  PROTOCOL_RANGE,
  parseMessage,
  type SigningScope,
  SUBPROTOCOL,
  welcomeSchema,
} from '@ddai/protocol';
import type { Address, PrivateKeyAccount } from 'viem';
import { WebSocket } from 'ws';

/** One proven connection to a gateway. */
export interface GatewayLink {
  readonly channel: Channel;
  /** The gateway's signer. */
  readonly gateway: Address;
  /** `http://host:port` of the same gateway, for bulk transfers. */
  readonly httpUrl: string;
  /** Bearer token for them. */
  readonly session: string;
  /** Resolves with the reason when the connection ends. */
  readonly ended: Promise<string>;
  close(): void;
}

export interface DialGatewayOptions {
  /** `http://host:port` or `https://…`. */
  readonly url: string;
  readonly operator: Address;
  readonly capabilities: Capabilities;
  readonly software: string;
}

export interface DialGatewayDependencies {
  readonly signer: PrivateKeyAccount;
  /** Of the `NodeRegistry`. */
  readonly scope: SigningScope;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onFrame: (link: GatewayLink, frame: Frame) => Promise<FrameInput | undefined>;
}

const STEP_TIMEOUT_MILLISECONDS = 15_000;
/** The gateway pings every 15 s: two missed pings and the line is dead. */
const SILENCE_MILLISECONDS = 40_000;
/** How far a gateway's clock may be from ours before we refuse to sign its challenge. */
const CLOCK_SKEW_SECONDS = 300;

/**
 * Dials out, agrees on a version, and proves the registered signer (`docs/reference/wire.md`).
 * @throws {DdaiError} `GATEWAY_UNREACHABLE`, `CHANNEL_REFUSED` with the gateway's code,
 *   `CHAIN_ID_MISMATCH`, `CLOCK_SKEWED`
 */
export async function dialGateway(
  { url, operator, capabilities, software }: DialGatewayOptions,
  { signer, scope, clock, logger, onFrame }: DialGatewayDependencies,
): Promise<GatewayLink> {
  const webSocket = new WebSocket(`${url.replace(/^http/, 'ws')}/node/v1/connect`, SUBPROTOCOL, {
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    handshakeTimeout: STEP_TIMEOUT_MILLISECONDS,
  });
  const ended = new Promise<string>((resolve) => {
    webSocket.once('close', (code, reason) => resolve(`${code} ${reason.toString()}`.trim()));
  });
  // The gateway may speak right behind its welcome, before we have read that to its end.
  const { promise: welcomed, resolve: welcome } = Promise.withResolvers<GatewayLink>();
  const channel = createChannel({
    side: 'dialler',
    socket: {
      send: (bytes) => webSocket.send(bytes),
      close: (code, reason) => webSocket.close(code, reason.slice(0, 120)),
    },
    onFrame: async (frame) => onFrame(await welcomed, frame),
    onError: (error) => logger.warn({ url, error: String(error) }, 'a frame failed'),
  });
  watchSilence(webSocket);
  webSocket.on('message', (data, isBinary) => {
    if (isBinary && Buffer.isBuffer(data)) channel.receive(data);
  });
  void ended.then((reason) => channel.closed(reason));
  await new Promise<void>((resolve, reject) => {
    webSocket.once('open', resolve);
    webSocket.on('error', (cause) =>
      reject(
        new DdaiError({
          code: 'GATEWAY_UNREACHABLE',
          message: `no gateway answers at ${url} (${cause.message})`,
          remedy: 'Check the address; the node keeps trying.',
          retryable: true,
          cause,
        }),
      ),
    );
  });

  try {
    const hello = { protocol: PROTOCOL_RANGE, software, chainId: scope.chainId };
    const first = await channel.request(
      { kind: FRAME_KINDS.hello, body: hello },
      STEP_TIMEOUT_MILLISECONDS,
    );
    const challenge = parseMessage('challenge', challengeSchema, first.body);
    if (challenge.chainId !== scope.chainId) {
      throw new DdaiError({
        code: 'CHAIN_ID_MISMATCH',
        message: `the gateway works on chain ${challenge.chainId}, this node on ${scope.chainId}`,
      });
    }
    const { gateway, nonce, issuedAt, version } = challenge;
    if (version < PROTOCOL_RANGE.min || version > PROTOCOL_RANGE.max) {
      throw new DdaiError({
        code: 'PROTOCOL_VERSION_UNSUPPORTED',
        message: `the gateway chose version ${version}`,
        remedy: 'Update the older side.',
      });
    }
    if (Math.abs(Number(issuedAt) - unixSeconds(clock)) > CLOCK_SKEW_SECONDS) {
      throw new DdaiError({
        code: 'CLOCK_SKEWED',
        message: `the gateway’s clock and this one differ by more than ${CLOCK_SKEW_SECONDS} s`,
        remedy: 'Set this machine’s clock.',
      });
    }
    const signature = await signer.signTypedData(
      gatewayChallengeTypedData(scope, {
        gateway,
        operator,
        nonce,
        issuedAt,
        host: new URL(url).host,
      }),
    );
    const proof = { operator, signature, capabilities };
    const second = await channel.request(
      { kind: FRAME_KINDS.proof, body: proof },
      STEP_TIMEOUT_MILLISECONDS,
    );
    const { session } = parseMessage('welcome', welcomeSchema, second.body);
    const link: GatewayLink = {
      channel,
      gateway,
      httpUrl: url,
      session,
      ended,
      close: () => webSocket.close(1000, 'node stops'),
    };
    welcome(link);
    return link;
  } catch (error) {
    webSocket.close(1000, 'handshake failed');
    throw error;
  }
}

/** Ends a connection on which not even pings arrive any more. */
function watchSilence(webSocket: WebSocket): void {
  let timer = setTimeout(() => webSocket.terminate(), SILENCE_MILLISECONDS);
  const heard = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => webSocket.terminate(), SILENCE_MILLISECONDS);
  };
  webSocket.on('ping', heard);
  webSocket.on('message', heard);
  webSocket.once('close', () => clearTimeout(timer));
}
