import { DdaiError, isDdaiError } from '@ddai/core';
import type { AlertView } from '@ddai/sdk';
import type { CompanyAccount } from './open-accounts.ts';

export interface WatchedSeries {
  readonly company: string;
  readonly points: number;
  readonly alerts: readonly AlertView[];
  /** Whether each alert began inside the marked incident. */
  readonly insideIncident: boolean;
}

const BATCH = 1000;

/** Streams a company's series through its monitor; undefined for a company without one. */
export async function watchSeries({
  company,
  client,
}: CompanyAccount): Promise<WatchedSeries | undefined> {
  const { series } = company;
  if (series === undefined) return undefined;
  await client.createMonitor(series.monitor).catch((error: unknown) => {
    if (!isDdaiError(error, 'NAME_TAKEN')) throw error; // It is there from an earlier run.
  });
  for (let start = 0; start < series.events.length; start += BATCH)
    await client.sendEvents(series.events.slice(start, start + BATCH));
  const alerts = (await client.listAlerts()).filter(
    ({ alert }) => alert.seriesId === series.monitor.series,
  );
  if (alerts.length === 0) {
    throw new DdaiError({
      code: 'ALERT_MISSED',
      message: `the incident in ${series.monitor.series} raised no alert`,
    });
  }
  const [from, to] = series.incident;
  const insideIncident = alerts.every(
    ({ alert }) => alert.raisedAt >= from && alert.raisedAt <= to,
  );
  return { company: company.name, points: series.events.length, alerts, insideIncident };
}
