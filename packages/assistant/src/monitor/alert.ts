import { assistantError } from '../assistant-error.ts';

export type AlertSeverity = 'info' | 'warning' | 'critical';

/** One point of the series as the monitor saw it. Times are Unix milliseconds. */
export interface EvidencePoint {
  readonly at: number;
  readonly observed: number;
  readonly expected: number;
  /** Deviations from the usual. */
  readonly score: number;
}

/** What a monitor found. Plain JSON; times are Unix milliseconds. */
export interface Alert {
  /** The same for the same incident of the same monitor, also after a restart. */
  readonly id: string;
  readonly monitorId: string;
  readonly seriesId: string;
  readonly severity: AlertSeverity;
  /** When the series left the usual, which may be before it was sure. */
  readonly start: number;
  readonly raisedAt: number;
  /** When it was back; absent while it lasts. */
  readonly end?: number;
  /** Highest score so far. */
  readonly score: number;
  readonly evidence: {
    /** The points before and during, ascending, at most 60. */
    readonly window: readonly EvidencePoint[];
    /** Half-width of the usual around the expected value when raised. */
    readonly usual: number;
  };
  /** Customers named by the events of the incident, ascending, at most 1,000. */
  readonly customers: readonly string[];
  /** A message to send after a person has read it. */
  readonly draft: { readonly subject: string; readonly body: string };
}

export type AlertState = 'open' | 'acknowledged' | 'engaged' | 'resolved' | 'dismissed';

/** Where each state may go. Resolved and dismissed are final: what recurs is a new alert. */
export const ALERT_TRANSITIONS: Readonly<Record<AlertState, readonly AlertState[]>> = {
  open: ['acknowledged', 'resolved', 'dismissed'],
  acknowledged: ['engaged', 'resolved', 'dismissed'],
  engaged: ['resolved', 'dismissed'],
  resolved: [],
  dismissed: [],
};

export interface AlertTransition {
  readonly from: AlertState;
  readonly to: AlertState;
  /** Unix milliseconds. */
  readonly at: number;
  /** Who decided: a user id, or `monitor` when the series returned by itself. */
  readonly by: string;
  readonly note?: string;
}

/** How far people have got with an alert. */
export interface AlertLifecycle {
  readonly state: AlertState;
  readonly transitions: readonly AlertTransition[];
}

export const NEW_ALERT_LIFECYCLE: AlertLifecycle = { state: 'open', transitions: [] };

/**
 * The lifecycle after one more step.
 * @throws {DdaiError} `ALERT_TRANSITION_INVALID` when the step isn't allowed.
 */
export function advanceAlert(
  lifecycle: AlertLifecycle,
  step: Omit<AlertTransition, 'from'>,
): AlertLifecycle {
  const allowed = ALERT_TRANSITIONS[lifecycle.state];
  if (!allowed.includes(step.to)) {
    throw assistantError({
      code: 'ALERT_TRANSITION_INVALID',
      message: `an alert that is ${lifecycle.state} can't become ${step.to}; allowed: ${allowed.join(', ') || 'nothing'}`,
      fields: { from: lifecycle.state, to: step.to },
    });
  }
  const transitions = [...lifecycle.transitions, { from: lifecycle.state, ...step }];
  return { state: step.to, transitions };
}
