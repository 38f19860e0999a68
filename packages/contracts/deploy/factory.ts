import { DdaiError } from '@ddai/core';
import {
  type Address,
  concatHex,
  encodeAbiParameters,
  getContractAddress,
  type Hex,
  keccak256,
  parseAbi,
  toHex,
  zeroHash,
} from 'viem';
import { loadArtifact } from './artifact.ts';
import type { ChainAccess } from './sender.ts';

/** The deterministic-deployment proxy: at this address on nearly every chain, anvil included. */
const CREATE2_DEPLOYER: Address = '0x4e59b44847b379578588920cA78FbF26c0B4956C';
const FACTORY_SALT = keccak256(toHex('DDAI DeterministicFactory'));

export const factoryAbi = parseAbi([
  'function deploy(bytes32 salt, bytes initCode) returns (address)',
  'function deployedAt(address location) view returns (uint256)',
]);

/**
 * Where the factory is on every chain. Addresses below it depend on deployer and salt only, so a
 * deploy needs no journal: what exists at an address was put there by this deployer, and a run that
 * died goes on where the chain says it stopped.
 */
export function factoryAddress(): Address {
  return getContractAddress({
    opcode: 'CREATE2',
    from: CREATE2_DEPLOYER,
    salt: FACTORY_SALT,
    bytecode: loadArtifact('deterministic-factory').bytecode,
  });
}

/** The transaction that puts the factory there. */
export function factoryCreation(): { readonly to: Address; readonly data: Hex } {
  const { bytecode } = loadArtifact('deterministic-factory');
  return { to: CREATE2_DEPLOYER, data: concatHex([FACTORY_SALT, bytecode]) };
}

/** Where `initCode` puts its contract when anybody sends it to the CREATE2 deployer, and how to. */
export function plainCreation(initCode: Hex): {
  readonly address: Address;
  readonly to: Address;
  readonly data: Hex;
} {
  return {
    address: getContractAddress({
      opcode: 'CREATE2',
      from: CREATE2_DEPLOYER,
      salt: zeroHash,
      bytecode: initCode,
    }),
    to: CREATE2_DEPLOYER,
    data: concatHex([zeroHash, initCode]),
  };
}

/** @throws {DdaiError} `DEPLOY_CREATE2_MISSING` on a chain without the CREATE2 deployer. */
export async function assertCreate2Deployer(chain: ChainAccess): Promise<void> {
  if (await chain.hasCode(CREATE2_DEPLOYER)) return;
  throw new DdaiError({
    code: 'DEPLOY_CREATE2_MISSING',
    message: `chain ${chain.chainId} has no CREATE2 deployer at ${CREATE2_DEPLOYER}`,
    remedy:
      'Add the deterministic-deployment proxy to the genesis, or send its keyless transaction.',
    fields: { chainId: chain.chainId },
  });
}

/** Solidity's `DeterministicFactory.addressOf`, off chain. */
export function deterministicAddress(factory: Address, deployer: Address, salt: Hex): Address {
  const launchpad = getContractAddress({
    opcode: 'CREATE2',
    from: factory,
    salt: keccak256(
      encodeAbiParameters([{ type: 'address' }, { type: 'bytes32' }], [deployer, salt]),
    ),
    bytecode: loadArtifact('launchpad').bytecode,
  });
  return getContractAddress({ opcode: 'CREATE', from: launchpad, nonce: 1n });
}
