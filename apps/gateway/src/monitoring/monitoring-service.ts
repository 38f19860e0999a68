import {
  type Alert,
  type AlertLifecycle,
  type AlertState,
  advanceAlert,
  createSeasonalMonitor,
  NEW_ALERT_LIFECYCLE,
  type SeasonalMonitorOptions,
  type SeasonalMonitorState,
  type SeriesPoint,
} from '@ddai/assistant';
import { type Clock, DdaiError, type Logger } from '@ddai/core';
import { and, asc, desc, eq, inArray } from 'drizzle-orm';
import type { Database, Transaction } from '../database/database.ts';
import { createUuid, idToUuid, uuidToId } from '../database/ids.ts';
import { alerts, eventPoints, monitors } from '../database/schema/monitoring.ts';
import { isUniqueViolation } from '../tenants/create-tenant.ts';

export type MonitorSettings = Omit<SeasonalMonitorOptions, 'id' | 'seriesId'>;

export interface EventInput {
  /** The sender's own id: sending it twice changes nothing. */
  readonly id: string;
  readonly series: string;
  readonly at: Date;
  readonly value: number;
  readonly customer?: string | undefined;
}

export interface AlertView {
  readonly id: string;
  readonly monitorId: string;
  readonly state: AlertState;
  readonly alert: Alert;
  readonly transitions: AlertLifecycle['transitions'];
  readonly createdAt: string;
}

export interface MonitoringService {
  createMonitor(
    tenantId: string,
    /** `id` is a UUID; a monitor that has it already is given back. */
    monitor: { id: string; series: string; settings: MonitorSettings },
  ): Promise<{ id: string; series: string }>;
  /** Stores new events and lets the monitors of their series look. Returns how many were new, and the alerts raised. */
  addEvents(
    tenantId: string,
    events: readonly EventInput[],
  ): Promise<{ accepted: number; raised: string[] }>;
  listAlerts(tenantId: string): Promise<AlertView[]>;
  /** @throws {DdaiError} `NOT_FOUND`, `ALERT_TRANSITION_INVALID` */
  advance(
    tenantId: string,
    alertId: string,
    step: { to: AlertState; by: string; note?: string | undefined },
  ): Promise<AlertView>;
}

/** What the database keeps of an alert beside its state column. */
interface StoredAlert {
  readonly alert: Alert;
  readonly transitions: AlertLifecycle['transitions'];
}

export interface MonitoringDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
}

