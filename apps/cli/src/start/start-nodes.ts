import type { Home } from '@ddai/storage';
import type { LocalChain } from './launch-chain.ts';
import { type GatewayPart, launchNode, type NodePart } from './launch-parts.ts';
import type { Scenario, Site } from './scenario.ts';
import type { SiteNode } from './train-together.ts';

const QUERY_NODES = 3;
/** Keystores take 350 MB each while they are made or opened. */
const STARTING_AT_ONCE = 3;

export interface StartNodesOptions {
  readonly scenario: Scenario;
  readonly home: Home;
  readonly gateway: GatewayPart;
  readonly chain: LocalChain;
  readonly partnersFile: string;
  readonly stops: (() => Promise<void>)[];
  readonly say: (words: string) => void;
}

/** Starts all nodes, a few at a time. */
export async function startNodes({
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
      home,
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
