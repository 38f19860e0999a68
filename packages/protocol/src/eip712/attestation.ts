import { type Address, encodePacked, type Hex, hashTypedData, keccak256 } from 'viem';
import type { WorkClass } from '../work-class.ts';
import { networkDomain, type SigningScope } from './domains.ts';

/** A node's signed statement of what it answered to what. */
export interface Attestation {
  readonly requestId: Hex;
  readonly payer: Address;
  /** The node's operator. */
  readonly node: Address;
  readonly workClass: WorkClass;
  /** keccak-256 over request id, expiry and the full input; see {@link hashRequest}. */
  readonly requestHash: Hex;
  /** keccak-256 of the result's bytes. */
  readonly resultHash: Hex;
  /** Whether anybody who runs the same input must get the same bytes. */
  readonly deterministic: boolean;
  /** Unix seconds; a node refuses the request afterwards. */
  readonly expires: bigint;
}

export interface SignedAttestation extends Attestation {
  /** 65 bytes, by the node's registered signer. */
  readonly signature: Hex;
}

const types = {
  Attestation: [
    { name: 'requestId', type: 'bytes32' },
    { name: 'payer', type: 'address' },
    { name: 'node', type: 'address' },
    { name: 'workClass', type: 'uint8' },
    { name: 'requestHash', type: 'bytes32' },
    { name: 'resultHash', type: 'bytes32' },
    { name: 'deterministic', type: 'bool' },
    { name: 'expires', type: 'uint64' },
  ],
} as const;

/** What the node signs (EIP-712); `scope.verifyingContract` is the `NodeRegistry`. */
export function attestationTypedData(scope: SigningScope, attestation: Attestation) {
  const { requestId, payer, node, workClass, requestHash, resultHash, deterministic, expires } =
    attestation;
  return {
    domain: networkDomain(scope),
    types,
    primaryType: 'Attestation',
    message: { requestId, payer, node, workClass, requestHash, resultHash, deterministic, expires },
  } as const;
}

export function hashAttestation(scope: SigningScope, attestation: Attestation): Hex {
  return hashTypedData(attestationTypedData(scope, attestation));
}

export interface RequestIdInput {
  readonly payer: Address;
  readonly gatewaySigner: Address;
  /** Chosen by the gateway, used once. */
  readonly nonce: Hex;
}

/** `keccak(payer, gateway signer, nonce)`: one request for ever, whoever repeats it. */
export function deriveRequestId({ payer, gatewaySigner, nonce }: RequestIdInput): Hex {
  return keccak256(encodePacked(['address', 'address', 'bytes32'], [payer, gatewaySigner, nonce]));
}

export interface RequestHashInput {
  readonly requestId: Hex;
  readonly expires: bigint;
  /** Everything the answer depends on: question, shard hash, pipeline version, seed. */
  readonly input: Uint8Array;
}

/** Binds the input to one request: two inputs under one id can never frame an honest node. */
export function hashRequest({ requestId, expires, input }: RequestHashInput): Hex {
  return keccak256(
    encodePacked(['bytes32', 'uint64', 'bytes32'], [requestId, expires, keccak256(input)]),
  );
}