export function createMonitoringService({
  database,
  clock,
  logger,
}: MonitoringDependencies): MonitoringService {
  const observe = async (tx: Transaction, tenantId: string, series: string): Promise<string[]> => {
    // The lock makes two batches of one series take turns: a monitor sees every point once.
    const [monitor] = await tx
      .select()
      .from(monitors)
      .where(eq(monitors.series, series))
      .for('update');
    const unseen = and(eq(eventPoints.series, series), eq(eventPoints.seen, false));
    const rows = await tx.select().from(eventPoints).where(unseen).orderBy(asc(eventPoints.at));
    await tx.update(eventPoints).set({ seen: true }).where(unseen);
    if (monitor === undefined || rows.length === 0) return [];
    const options = {
      ...(monitor.settings as MonitorSettings),
      id: uuidToId('monitor', monitor.id),
      seriesId: series,
    };
    const saved = (monitor.state ?? undefined) as SeasonalMonitorState | undefined;
    const detector = createSeasonalMonitor(options, saved);
    const raised: string[] = [];
    let lastAt = saved?.lastAt ?? Number.NEGATIVE_INFINITY;
    for (const point of mergePoints(rows)) {
      if (point.at <= lastAt) {
        logger.debug(
          { series, at: point.at },
          'a point came after a later one and is not looked at',
        );
        continue;
      }
      lastAt = point.at;
      const alert = detector.observe(point);
      if (alert === undefined) continue;
      const id = createUuid();
      const evidence: StoredAlert = { alert, transitions: [] };
      await tx.insert(alerts).values({
        id,
        tenantId,
        monitorId: monitor.id,
        severity: alert.severity,
        state: 'open',
        evidence,
      });
      raised.push(uuidToId('alert', id));
    }
    await keepCurrent(tx, monitor.id, detector.latestAlert());
    await tx.update(monitors).set({ state: detector.state() }).where(eq(monitors.id, monitor.id));
    return raised;
  };

  return {
    async createMonitor(tenantId, { id, series, settings }) {
      createSeasonalMonitor({ ...settings, id: uuidToId('monitor', id), seriesId: series }); // Refuses impossible settings.
      try {
        await database.asTenant(tenantId, (tx) =>
          tx
            .insert(monitors)
            .values({ id, tenantId, series, settings })
            .onConflictDoNothing({ target: monitors.id }),
        );
      } catch (cause) {
        if (!isUniqueViolation(cause)) throw cause;
        throw new DdaiError({
          code: 'NAME_TAKEN',
          message: `the series ${series} has a monitor`,
          cause,
        });
      }
      return { id: uuidToId('monitor', id), series };
    },
    async addEvents(tenantId, events) {
      if (events.length === 0) return { accepted: 0, raised: [] };
      return database.asTenant(tenantId, async (tx) => {
        const rows = events.map(({ id: eventId, customer, ...rest }) => ({
          ...rest,
          tenantId,
          eventId,
          customer: customer ?? null,
        }));
        const added = await tx
          .insert(eventPoints)
          .values(rows)
          .onConflictDoNothing()
          .returning({ series: eventPoints.series });
        const raised: string[] = [];
        for (const series of [...new Set(added.map((row) => row.series))].sort())
          raised.push(...(await observe(tx, tenantId, series)));
        return { accepted: added.length, raised };
      });
    },
    async listAlerts(tenantId) {
      const rows = await database.asTenant(tenantId, (tx) =>
        tx.select().from(alerts).orderBy(desc(alerts.id)).limit(100),
      );
      return rows.map(rowToView);
    },
    async advance(tenantId, alertId, { to, by, note }) {
      return database.asTenant(tenantId, async (tx) => {
        const where = eq(alerts.id, idToUuid('alert', alertId));
        const [row] = await tx.select().from(alerts).where(where).for('update');
        if (row === undefined)
          throw new DdaiError({ code: 'NOT_FOUND', message: `no alert ${alertId}` });
        const { alert, transitions } = row.evidence as StoredAlert;
        const lifecycle: AlertLifecycle = { ...NEW_ALERT_LIFECYCLE, state: row.state, transitions };
        const next = advanceAlert(lifecycle, {
          to,
          at: clock.now(),
          by,
          ...(note === undefined ? {} : { note }),
        });
        const evidence: StoredAlert = { alert, transitions: next.transitions };
        const [changed] = await tx
          .update(alerts)
          .set({ state: next.state, evidence })
          .where(where)
          .returning();
        if (changed === undefined) throw new Error('the update returned no row');
        return rowToView(changed);
      });
    },
  };
}

/** While an incident lasts its alert keeps up with its peak, its customers and its end. */
async function keepCurrent(
  tx: Transaction,
  monitorId: string,
  latest: Alert | undefined,
): Promise<void> {
  if (latest === undefined) return;
  const open = and(
    eq(alerts.monitorId, monitorId),
    inArray(alerts.state, ['open', 'acknowledged', 'engaged']),
  );
  for (const row of await tx.select().from(alerts).where(open)) {
    const stored = row.evidence as StoredAlert;
    if (stored.alert.id !== latest.id) continue;
    await tx
      .update(alerts)
      .set({ evidence: { ...stored, alert: latest }, severity: latest.severity })
      .where(eq(alerts.id, row.id));
  }
}

/** Events of one moment are one point: their values add up, their customers are named together. */
function mergePoints(rows: readonly (typeof eventPoints.$inferSelect)[]): SeriesPoint[] {
  const points = new Map<number, { value: number; customers: string[] }>();
  for (const { at, value, customer } of rows) {
    const point = points.get(at.getTime()) ?? { value: 0, customers: [] };
    point.value += value;
    if (customer !== null) point.customers.push(customer);
    points.set(at.getTime(), point);
  }
  return [...points].map(([at, { value, customers }]) => ({ at, value, customers }));
}

function rowToView(row: typeof alerts.$inferSelect): AlertView {
  const { alert, transitions } = row.evidence as StoredAlert;
  return {
    id: uuidToId('alert', row.id),
    monitorId: uuidToId('monitor', row.monitorId),
    state: row.state,
    alert,
    transitions,
    createdAt: row.createdAt.toISOString(),
  };
}
