import { readContract, showBasisPoints, showMoment, showTokens } from '@ddai/chain';
import type { Command } from 'commander';
import { toHex } from 'viem';
import { printResult } from '../output/print-result.ts';
import { type ReadFlags, withReadFlags } from './account-flags.ts';
import { accountAddress } from './arguments.ts';
import { openChain } from './open-account.ts';

interface TierFlags extends ReadFlags {
  readonly account?: string;
  readonly feature?: string;
}

/** `ddai tiers`: what locks buy, and whether an account has a feature. */
export function addTiersCommand(program: Command): void {
  withReadFlags(
    program
      .command('tiers')
      .description('What a tier lock buys, and who has which early feature')
      .option('--account <address>', 'whose tier and access')
      .option('--feature <name>', 'a feature of early access'),
  ).action(showTiers);
}

async function showTiers(flags: TierFlags): Promise<void> {
  const chain = await openChain(flags);
  const account = flags.account === undefined ? undefined : accountAddress(flags.account);
  const id = flags.feature === undefined ? undefined : toHex(flags.feature, { size: 32 });
  const tiers = await readContract(chain, {
    contract: 'FeatureTiers',
    functionName: 'tiers',
    args: [],
  });
  const tier =
    account === undefined
      ? undefined
      : await readContract(chain, {
          contract: 'FeatureTiers',
          functionName: 'tierOf',
          args: [account],
        });
  const feature =
    id === undefined
      ? undefined
      : await readContract(chain, {
          contract: 'FeatureTiers',
          functionName: 'feature',
          args: [id],
        });
  const hasAccess =
    account === undefined || id === undefined
      ? undefined
      : await readContract(chain, {
          contract: 'FeatureTiers',
          functionName: 'hasAccess',
          args: [account, id],
          asOf: 'now',
        });
  printResult(
    { tiers, account, tier, feature, hasAccess },
    {
      json: flags.json,
      lines: [
        ...tiers.map(
          ({ lock, discountBps }, index) =>
            `  tier ${index + 1}  ${showTokens(lock).padEnd(16)} ${showBasisPoints(discountBps)} off the fee${tier === BigInt(index + 1) ? '  ← yours' : ''}`,
        ),
        ...(feature === undefined
          ? []
          : [
              `${flags.feature}: tier ${feature.minTier} and above; everybody from ${showMoment(feature.generalFrom)}`,
            ]),
        ...(hasAccess === undefined
          ? []
          : [`${account} ${hasAccess ? 'has it' : 'does not have it yet'}.`]),
      ],
    },
  );
}
