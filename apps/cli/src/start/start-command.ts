import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DdaiError, type Logger, silentLogger } from '@ddai/core';
import { assertPortFree, findPortHolder } from '@ddai/engines';
import { findHomePath, type Home, openHome, writeFileDurably } from '@ddai/storage';
import { callerPath } from '../input/caller-path.ts';
import { createPhases } from '../output/phases.ts';
import { type AnsweredQuestion, askQuestions, ingestKnowledge } from './answer-questions.ts';
import { compareAccuracy } from './compare-accuracy.ts';
import { launchChain } from './launch-chain.ts';
import { type GatewayPart, launchGateway, launchNode, type NodePart } from './launch-parts.ts';
import { openAccount } from './open-accounts.ts';
import { resultToJson } from './result-json.ts';
import { type RunResult, renderResultPage } from './result-page.ts';
import { hasExamples, readScenario, type Scenario, type Site } from './scenario.ts';
import { settle } from './settle.ts';
import { type SiteNode, trainTogether } from './train-together.ts';
import { type WatchedSeries, watchSeries } from './watch-series.ts';

export interface StartFlags {
  readonly once: boolean;
  readonly json?: string;
  readonly tickets?: string;
  readonly knowledge?: string;
  readonly questions?: string;
  readonly participants: number;
  readonly seed: string;
  readonly chainPort: number;
  readonly gatewayPort: number;
}

const QUERY_NODES = 3;
/** Keystores take 350 MB each while they are made or opened. */
const STARTING_AT_ONCE = 3;

/** `npm start`: the whole network on this machine, one real job, one page; stays up unless `--once`. */
export async function startCommand(flags: StartFlags): Promise<void> {
  const startedAt = performance.now();
  if (!hasExamples()) {
    throw new DdaiError({
      code: 'EXAMPLES_MISSING',
      message: 'the example data is not beside this program',
      remedy: 'Run it in a clone of the repository.',
    });
  }
  const { tickets, knowledge, questions, participants, seed } = flags;
  const scenario = readScenario({ tickets, knowledge, questions, participants, seed });
  const home = openHome(findHomePath(process.env));
  await assertPortFree(flags.gatewayPort, '--gateway-port', findPortHolder);
  const stops: (() => Promise<void>)[] = [];
  const stopAll = async (): Promise<void> => {
    for (const stop of stops.splice(0).reverse()) await stop();
  };
  let interrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (interrupted) return;
      interrupted = true;
      process.stderr.write('\nStopping every process …\n');
      void stopAll().then(() => process.exit(flags.once ? 1 : 0));
    });
  }
  try {
    const result = await run({ flags, scenario, home, stops, startedAt });
    process.stdout.write(`\n${renderResultPage(result)}\n\n`);
    if (flags.json !== undefined)
      writeFileSync(
        callerPath(flags.json),
        `${JSON.stringify(resultToJson(result), bigintToText, 2)}\n`,
      );
    if (!result.settlement.reconciliation.holds) process.exitCode = 1;
  } catch (error) {
    await stopAll();
    throw error;
  }
  if (flags.once) await stopAll();
  else
    process.stdout.write(
      `The network stays up until Ctrl-C. State and logs: ${home.path} (npx ddai reset erases it).\n`,
    );
}

interface RunOptions {
  readonly flags: StartFlags;
  readonly scenario: Scenario;
  readonly home: Home;
  readonly stops: (() => Promise<void>)[];
  readonly startedAt: number;
}

