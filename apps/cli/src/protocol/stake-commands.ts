import { contractCall, readContract, showBasisPoints, showMoment, showTokens } from '@ddai/chain';
import { type Command, Option } from 'commander';
import type { Address } from 'viem';
import { printResult } from '../output/print-result.ts';
import {
  type AccountFlags,
  type ReadFlags,
  withAccountFlags,
  withReadFlags,
} from './account-flags.ts';
import { accountAddress, tokensInWei } from './arguments.ts';
import { openAccount, openChain } from './open-account.ts';
import { approvalFor, transact } from './transact.ts';

/** As `Staking.Kind` numbers them. */
const KINDS = { collateral: 0, lock: 1 } as const;
type Kind = keyof typeof KINDS;

interface KindFlags extends AccountFlags {
  readonly kind: Kind;
}

/** `ddai stake …`: collateral of a node, tier locks, their way out, and who votes with them. */
export function addStakeCommands(program: Command): void {
  const stake = program
    .command('stake')
    .description('Tokens at stake: what they secure, vote with and buy');
  withReadFlags(
    stake
      .command('show [account]')
      .description('What an account has at stake, its votes and its tier'),
  )
    .option('--keystore <file>', 'whose account, when none is named')
    .option('--passphrase-file <file>', 'its passphrase')
    .action(show);
  withAccountFlags(
    stake
      .command('add <amount>')
      .description('Put tokens at stake')
      .addOption(kindOption('collateral secures a node, lock buys a tier', 'lock')),
  ).action((amount: string, flags: KindFlags) => add(tokensInWei(amount), flags));
  withAccountFlags(
    stake
      .command('thaw <amount>')
      .description('Start the way out; votes and tier end at once')
      .addOption(kindOption('which of the two', 'lock')),
  ).action((amount: string, flags: KindFlags) => thaw(tokensInWei(amount), flags));
  withAccountFlags(
    stake
      .command('cancel-thaw')
      .description('Make everything that is thawing count again')
      .addOption(kindOption('which of the two', 'lock')),
  ).action((flags: KindFlags) => simple('cancelThaw', flags));
  withAccountFlags(
    stake
      .command('withdraw')
      .description('Take out what has thawed')
      .addOption(kindOption('which of the two', 'lock')),
  ).action((flags: KindFlags) => simple('withdraw', flags));
  withAccountFlags(
    stake.command('delegate <account>').description('Let another account vote with your stake'),
  ).action((to: string, flags: AccountFlags) => delegate(accountAddress(to), flags));
}

function kindOption(description: string, fallback: Kind): Option {
  return new Option('--kind <kind>', description).choices(Object.keys(KINDS)).default(fallback);
}

async function show(text: string | undefined, flags: ReadFlags & AccountFlags): Promise<void> {
  const account =
    text === undefined ? (await openAccount(flags)).account.address : accountAddress(text);
  const chain = await openChain(flags);
  const position = (kind: Kind) =>
    readContract(chain, {
      contract: 'Staking',
      functionName: 'position',
      args: [account, KINDS[kind]],
    });
  const [collateral, lock, votes, delegate, tier, discount, tokens] = await Promise.all([
    position('collateral'),
    position('lock'),
    readContract(chain, { contract: 'Staking', functionName: 'getVotes', args: [account] }),
    readContract(chain, { contract: 'Staking', functionName: 'delegates', args: [account] }),
    readContract(chain, { contract: 'FeatureTiers', functionName: 'tierOf', args: [account] }),
    readContract(chain, { contract: 'FeatureTiers', functionName: 'discountBps', args: [account] }),
    readContract(chain, { contract: 'DDAIToken', functionName: 'balanceOf', args: [account] }),
  ]);
  const line = (name: string, held: typeof lock): string =>
    `  ${name.padEnd(12)}${showTokens(held.active)}${held.thawing === 0n ? '' : `, ${showTokens(held.thawing)} thawing until ${showMoment(held.thawEnds)}`}`;
  printResult(
    { account, tokens, collateral, lock, votes, delegate, tier, discountBps: discount },
    {
      json: flags.json,
      lines: [
        account,
        `  ${'tokens'.padEnd(12)}${showTokens(tokens)}`,
        line('collateral', collateral),
        line('lock', lock),
        `  ${'votes'.padEnd(12)}${showTokens(votes)}${delegate === account ? '' : `; its own stake votes through ${delegate}`}`,
        `  ${'tier'.padEnd(12)}${tier === 0n ? 'none' : `${tier}: ${showBasisPoints(discount)} off the fee`}`,
      ],
    },
  );
}

async function add(amount: bigint, flags: KindFlags): Promise<void> {
  await transact(flags, async (open) => ({
    words: [
      `You put ${showTokens(amount)} at stake as ${flags.kind === 'lock' ? 'a tier lock' : 'collateral of your node'}.`,
    ],
    requests: [
      ...(await approvalFor(open, 'Staking', amount)),
      contractCall(open.chain, {
        contract: 'Staking',
        functionName: flags.kind === 'lock' ? 'lock' : 'stake',
        args: [amount],
        label: `stake ${showTokens(amount)}`,
      }),
    ],
  }));
}

async function thaw(amount: bigint, flags: KindFlags): Promise<void> {
  await transact(flags, ({ chain, account }) => ({
    words: [`You let ${showTokens(amount)} of your ${flags.kind} thaw.`],
    requests: [
      contractCall(chain, {
        contract: 'Staking',
        functionName: 'thaw',
        args: [KINDS[flags.kind], amount],
        label: `thaw ${showTokens(amount)}`,
      }),
    ],
    outcome: async () => {
      const { thawEnds } = await readContract(chain, {
        contract: 'Staking',
        functionName: 'position',
        args: [account.address, KINDS[flags.kind]],
      });
      return {
        lines: [`It can be withdrawn from ${showMoment(thawEnds)}.`],
        result: { thawEnds },
      };
    },
  }));
}

async function simple(functionName: 'cancelThaw' | 'withdraw', flags: KindFlags): Promise<void> {
  await transact(flags, ({ chain }) => ({
    words: [
      functionName === 'withdraw'
        ? `You take out what of your ${flags.kind} has thawed.`
        : `You make everything of your ${flags.kind} that thaws count again.`,
    ],
    requests: [
      contractCall(chain, { contract: 'Staking', functionName, args: [KINDS[flags.kind]] }),
    ],
  }));
}

async function delegate(to: Address, flags: AccountFlags): Promise<void> {
  await transact(flags, ({ chain, account }) => ({
    words: [
      to === account.address
        ? 'You vote with your stake yourself.'
        : `You let ${to} vote with all your stake.`,
    ],
    requests: [contractCall(chain, { contract: 'Staking', functionName: 'delegate', args: [to] })],
  }));
}
