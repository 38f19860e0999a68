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
}

const types = {
  GatewayChallenge: [
    { name: 'gateway', type: 'address' },
    { name: 'operator', type: 'address' },
    { name: 'nonce', type: 'bytes32' },
    { name: 'issuedAt', type: 'uint64' },
  ],
} as const;

/** `scope.verifyingContract` is the `NodeRegistry`. */
export function gatewayChallengeTypedData(scope: SigningScope, challenge: GatewayChallenge) {
  const { gateway, operator, nonce, issuedAt } = challenge;
  return {
    domain: networkDomain(scope),
    types,
    primaryType: 'GatewayChallenge',
    message: { gateway, operator, nonce, issuedAt },
  } as const;
}