async function run({ flags, scenario, home, stops, startedAt }: RunOptions): Promise<RunResult> {
  const logger: Logger = silentLogger;
  const phases = createPhases(process.stderr);
  process.stderr.write('DDAI Network: one real job, from private data to a paid, cited answer\n');

  const chain = await phases.run(
    'chain',
    async (say) => {
      say('starting anvil, deploying the contracts');
      const launched = await launchChain(home, { port: flags.chainPort, logger });
      stops.push(() => launched.stop());
      return launched;
    },
    ({ facts, client }) =>
      `${Object.keys(client.addressBook.contracts).length} contracts, ${facts} parameters and roles asserted on chain`,
  );

  const gateway = await phases.run(
    'gateway',
    async (say) => {
      say('starting Postgres and the gateway');
      const launched = await launchGateway({ home: home.path, port: flags.gatewayPort, chain });
      stops.push(() => launched.part.stop());
      return launched;
    },
    ({ url, part }) => `${url} on its own Postgres (pid ${part.pid})`,
  );

  const { accounts, sites, names } = await phases.run(
    'nodes',
    async (say) => {
      const opened = [];
      const partnersFile = join(home.path, 'sites', 'partners.json');
      const started = startNodes({ scenario, home, gateway, chain, partnersFile, stops, say });
      for (const company of scenario.companies)
        opened.push(await openAccount(company, { home, chain, gateway, logger }));
      const { siteNodes, queryNodes } = await started;
      const agreed = siteNodes.map(({ node, organisation }) => [node.operator, organisation]);
      writeFileDurably(partnersFile, JSON.stringify(Object.fromEntries(agreed), null, 2));
      const named = new Map<string, string>();
      for (const { site, node } of siteNodes) named.set(node.operator.toLowerCase(), site.name);
      queryNodes.forEach((node, index) => {
        named.set(node.operator.toLowerCase(), `node-${index + 1}`);
      });
      return { accounts: opened, sites: siteNodes, names: named };
    },
    (joined) =>
      `${joined.names.size} nodes staked, registered and connected; ${joined.accounts.length} companies funded`,
  );
  const [sponsor] = accounts;
  if (sponsor === undefined) throw new Error('no company in the scenario');

  const trained = await phases.run(
    'training',
    (say) =>
      trainTogether({
        scenario,
        sponsor,
        sites,
        seed: flags.seed,
        home: home.path,
        onProgress: say,
      }),
    ({ job, killed }) =>
      `${job.progress?.closedRounds ?? 0} rounds under secure aggregation; ${killed.site} killed in round ${killed.round}, closed with ${killed.survivors}`,
  );
  const accuracy = await phases.run(
    'comparison',
    (say) => {
      say('training each company on its own, and all pooled, to compare');
      return compareAccuracy(scenario, trained.model, flags.seed);
    },
    ({ overall }) =>
      `federated ${(overall.federated.accuracy * 100).toFixed(1)} %, on their own ${(overall.local.accuracy * 100).toFixed(1)} %, pooled ${(overall.central.accuracy * 100).toFixed(1)} %`,
  );
  const answers = await phases.run(
    'answers',
    async (say) => {
      if (trained.job.modelId !== null)
        await sponsor.client.setIntentModel(sponsor.assistantId, trained.job.modelId);
      const all: AnsweredQuestion[] = [];
      for (const account of accounts) {
        await ingestKnowledge(account);
        all.push(...(await askQuestions(account, ({ question }) => say(question))));
      }
      return all;
    },
    (all) =>
      `${all.length} questions, ${all.filter(({ details }) => details.node !== null).length} of them worked on by paid nodes`,
  );
  const watched = await phases.run(
    'alert',
    async (say) => {
      say('streaming event series through their monitors');
      const series: WatchedSeries[] = [];
      for (const account of accounts) {
        const one = await watchSeries(account);
        if (one !== undefined) series.push(one);
      }
      return series;
    },
    (series) =>
      series.flatMap(({ alerts }) => alerts.map(({ alert }) => alert.draft.subject)).join('; '),
  );
  const settlement = await phases.run(
    'settlement',
    (say) => settle(chain, accounts, say),
    ({ earnings, reconciliation }) =>
      `${earnings.length} nodes collected and claimed; the books ${reconciliation.holds ? 'hold to the wei' : 'DO NOT HOLD'}`,
  );
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    scenario,
    accuracy,
    trained,
    answers,
    watched,
    settlement,
    names,
    accounts,
    gatewayUrl: gateway.url,
    seconds,
    phases: phases.seconds,
  };
}

interface StartNodesOptions {
  readonly scenario: Scenario;
  readonly home: Home;
  readonly gateway: GatewayPart;
  readonly chain: Parameters<typeof launchNode>[0]['chain'];
  readonly partnersFile: string;
  readonly stops: (() => Promise<void>)[];
  readonly say: (words: string) => void;
}

/** Starts all nodes, a few at a time. */
async function startNodes({
  scenario,
  home,
  gateway,
  chain,
  partnersFile,
  stops,
  say,
}: StartNodesOptions): Promise<{ siteNodes: SiteNode[]; queryNodes: NodePart[] }> {
  const siteNodes: SiteNode[] = [];
  const queryNodes: NodePart[] = [];
  const launch = (name: string, site: Site | undefined): Promise<NodePart> =>
    launchNode({
      name,
      home: home.path,
      gatewayUrl: gateway.url,
      chain,
      site: site === undefined ? undefined : { site, partnersFile },
    });
  const tasks: (() => Promise<void>)[] = [];
  for (const { name: organisation, sites } of scenario.companies) {
    for (const site of sites) {
      tasks.push(async () => {
        const entry: SiteNode = { site, organisation, node: await launch(site.name, site) };
        stops.push(() => entry.node.part.stop());
        siteNodes.push(entry);
      });
    }
  }
  for (let node = 1; node <= QUERY_NODES; node++) {
    tasks.push(async () => {
      const launched = await launch(`node-${node}`, undefined);
      stops.push(() => launched.part.stop());
      queryNodes.push(launched);
    });
  }
  const total = tasks.length;
  let done = 0;
  const worker = async (): Promise<void> => {
    for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
      await task();
      done += 1;
      say(`${done} of ${total} nodes have staked and registered`);
    }
  };
  await Promise.all(Array.from({ length: STARTING_AT_ONCE }, worker));
  siteNodes.sort((a, b) => a.site.name.localeCompare(b.site.name, 'en', { numeric: true }));
  return { siteNodes, queryNodes };
}

function bigintToText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
