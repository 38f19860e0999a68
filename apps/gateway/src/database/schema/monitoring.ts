import {
  boolean,
  doublePrecision,
  index,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core';
import { createdAt, moment, tenantId } from './columns.ts';

export const monitors = pgTable(
  'monitors',
  {
    id: uuid('id').primaryKey(),
    tenantId,
    series: text('series').notNull(),
    settings: jsonb('settings').notNull(),
    /** The detector's own memory after the last point it saw. */
    state: jsonb('state'),
    createdAt,
  },
  (table) => [unique('monitors_series').on(table.tenantId, table.series)],
);

export const eventPoints = pgTable(
  'event_points',
  {
    tenantId,
    /** The sender's own id: sending it twice changes nothing. */
    eventId: text('event_id').notNull(),
    series: text('series').notNull(),
    at: moment('at').notNull(),
    value: doublePrecision('value').notNull(),
    customer: text('customer'),
    seen: boolean('seen').notNull().default(false),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.eventId] }),
    index('event_points_series_time').on(table.tenantId, table.series, table.at),
  ],
);

export const alerts = pgTable(
  'alerts',
  {
    id: uuid('id').primaryKey(),
    tenantId,
    monitorId: uuid('monitor_id').notNull(),
    severity: text('severity').notNull(),
    state: text('state', {
      enum: ['open', 'acknowledged', 'engaged', 'resolved', 'dismissed'],
    }).notNull(),
    evidence: jsonb('evidence').notNull(),
    createdAt,
  },
  (table) => [index('alerts_tenant_time').on(table.tenantId, table.createdAt)],
);
