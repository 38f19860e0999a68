import { DdaiError } from '@ddai/core';
import type { AddressBook, ContractName } from '@ddai/protocol';
import { type Address, encodeDeployData, type Hex, zeroAddress } from 'viem';
import { type Artifact, loadArtifact } from './artifact.ts';
import { PROXIED } from './definitions/all-contracts.ts';
import { plainCreation } from './factory.ts';
import { localParties, PARAMETER_TABLE, type ProtocolParameters } from './parameters.ts';
import { assertLayoutExtends } from './storage-layout.ts';

export interface UpgradeOptions {
  readonly addressBook: AddressBook;
  readonly contract: ContractName;
  /** Of the deployment, with whatever the new implementation is to have otherwise. */
  readonly parameters: ProtocolParameters;
  /** New code; default this version's, which is how an immutable parameter changes. */
  readonly artifact?: Artifact;
}

/** A new implementation: where it will be, and the transaction that puts it there. */
export interface UpgradePlan {
  readonly implementation: Address;
  readonly creation: { readonly to: Address; readonly data: Hex };
}

/**
 * Plans a new implementation of a contract behind a proxy. Its storage layout must extend the one of
 * this version's artifact, which is what runs at the address book's addresses: they contain its hash.
 * The address follows from code and arguments, so a second run changes nothing.
 *
 * @throws {DdaiError} `UPGRADE_IMPOSSIBLE`, `STORAGE_LAYOUT_BROKEN`
 */
export function planUpgrade(options: UpgradeOptions): UpgradePlan {
  const { addressBook, contract, parameters } = options;
  const definition = PROXIED.find(({ name }) => name === contract);
  if (definition === undefined)
    throw new DdaiError({
      code: 'UPGRADE_IMPOSSIBLE',
      message: `${contract} is not upgradeable`,
      remedy: `Upgradeable are ${PROXIED.map(({ name }) => name).join(', ')}.`,
    });
  const committed = loadArtifact(definition.artifact);
  const artifact = options.artifact ?? committed;
  assertLayoutExtends(contract, { before: committed.storage, after: artifact.storage });
  const initCode = encodeDeployData({
    abi: definition.abi,
    bytecode: artifact.bytecode,
    args: definition.constructorArgs({
      parameters,
      // Implementations take no party as an argument; initialisers did, once.
      parties: localParties(zeroAddress),
      at: addressBook.contracts,
      allocations: [],
    }),
  });
  const { address, to, data } = plainCreation(initCode);
  return { implementation: address, creation: { to, data } };
}

/** Names of the parameters that `--set` takes. */
export function isParameterName(name: string): name is keyof typeof PARAMETER_TABLE {
  return Object.hasOwn(PARAMETER_TABLE, name);
}
