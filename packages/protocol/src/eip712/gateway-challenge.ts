import type { Address, Hex } from 'viem';
import { networkDomain, type SigningScope } from './domains.ts';

/** What a node signs to prove, to one gateway and once, that it holds its registered signer key. */
export interface GatewayChallenge {
  /** The gateway's own signer: a proof for one gateway is worth nothing at another. */
  readonly gateway: Address;
  /** The node's operator. */
  readonly operator: Address;
  /** 32 random bytes, used once. */
  readonly nonce: Hex;
  /** Unix seconds of the gateway's clock. */
  readonly issuedAt: bigint;
  /**
   * Host and port that the node dialled. An impostor that relays another gateway's challenge gets
   * a proof that names the impostor.
   */
  readonly host: string;
}

const types = {
  GatewayChallenge: [
    { name: 'gateway', type: 'address' },
    { name: 'operator', type: 'address' },
    { name: 'nonce', type: 'bytes32' },
    { name: 'issuedAt', type: 'uint64' },
    { name: 'host', type: 'string' },
  ],
} as const;

/** `scope.verifyingContract` is the `NodeRegistry`. */
export function gatewayChallengeTypedData(scope: SigningScope, challenge: GatewayChallenge) {
  const { gateway, operator, nonce, issuedAt, host } = challenge;
  return {
    domain: networkDomain(scope),
    types,
    primaryType: 'GatewayChallenge',
    message: { gateway, operator, nonce, issuedAt, host },
  } as const;
}
