import { DdaiError } from '@ddai/core';

export interface NamedSettings {
  readonly name: string;
  readonly settings: Readonly<Record<string, number>>;
}

const PAIR = /^([A-Za-z]\w{0,30})=(-?\d+(?:\.\d+)?(?:e-?\d+)?)$/;
/** Nguyen et al. 2022 find ten to be enough. */
const BUFFER = 10;

/**
 * Reads `NAME` or `NAME:key=number,key=number`, and fills in what follows from the simulation: how
 * many take part, and for robust rules how many are faulty.
 * @throws {DdaiError} `STRATEGY_INVALID`
 */
export function parseStrategy(
  text: string,
  simulation: { readonly participants: number; readonly cohort: number; readonly faulty: number },
): NamedSettings {
  const [name, list = ''] = text.split(/:(.*)/s, 2) as [string, string?];
  const given = list === '' ? [] : list.split(',');
  const settings = given.map((pair): [string, number] => {
    const match = PAIR.exec(pair);
    if (match !== null) return [match[1] as string, Number(match[2])];
    throw new DdaiError({
      code: 'STRATEGY_INVALID',
      message: `--strategy: "${pair.slice(0, 40)}" is not a setting such as serverRate=0.1`,
      remedy: 'Write NAME or NAME:key=number,key=number.',
    });
  });
  return { name, settings: { ...defaultsOf(name, simulation), ...Object.fromEntries(settings) } };
}

function defaultsOf(
  name: string,
  simulation: { readonly participants: number; readonly cohort: number; readonly faulty: number },
): Readonly<Record<string, number>> {
  const { participants: population, cohort, faulty } = simulation;
  switch (name) {
    case 'scaffold':
      return { population };
    case 'fedbuff':
      return { population, bufferSize: Math.min(BUFFER, cohort) };
    case 'fedprox':
      return { proximal: 0.01 };
    case 'median':
    case 'trimmed-mean':
    case 'krum':
    case 'bulyan':
      return { faulty };
    case 'multi-krum':
      return { faulty, selected: Math.max(1, cohort - faulty - 2) };
    case 'centred-clipping':
      return { radius: 1, faulty };
    default:
      return {};
  }
}

/**
 * Reads `NAME:F`: F participants attack so.
 * @throws {DdaiError} `ATTACK_INVALID`
 */
export function parseAttack(
  text: string | undefined,
): { readonly name: string; readonly faulty: number } | undefined {
  if (text === undefined) return undefined;
  const match = /^([a-z-]{1,40}):(\d{1,6})$/.exec(text);
  if (match !== null) return { name: match[1] as string, faulty: Number(match[2]) };
  throw new DdaiError({
    code: 'ATTACK_INVALID',
    message: `--attack: "${text.slice(0, 40)}" is not an attack such as sign-flip:3`,
    remedy: 'Write NAME:F, with F the number of participants that attack.',
  });
}
