import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readContract, readProposals, transferToken } from '@ddai/chain';
import {
  createTemporaryDirectory,
  startTestChain,
  type TemporaryDirectory,
  type TestChain,
} from '@ddai/testkit';
import { type Address, isAddress, parseEther } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runDdai } from './support/run-ddai.ts';

let folder: TemporaryDirectory;
let chain: TestChain;
let holder: Address;
const STAKED = parseEther('150000000');
const FRIEND: Address = '0x00000000000000000000000000000000000f71e5';
const ANNOUNCEMENT_SECONDS = 21n;
const POLL_MILLISECONDS = 300;
/** Three votes of 12 seconds and an announcement of 21, with every command a process of its own. */
const DECISIONS_MILLISECONDS = 300_000;

/** Runs `ddai` as the holder, and gives what it wrote as JSON. */
async function ddai(...args: string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await tryDdai(...args, '--json');
  if (code !== 0) throw new Error(`ddai ${args.join(' ')} exited ${code}: ${stderr}`);
  return JSON.parse(stdout) as Record<string, unknown>;
}

function tryDdai(...args: string[]): ReturnType<typeof runDdai> {
  const keystore = join(folder.path, 'holder.json');
  const signs = !['list', 'show', 'tiers'].includes(args[1] ?? '') && args[0] !== 'tiers';
  return runDdai(
    [
      ...args,
      '--rpc',
      chain.client.rpcUrl,
      '--addresses',
      join(folder.path, 'addresses.json'),
      ...(signs ? ['--keystore', keystore, '--yes'] : []),
    ],
    { home: join(folder.path, 'home') },
  );
}

async function ddaiOffline(...args: string[]): Promise<Record<string, unknown>> {
  const home = join(folder.path, 'home');
  return JSON.parse((await runDdai([...args, '--json'], { home })).stdout) as Record<
    string,
    unknown
  >;
}

function airdropList(): string {
  const file = join(folder.path, 'airdrop.csv');
  writeFileSync(file, `account,amount\n${FRIEND},12.5\n`);
  return file;
}

function balanceOf(account: Address): Promise<bigint> {
  return readContract(chain.client, {
    contract: 'DDAIToken',
    functionName: 'balanceOf',
    args: [account],
  });
}

/** Asks the chain itself: a vote is open for seconds, and a process takes some of them to start. */
async function until(proposal: string, state: string): Promise<void> {
  for (;;) {
    const found = (await readProposals(chain.client)).find(({ id }) => String(id) === proposal);
    if (found?.state === state) return;
    if (found?.state === 'defeated' || found?.state === 'expired')
      throw new Error(`the proposal is ${found.state}, not ${state}`);
    await delay(POLL_MILLISECONDS);
  }
}

/** A chain that mined faster than a block a second is ahead of our clock. */
async function chainReaches(moment: bigint): Promise<void> {
  const { publicClient } = chain.client;
  while ((await publicClient.getBlock({ blockTag: 'pending' })).timestamp < moment)
    await delay(POLL_MILLISECONDS);
}

/** From the proposal to its execution, by command. */
async function decide(why: string, calls: readonly string[], notBefore = 0n): Promise<string> {
  const { proposal } = await ddai(
    'dao',
    'propose',
    '--why',
    why,
    ...calls.flatMap((call) => ['--call', call]),
  );
  const id = String(proposal);
  await until(id, 'active');
  await ddai('dao', 'vote', id, 'for');
  await until(id, 'succeeded');
  const queued = await ddai('dao', 'queue', id);
  await chainReaches(BigInt(String(queued.readyAt)));
  await chainReaches(notBefore);
  await ddai('dao', 'execute', id);
  return id;
}

