import type { Measured } from './compare-accuracy.ts';
import type { RunResult } from './result-page.ts';

/** The same as the page, for programs. Amounts are wei as decimal strings. */
export function resultToJson(result: RunResult): Record<string, unknown> {
  const { accuracy, answers, settlement, watched, names, seconds, phases, trained } = result;
  const byKind = (kind: 'federated' | 'local' | 'central'): Record<string, Measured> => ({
    overall: accuracy.overall[kind],
    ...Object.fromEntries(accuracy.companies.map((company) => [company.name, company[kind]])),
  });
  return {
    seconds,
    reconciled: settlement.reconciliation.holds,
    accuracy: {
      federated: byKind('federated'),
      local: byKind('local'),
      central: byKind('central'),
      gain: {
        overall: accuracy.overall.gain,
        ...Object.fromEntries(accuracy.companies.map(({ name, gain }) => [name, gain])),
      },
    },
    answers: answers.map(
      ({ company, id, question, answer, details, milliseconds, citesExpected }) => ({
        company,
        id,
        question,
        answer,
        abstained: details.abstained,
        confidence: details.confidence,
        citations: details.citations,
        intent: details.intent,
        route: details.route,
        node: details.node,
        milliseconds,
        ...(citesExpected === undefined ? {} : { citesExpected }),
      }),
    ),
    earnings: settlement.earnings.map(({ node, collected, withdrawn, rewards }) => ({
      name: names.get(node.toLowerCase()) ?? null,
      node,
      collected: collected.toString(),
      withdrawn: withdrawn.toString(),
      rewards: rewards.toString(),
    })),
    alerts: watched.flatMap(({ company, alerts, insideIncident }) =>
      alerts.map((view) => ({ company, insideIncident, ...view })),
    ),
    training: {
      jobId: trained.job.id,
      receiptFile: trained.receiptFile,
      inheritedRounds: trained.inheritedRounds,
      killed: trained.killed,
      rounds: trained.job.progress?.roundMetrics,
    },
    reconciliation: settlement.reconciliation.lines.map((line) => ({
      ...line,
      left: line.left.toString(),
      right: line.right.toString(),
    })),
    phases: Object.fromEntries(phases),
  };
}
