import { join } from 'node:path';
import { type Logger, silentLogger } from '@ddai/core';
import { type Home, writeFileDurably } from '@ddai/storage';
import { callerPath } from '../input/caller-path.ts';
import { createPhases } from '../output/phases.ts';
import {
  type AnsweredQuestion,
  askQuestions,
  ingestKnowledge,
  useModel,
} from './answer-questions.ts';
import { compareAccuracy } from './compare-accuracy.ts';
import { keepRunning, type RestartablePart } from './keep-running.ts';
import { launchChain } from './launch-chain.ts';
import { launchGateway } from './launch-parts.ts';
import { openAccount } from './open-accounts.ts';
import type { RunResult } from './result-page.ts';
import type { Scenario } from './scenario.ts';
import { settle } from './settle.ts';
import type { StartFlags } from './start-command.ts';
import { startNodes } from './start-nodes.ts';
import { trainTogether } from './train-together.ts';
import { waitUntilConnected } from './wait-until-connected.ts';
import { type WatchedSeries, watchSeries } from './watch-series.ts';

export interface RunJobOptions {
  readonly flags: StartFlags;
  readonly scenario: Scenario;
  readonly home: Home;
  readonly stops: (() => Promise<void>)[];
  readonly startedAt: number;
}

/** Every step of the one real job, each shown while it runs. */
export async function runJob({
  flags,
  scenario,
  home,
  stops,
  startedAt,
}: RunJobOptions): Promise<RunResult> {
  const logger: Logger = silentLogger;
  const phases = createPhases(process.stderr);
  process.stderr.write('DDAI Network: one real job, from private data to a paid, cited answer\n');

  const chain = await phases.run(
    'chain',
    async (say) => {
      say('starting anvil, deploying the contracts');
      const launched = await launchChain(home, {
        port: flags.chainPort,
        anvil: flags.anvil === undefined ? undefined : callerPath(flags.anvil),
        logger,
      });
      stops.push(() => launched.stop());
      return launched;
    },
    ({ facts, changed, client }) => {
      const since = changed.length === 0 ? '' : `, ${changed.length} changed by the DAO since`;
      return `${Object.keys(client.addressBook.contracts).length} contracts, ${facts} facts read on chain${since}`;
    },
  );

  const gateway = await phases.run(
    'gateway',
    async (say) => {
      say('starting Postgres and the gateway');
      const launched = await launchGateway({ home, port: flags.gatewayPort, chain });
      stops.push(() => launched.part.stop());
      return launched;
    },
    ({ url, part }) => `${url} on its own Postgres (pid ${part.pid})`,
  );

  const { accounts, sites, names, nodes } = await phases.run(
    'nodes',
    async (say) => {
      const opened = [];
      const partnersFile = join(home.path, 'sites', 'partners.json');
      const started = startNodes({ scenario, home, gateway, chain, partnersFile, stops, say });
      started.catch(() => undefined); // Told below; not a second time as an unhandled rejection.
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
      const [sponsor] = opened;
      if (sponsor !== undefined)
        await waitUntilConnected({ names: named, client: sponsor.client, say });
      const nodes = [...siteNodes.map(({ node }) => node), ...queryNodes];
      return { accounts: opened, sites: siteNodes, names: named, nodes };
    },
    (joined) =>
      `${joined.names.size} nodes staked, registered and connected; ${joined.accounts.length} companies funded`,
  );
  // All but the site that is killed on purpose, which comes back by itself.
  const victim = sites.at(-1)?.node;
  const letGo = keepRunning([gateway, ...nodes.filter((node) => node !== victim)], (line) =>
    phases.note(line),
  );
  stops.push(async () => letGo()); // Before they are asked to end.
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
    ({ job, killed, inheritedRounds }) =>
      [
        `${job.progress?.closedRounds ?? 0} rounds, securely summed`,
        ...(inheritedRounds === 0 ? [] : [`${inheritedRounds} of them in a run before this one`]),
        ...(killed.round === 0
          ? []
          : [`${killed.site} killed in round ${killed.round}, ${killed.survivors} closed it`]),
      ].join('; '),
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
      const all: AnsweredQuestion[] = [];
      for (const account of accounts) {
        await useModel(account, trained.model);
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
  letGo();
  const parts: RestartablePart[] = [gateway, ...nodes];
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
    parts,
    seconds,
    phases: phases.seconds,
  };
}
