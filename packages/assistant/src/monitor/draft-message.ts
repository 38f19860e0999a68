import type { AlertSeverity, EvidencePoint } from './alert.ts';

/** A first wording for the operator, from the numbers alone. */
export function draftMessage(options: {
  readonly seriesName: string;
  readonly unit: string;
  readonly severity: AlertSeverity;
  readonly start: number;
  readonly peak: EvidencePoint;
  readonly usual: number;
  readonly customers: number;
}): { subject: string; body: string } {
  const { seriesName, unit, severity, start, peak, usual, customers } = options;
  const direction = peak.observed >= peak.expected ? 'above' : 'below';
  const since = new Date(start).toISOString().slice(0, 16).replace('T', ' ');
  const amount = (value: number): string => `${roughly(value)}${unit === '' ? '' : ` ${unit}`}`;
  const low = amount(peak.expected - usual);
  const high = amount(peak.expected + usual);
  const affected =
    customers === 0
      ? ''
      : ` ${customers === 1 ? 'One customer is' : `${customers} customers are`} affected so far.`;
  return {
    subject: `${seriesName} ${direction} the usual since ${since} UTC`,
    body:
      `We see ${amount(peak.observed)} for ${seriesName} where ${low} to ${high} are usual at this time ` +
      `(${severity}).${affected} We are looking into it and will write again when we know the cause.`,
  };
}

function roughly(value: number): string {
  return Number(value.toPrecision(3)).toString();
}
