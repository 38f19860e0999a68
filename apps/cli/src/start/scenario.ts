import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DdaiError } from '@ddai/core';
import {
  assertTrainable,
  categoriesOf,
  partitionTickets,
  splitHeldOut,
  type Ticket,
} from '@ddai/learning';
import type { EventInput, NewMonitor } from '@ddai/sdk';
import { z } from 'zod';
import { type KnowledgeFolder, readKnowledgeDirectory } from '../input/read-knowledge.ts';
import { type Question, readQuestions } from '../input/read-questions.ts';
import { readSeries } from '../input/read-series.ts';
import { readTickets } from '../input/read-tickets.ts';

/** One place with its own tickets, which never leave it. */
export interface Site {
  /** `site-1`; also the name of its node. */
  readonly name: string;
  readonly train: readonly Ticket[];
  readonly heldOut: readonly Ticket[];
}

export interface Company {
  /** Short and stable: a tenant, an organisation. */
  readonly name: string;
  readonly title: string;
  readonly sites: readonly Site[];
  readonly knowledge: KnowledgeFolder;
  readonly questions: readonly Question[];
  /** A series to watch, its monitor, and when the marked incident was, in Unix milliseconds. */
  readonly series:
    | {
        readonly monitor: NewMonitor;
        readonly events: readonly EventInput[];
        readonly incident: readonly [number, number];
      }
    | undefined;
}

/** Everything a run works on, read and checked before anything is started. */
export interface Scenario {
  readonly companies: readonly Company[];
  readonly labels: readonly string[];
  /** Where the tickets come from, for the page. */
  readonly source: string;
}

export interface ScenarioOptions {
  readonly tickets: string | undefined;
  readonly knowledge: string | undefined;
  readonly questions: string | undefined;
  readonly participants: number;
  readonly seed: string;
}

export const EXAMPLES = fileURLToPath(new URL('../../../../examples', import.meta.url));
const COMPANIES = ['bank', 'telecom', 'cloud'] as const;
const DIRICHLET_ALPHA = 0.5;
const HELD_OUT_SHARE = 0.1;
const LEAST_PARTICIPANTS = 4;
const MOST_PARTICIPANTS = 32;

const companySchema = z.object({
  title: z.string(),
  monitor: z
    .object({
      series: z.string(),
      seriesName: z.string(),
      unit: z.string(),
      intervalSeconds: z.number(),
      seasonSeconds: z.number(),
      measure: z.enum(['gauge', 'count']),
      direction: z.enum(['above', 'below', 'both']),
    })
    .optional(),
  incident: z.object({ from: z.iso.datetime(), to: z.iso.datetime() }).optional(),
});

/** @throws {DdaiError} whatever is wrong with the user's files, naming file, line and field. */
export async function readScenario(options: ScenarioOptions): Promise<Scenario> {
  const { participants, tickets: file } = options;
  if (
    !Number.isInteger(participants) ||
    participants < LEAST_PARTICIPANTS ||
    participants > MOST_PARTICIPANTS
  ) {
    throw new DdaiError({
      code: 'FLAG_INVALID',
      message: `--participants ${participants}: expected a whole number from ${LEAST_PARTICIPANTS} to ${MOST_PARTICIPANTS}`,
      remedy: 'Secure aggregation needs four or more.',
    });
  }
  const sites = file === undefined ? readExampleSites(options) : splitFile(file, options);
  const companies = await Promise.all(
    COMPANIES.map((name, index) => readCompany(name, index, sites, options)),
  );
  return {
    companies,
    labels: categoriesOf(sites.flat().flatMap(({ train }) => train)),
    source: file ?? 'the example companies',
  };
}

