import { contractCall, readContract, showMoment, showTokens } from '@ddai/chain';
import { DdaiError } from '@ddai/core';
import { partnerRegistryAbi } from '@ddai/protocol';
import { readFileLimited } from '@ddai/storage';
import type { Command } from 'commander';
import { type Hex, hexToString, keccak256, toHex } from 'viem';
import { callerPath } from '../input/caller-path.ts';
import { printResult } from '../output/print-result.ts';
import {
  type AccountFlags,
  type ReadFlags,
  withAccountFlags,
  withReadFlags,
} from './account-flags.ts';
import { tokensInWei } from './arguments.ts';
import { openChain } from './open-account.ts';
import { approvalFor, transact } from './transact.ts';

interface ApplyFlags extends AccountFlags {
  readonly kind: string;
  readonly name: string;
  readonly terms: string;
  readonly termsUrl: string;
  readonly bond: bigint;
}

const STATUSES = ['none', 'applied', 'admitted', 'ended'] as const;
const MAX_TERMS_BYTES = 1024 * 1024;
const MAX_KIND_BYTES = 32;

/** `ddai partner …`: what an applicant or partner does itself; the DAO's part is `ddai dao propose`. */
export function addPartnerCommands(program: Command): void {
  const partner = program
    .command('partner')
    .description('Strategic partners: apply, resign, see who they are');
  withReadFlags(
    partner.command('list').description('Everybody who ever applied, and how it stands'),
  ).action(list);
  withAccountFlags(
    partner
      .command('apply')
      .description('Apply with a bond; the DAO admits for a time, under these very terms')
      .requiredOption('--kind <kind>', 'cloud, gateway, data, …')
      .requiredOption('--name <name>', 'as you call yourself')
      .requiredOption('--terms <file>', 'the terms; their keccak256 goes on chain')
      .requiredOption('--terms-url <url>', 'where everybody can read them')
      .requiredOption('--bond <amount>', 'in DDAI', tokensInWei),
  ).action(apply);
  withAccountFlags(
    partner.command('resign').description('Take an application or an admission back'),
  ).action((flags: AccountFlags) =>
    simple('resign', 'You resign; a partner’s bond is free after a notice of 14 days.', flags),
  );
  withAccountFlags(
    partner.command('withdraw-bond').description('Take back a bond that is free'),
  ).action((flags: AccountFlags) => simple('withdrawBond', 'You take your bond back.', flags));
}

async function list(flags: ReadFlags): Promise<void> {
  const chain = await openChain(flags);
  const logs = await chain.publicClient.getContractEvents({
    address: chain.addressBook.contracts.PartnerRegistry,
    abi: partnerRegistryAbi,
    eventName: 'Applied',
    fromBlock: BigInt(chain.addressBook.deployedAtBlock),
    strict: true,
  });
  const accounts = [...new Set(logs.map(({ args }) => args.partner))];
  const partners = await Promise.all(
    accounts.map(async (account) => {
      const known = await readContract(chain, {
        contract: 'PartnerRegistry',
        functionName: 'partner',
        args: [account],
      });
      const isPartner = await readContract(chain, {
        contract: 'PartnerRegistry',
        functionName: 'isPartner',
        args: [account],
        asOf: 'now',
      });
      return {
        account,
        ...known,
        status: STATUSES[known.status] ?? 'none',
        kind: hexToString(known.kind, { size: 32 }),
        isPartner,
      };
    }),
  );
  const lines = partners.map(
    ({ account, name, kind, status, isPartner, admittedUntil, bond }) =>
      `${account}  ${name} (${kind})  ${status}${status === 'admitted' ? `${isPartner ? ' until' : ', expired'} ${showMoment(admittedUntil)}` : ''}, bond ${showTokens(bond)}`,
  );
  printResult(
    { partners },
    { json: flags.json, lines: lines.length === 0 ? ['Nobody has applied.'] : lines },
  );
}

async function apply(flags: ApplyFlags): Promise<void> {
  if (Buffer.byteLength(flags.kind) > MAX_KIND_BYTES)
    throw new DdaiError({
      code: 'FLAG_INVALID',
      message: `--kind has more than ${MAX_KIND_BYTES} bytes`,
      remedy: 'One word: cloud, gateway, data.',
    });
  const termsHash: Hex = keccak256(readFileLimited(callerPath(flags.terms), MAX_TERMS_BYTES));
  await transact(flags, async (open) => ({
    words: [
      `You apply as ${flags.name} (${flags.kind}) with a bond of ${showTokens(flags.bond)}, under the terms ${termsHash} at ${flags.termsUrl}.`,
      'The DAO may burn the bond of a partner that breaks them.',
    ],
    requests: [
      ...(await approvalFor(open, 'PartnerRegistry', flags.bond)),
      contractCall(open.chain, {
        contract: 'PartnerRegistry',
        functionName: 'applyAsPartner',
        args: [toHex(flags.kind, { size: 32 }), termsHash, flags.bond, flags.name, flags.termsUrl],
        label: 'apply as partner',
      }),
    ],
    outcome: async () => ({
      lines: [
        'Applied. A holder can now propose:',
        `  ddai dao propose --why "…" --call 'PartnerRegistry.admit(${open.account.address}, ${termsHash}, 2027-12-31)'`,
      ],
      result: { termsHash },
    }),
  }));
}

async function simple(
  functionName: 'resign' | 'withdrawBond',
  words: string,
  flags: AccountFlags,
): Promise<void> {
  await transact(flags, ({ chain }) => ({
    words: [words],
    requests: [contractCall(chain, { contract: 'PartnerRegistry', functionName, args: [] })],
  }));
}