beforeAll(async () => {
  folder = createTemporaryDirectory();
  chain = await startTestChain();
  writeFileSync(join(folder.path, 'addresses.json'), JSON.stringify(chain.client.addressBook));
  writeFileSync(join(folder.path, 'holder.json.secret'), 'correct horse battery staple\n');
  writeFileSync(join(folder.path, 'terms.md'), '# Terms\n\nUptime 99.9 %.\n');
  const { code, stdout } = await runDdai(
    [
      'account',
      'create',
      '--keystore',
      join(folder.path, 'holder.json'),
      '--passphrase-file',
      join(folder.path, 'holder.json.secret'),
      '--json',
    ],
    { home: join(folder.path, 'home') },
  );
  const { address } = JSON.parse(stdout) as { address: string };
  if (code !== 0 || !isAddress(address)) throw new Error('no account');
  holder = address;
  const { queue } = await chain.openAccount(parseEther('200000000'));
  await queue.submit(transferToken(chain.client, { to: holder, amount: parseEther('160000000') }));
  await queue.submit({ to: holder, data: '0x', value: parseEther('0.5'), label: 'ether' });
  await ddai('stake', 'add', '150000000');
});
afterAll(async () => {
  await chain.stop();
  folder.remove();
});

describe('the DAO, by command', () => {
  it(
    'changes parameters, admits a partner, announces and executes an upgrade with all stakes kept',
    async () => {
      const { termsHash } = await ddai(
        'partner',
        'apply',
        ...['--kind', 'cloud', '--name', 'Cumulus', '--bond', '100000'],
        ...[
          '--terms',
          join(folder.path, 'terms.md'),
          '--terms-url',
          'https://cumulus.example/terms',
        ],
      );
      const { implementation } = await ddai(
        ...['dao', 'prepare-upgrade', 'Staking', '--set', 'stakeThaw=16'],
      );

      const proofs = join(folder.path, 'airdrop');
      const { root } = await ddaiOffline('airdrop', 'root', airdropList(), '--proofs', proofs);

      await decide('A lower fee, a partner, an airdrop', [
        `Airdrop.setRoot(${String(root)})`,
        'PaymentsEscrow.setFee(400, 8000)',
        'EmissionsController.setCorridor(([1000, 1000, 500, 500], [5000, 5000, 4000, 4000], 300))',
        `PartnerRegistry.admit(${String(holder)}, ${String(termsHash)}, ${Math.floor(Date.now() / 1000) + 600})`,
        'FeatureTiers.setFeature("forecast", (4, 2099-01-01))',
      ]);

      const escrowFee = await readContract(chain.client, {
        contract: 'PaymentsEscrow',
        functionName: 'fee',
        args: [],
      });
      expect(escrowFee).toEqual([400n, 8_000n]);
      const { corridor } = await ddai('rewards', 'show');
      expect(corridor).toMatchObject({ max: [5000, 5000, 4000, 4000], step: 300 });
      const { partners } = await ddai('partner', 'list');
      expect(partners).toMatchObject([{ account: holder, name: 'Cumulus', isPartner: true }]);
      const access = await ddai('tiers', '--account', holder, '--feature', 'forecast');
      expect(access).toMatchObject({ tier: '4', hasAccess: true });

      const [proof = ''] = readdirSync(proofs);
      const claimed = await ddai('airdrop', 'claim', join(proofs, proof));
      expect(claimed).toMatchObject({ to: FRIEND, amount: String(parseEther('12.5')) });
      expect(await balanceOf(FRIEND)).toBe(parseEther('12.5'));
      const again = await tryDdai('airdrop', 'claim', join(proofs, proof));
      expect(again.stderr).toMatch(/Airdrop: already claimed/);

      const before = await ddai('stake', 'show', holder);
      await decide('Code with a longer thaw', [
        `Staking.announceUpgrade(${String(implementation)}, 0x)`,
      ]);
      const { timestamp } = await chain.client.publicClient.getBlock();
      await decide(
        'The announced code, and the partner is out',
        [
          `Staking.upgradeToAndCall(${String(implementation)}, 0x)`,
          `PartnerRegistry.revoke(${String(holder)}, true, "its uptime was 90 %")`,
        ],
        timestamp + ANNOUNCEMENT_SECONDS,
      );

      const thawPeriod = await readContract(chain.client, {
        contract: 'Staking',
        functionName: 'thawPeriod',
        args: [],
      });
      expect(thawPeriod).toBe(16n);
      const after = await ddai('stake', 'show', holder);
      expect(after).toEqual(before);
      expect(after).toMatchObject({ votes: String(STAKED), lock: { active: String(STAKED) } });
      expect(await ddai('partner', 'list')).toMatchObject({
        partners: [{ status: 'ended', bond: '0', isPartner: false }],
      });
    },
    DECISIONS_MILLISECONDS,
  );

  it('moves the reward split by the stakers’ vote, from the next epoch on', async () => {
    await ddai('rewards', 'close-epoch').catch(() => undefined);
    const weights = '37%,33%,15%,15%';
    const { epoch } = await ddai('rewards', 'vote', '--weights', weights);
    const during = await ddai('rewards', 'show');
    expect(during).toMatchObject({ epoch: { weights: [3500, 3500, 1500, 1500] } });
    const { endsAt } = during.epoch as { endsAt: string };
    await chainReaches(BigInt(endsAt));

    await ddai('rewards', 'close-epoch');

    const next = await ddai('rewards', 'show');
    expect(next).toMatchObject({ epoch: { weights: [3700, 3300, 1500, 1500] } });
    expect(Number((next.epoch as { id: string }).id)).toBeGreaterThan(Number(epoch));
  });

  it('ends a tier the moment its lock thaws', async () => {
    expect(await ddai('tiers', '--account', holder)).toMatchObject({ tier: '4' });
    await ddai('stake', 'thaw', '149999500');
    expect(await ddai('tiers', '--account', holder)).toMatchObject({ tier: '0' });
    await ddai('stake', 'cancel-thaw');
    expect(await ddai('tiers', '--account', holder)).toMatchObject({ tier: '4' });
  });

  it.each([
    ['no call', 'PaymentsEscrow', /is no call/],
    ['an unknown contract', 'Escrow.setFee(1, 2)', /no contract Escrow/],
    ['a view', 'PaymentsEscrow.fee()', /has no function fee that changes anything/],
    ['a missing argument', 'PaymentsEscrow.setFee(400)', /takes 2 arguments, not 1/],
    ['a word for a number', 'PaymentsEscrow.setFee(low, 1)', /argument 1 \(feeBps\) is "low"/],
    ['a broken bracket', 'EmissionsController.setWeights([1,2', /is no call/],
  ])('refuses a proposal of %s, and says what was expected', async (_what, call, message) => {
    const { code, stderr } = await tryDdai('dao', 'propose', '--why', 'x', '--call', call);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/CALL_INVALID/);
  });

  it('says before signing what the bounds in code would refuse even to the DAO', async () => {
    const call = 'PaymentsEscrow.setFee(1100, 8000)';
    const { code, stderr } = await tryDdai('dao', 'propose', '--why', 'more', '--call', call);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /! As things are today, call 1: refused. Contract: out of bounds \(parameter feeBps, value 1100, min 0, max 1000\)/,
    );
  });

  it('names the states in which a step is possible', async () => {
    const { proposals } = await ddai('dao', 'list');
    const executed = (proposals as { proposal: string; state: string }[]).find(
      ({ state }) => state === 'executed',
    );
    const { code, stderr } = await tryDdai('dao', 'queue', String(executed?.proposal));
    expect(code).toBe(1);
    expect(stderr).toMatch(/current executed, expected states succeeded/);
  });

  it('turns a refusal of the contracts into words', async () => {
    const { code, stderr } = await tryDdai('stake', 'withdraw');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /Staking: nothing thawing \(account 0x\w+, kind lock\)\n {2}→ Start with a thaw/,
    );
  });

  it('signs nothing where nobody said yes', async () => {
    const { code, stderr } = await runDdai(
      [
        'stake',
        'thaw',
        '5',
        ...['--rpc', chain.client.rpcUrl, '--addresses', join(folder.path, 'addresses.json')],
        ...['--keystore', join(folder.path, 'holder.json')],
      ],
      { home: join(folder.path, 'home') },
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(/You let 5 DDAI of your lock thaw/);
    expect(stderr).toMatch(/SIGNING_NOT_CONFIRMED/);
  });
});
