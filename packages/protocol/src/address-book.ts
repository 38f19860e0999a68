import { DdaiError } from '@ddai/core';
import { z } from 'zod';
import { addressField } from './messages/fields.ts';

/** Where one deployment of the protocol lives. Written by the deploy, read by everything. */
export const addressBookSchema = z.object({
  chainId: z.number().int().positive(),
  /** First block that can hold an event of this deployment. */
  deployedAtBlock: z.union([z.bigint(), z.number().int().nonnegative()]).transform(Number),
  contracts: z.object({
    DDAIToken: addressField,
    Staking: addressField,
    NodeRegistry: addressField,
    PaymentsEscrow: addressField,
    EmissionsController: addressField,
    FeatureTiers: addressField,
    ProtocolRegistry: addressField,
    TimelockController: addressField,
    DDAIGovernor: addressField,
    CheckpointManager: addressField,
    CheckpointFaults: addressField,
    StorageProofs: addressField,
    DisputeManager: addressField,
    SlashGuardian: addressField,
    TrainingRegistry: addressField,
    PartnerRegistry: addressField,
    Treasury: addressField,
    Airdrop: addressField,
    MarketVesting: addressField,
    SeedVesting: addressField,
    TreasuryVesting: addressField,
    TeamVesting: addressField,
  }),
});

export type AddressBook = z.infer<typeof addressBookSchema>;
export type ContractName = keyof AddressBook['contracts'];

/**
 * Reads the file that a deploy wrote; `name` says in the error which one.
 * @throws {DdaiError} `ADDRESS_BOOK_INVALID`
 */
export function parseAddressBook(text: string, name: string): AddressBook {
  try {
    return addressBookSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new DdaiError({
      code: 'ADDRESS_BOOK_INVALID',
      message: `${name} is no address book of a DDAI deployment`,
      remedy: 'Name the file that the deploy wrote with --addresses.',
      cause,
    });
  }
}