async function readCompany(
  name: string,
  index: number,
  sites: readonly (readonly Site[])[],
  { knowledge, questions }: ScenarioOptions,
): Promise<Company> {
  const folder = join(EXAMPLES, name);
  const { title, monitor, incident } = companySchema.parse(
    JSON.parse(readFileSync(join(folder, 'company.json'), 'utf8')),
  );
  // The user's own folder and questions belong to the first company.
  const isFirst = index === 0;
  const ownKnowledge = isFirst && knowledge !== undefined;
  const exampleQuestions = (): Question[] =>
    ownKnowledge ? [] : readQuestions(join(folder, 'questions.jsonl'));
  return {
    name,
    title,
    sites: sites[index] ?? [],
    knowledge: await readKnowledgeDirectory(ownKnowledge ? knowledge : join(folder, 'knowledge')),
    questions: isFirst && questions !== undefined ? readQuestions(questions) : exampleQuestions(),
    series:
      monitor === undefined || incident === undefined
        ? undefined
        : {
            monitor,
            events: readSeries(join(folder, 'series.csv'), monitor.series),
            incident: [Date.parse(incident.from), Date.parse(incident.to)],
          },
  };
}

/** Each company's committed tickets, dealt evenly to its sites. */
function readExampleSites({ participants, seed }: ScenarioOptions): Site[][] {
  return dealSites(participants).map((names, index) => {
    const folder = join(EXAMPLES, COMPANIES[index] ?? '');
    const train = readTickets(join(folder, 'tickets.csv'));
    const heldOut = readTickets(join(folder, 'tickets-held-out.csv'));
    const deal = (tickets: Ticket[]): Ticket[][] =>
      partitionTickets({
        tickets,
        participants: names.length,
        partition: { kind: 'iid' },
        seed: `${seed}/${index}`,
      });
    const [trainParts, heldOutParts] = [deal(train), deal(heldOut)];
    return names.map((name, site) => ({
      name,
      train: trainParts[site] ?? [],
      heldOut: heldOutParts[site] ?? [],
    }));
  });
}

/** The user's file, dealt unevenly by label to all sites; a tenth of it measures and never trains. */
function splitFile(file: string, { participants, seed }: ScenarioOptions): Site[][] {
  const tickets = readTickets(file);
  assertTrainable({ file, tickets });
  const { train, heldOut } = splitHeldOut({ tickets, seed, fraction: HELD_OUT_SHARE });
  const partition = { kind: 'dirichlet', alpha: DIRICHLET_ALPHA } as const;
  const parts = partitionTickets({ tickets: train, participants, partition, seed });
  const heldOutParts = shareAlike(heldOut, parts);
  let next = 0;
  return dealSites(participants).map((names) =>
    names.map((name) => {
      const site = { name, train: parts[next] ?? [], heldOut: heldOutParts[next] ?? [] };
      next += 1;
      return site;
    }),
  );
}

/** Gives each held-out ticket to the site with the largest unmet share of its category. */
function shareAlike(heldOut: readonly Ticket[], parts: readonly (readonly Ticket[])[]): Ticket[][] {
  const counts = parts.map((part) => {
    const byCategory = new Map<string, number>();
    for (const { category } of part) byCategory.set(category, (byCategory.get(category) ?? 0) + 1);
    return byCategory;
  });
  const given = parts.map((): Ticket[] => []);
  const dealt = parts.map(() => new Map<string, number>());
  for (const ticket of heldOut) {
    const { category } = ticket;
    const need = counts.map(
      (count, site) => (count.get(category) ?? 0) / ((dealt[site]?.get(category) ?? 0) + 1),
    );
    const site = need.indexOf(Math.max(...need));
    given[site]?.push(ticket);
    dealt[site]?.set(category, (dealt[site]?.get(category) ?? 0) + 1);
  }
  return given;
}

/** `site-1` … dealt to the three companies in turn. */
function dealSites(participants: number): string[][] {
  const sites = COMPANIES.map((): string[] => []);
  for (let site = 0; site < participants; site++)
    sites[site % COMPANIES.length]?.push(`site-${site + 1}`);
  return sites;
}

/** Whether the example data is beside the program, as in a clone. */
export function hasExamples(): boolean {
  return existsSync(join(EXAMPLES, 'README.md'));
}
