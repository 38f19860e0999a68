import { randomBytes } from 'node:crypto';
import { type Clock, DdaiError, unixSeconds } from '@ddai/core';
import {
  type Capabilities,
  type Challenge,
  type Channel,
  FRAME_KINDS,
  type Frame,
  type FrameInput,
  gatewayChallengeTypedData,
  helloSchema,
  PROTOCOL_RANGE,
  parseMessage,
  proofSchema,
  type SigningScope,
  type Welcome,
} from '@ddai/protocol';
import { type Address, type Hex, isAddressEqual, recoverTypedDataAddress } from 'viem';
import { createGrants, type Grants } from './grants.ts';

/** A node that has proven its registered signer on one connection. */
export interface NodeSession {
  /** The node's operator, checksummed. */
  readonly operator: Address;
  readonly signer: Address;
  readonly capabilities: Capabilities;
  readonly channel: Channel;
  /** Bearer token for bulk transfers while the connection lives. */
  readonly token: string;
  /** Content that this node may fetch; filled by whoever hands it work. */
  readonly grants: Grants;
  /** Milliseconds since 1970. */
  readonly connectedAt: number;
  /** Ends the connection, with a reason for the node’s log. */
  close(reason: string): void;
}

/** What the handshake knows of a session; the connection adds the rest. */
export type ProvenNode = Omit<NodeSession, 'channel' | 'close'>;

/** What the gateway reads on chain about who connects. */
export interface NodeStanding {
  /** The node's current hot key, or undefined if it is not registered and active. */
  readonly signer: Address | undefined;
  readonly operator: Address;
  /** Whether its unthawed stake covers the classes it registered. */
  readonly staked: boolean;
}

export interface NodeHandshakeDependencies {
  readonly scope: SigningScope;
  readonly gateway: Address;
  readonly software: string;
  readonly clock: Clock;
  readonly readStanding: (operator: Address) => Promise<NodeStanding>;
}

export interface NodeHandshake {
  /** Handles one frame; the reply, and the session once the proof was good. */
  handle(frame: Frame): Promise<{ reply: FrameInput; session?: ProvenNode }>;
}

/** How long a challenge may wait for its proof. */
const CHALLENGE_SECONDS = 60n;
const HEARTBEAT_SECONDS = 15;

/**
 * The listening half of the handshake: hello → challenge, proof → welcome (`docs/reference/wire.md`).
 * @param host host and port as the node dialled them, from its upgrade request.
 */
export function createNodeHandshake(
  host: string,
  dependencies: NodeHandshakeDependencies,
): NodeHandshake {
  const { scope, gateway, software, clock } = dependencies;
  let challenge: Challenge | undefined;

  const answerHello = (frame: Frame): FrameInput => {
    const hello = parseMessage('hello', helloSchema, frame.body);
    const version = Math.min(hello.protocol.max, PROTOCOL_RANGE.max);
    if (version < hello.protocol.min || version < PROTOCOL_RANGE.min) {
      throw new DdaiError({
        code: 'PROTOCOL_VERSION_UNSUPPORTED',
        message: `this gateway speaks versions ${PROTOCOL_RANGE.min} to ${PROTOCOL_RANGE.max}, the node ${hello.protocol.min} to ${hello.protocol.max}`,
        remedy: 'Update the older side.',
      });
    }
    if (hello.chainId !== scope.chainId) {
      throw new DdaiError({
        code: 'CHAIN_ID_MISMATCH',
        message: `this gateway works on chain ${scope.chainId}, the node on chain ${hello.chainId}`,
        remedy: 'Point both at the same chain.',
      });
    }
    const nonce: Hex = `0x${randomBytes(32).toString('hex')}`;
    challenge = {
      version,
      software,
      chainId: scope.chainId,
      gateway,
      nonce,
      issuedAt: BigInt(unixSeconds(clock)),
    };
    return { kind: FRAME_KINDS.challenge, body: challenge };
  };

  const checkProof = async (frame: Frame): Promise<ProvenNode> => {
    const proof = parseMessage('proof', proofSchema, frame.body);
    const issued = challenge;
    challenge = undefined; // One try each.
    if (issued === undefined)
      throw new DdaiError({ code: 'HANDSHAKE_ORDER', message: 'a proof without a challenge' });
    if (BigInt(unixSeconds(clock)) - issued.issuedAt > CHALLENGE_SECONDS) {
      throw new DdaiError({
        code: 'CHALLENGE_EXPIRED',
        message: 'the proof came too late',
        retryable: true,
      });
    }
    const { nonce, issuedAt } = issued;
    const typedData = gatewayChallengeTypedData(scope, {
      gateway,
      operator: proof.operator,
      nonce,
      issuedAt,
      host,
    });
    const recovered = await recoverTypedDataAddress({
      ...typedData,
      signature: proof.signature,
    }).catch(() => undefined);
    const standing = await dependencies.readStanding(proof.operator);
    if (
      recovered === undefined ||
      standing.signer === undefined ||
      !isAddressEqual(recovered, standing.signer)
    ) {
      throw new DdaiError({
        code: 'NODE_SIGNER_WRONG',
        message: `this key is not the registered signer of ${proof.operator}`,
        remedy:
          'Register the node with `ddai node join`, or serve with the keystore that was registered.',
      });
    }
    if (!standing.staked) {
      throw new DdaiError({
        code: 'NODE_STAKE_LOW',
        message: `the stake of ${proof.operator} does not cover what it registered for`,
        remedy: 'Stake more, or register for fewer classes.',
      });
    }
    return {
      operator: standing.operator,
      signer: standing.signer,
      capabilities: proof.capabilities,
      token: randomBytes(32).toString('base64url'),
      grants: createGrants(),
      connectedAt: clock.now(),
    };
  };

  return {
    async handle(frame) {
      if (frame.kind === FRAME_KINDS.hello) return { reply: answerHello(frame) };
      if (frame.kind === FRAME_KINDS.proof) {
        const session = await checkProof(frame);
        const welcome: Welcome = { session: session.token, heartbeatSeconds: HEARTBEAT_SECONDS };
        return { reply: { kind: FRAME_KINDS.welcome, body: welcome }, session };
      }
      throw new DdaiError({
        code: 'HANDSHAKE_ORDER',
        message: 'say hello and prove the signer first',
      });
    },
  };
}
