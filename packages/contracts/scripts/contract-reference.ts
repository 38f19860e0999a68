import type { ForgeArtifact } from './generate.ts';

/** One documented contract. */
export interface ReferenceEntry {
  readonly contract: string;
  readonly artifact: ForgeArtifact;
  /** Its interface, where the words are; undefined if it has none. */
  readonly described: ForgeArtifact | undefined;
}

interface AbiItem {
  readonly type: string;
  readonly name?: string;
  readonly inputs?: readonly AbiParameter[];
  readonly outputs?: readonly AbiParameter[];
  readonly stateMutability?: string;
}

interface AbiParameter {
  readonly name: string;
  readonly type: string;
  readonly components?: readonly AbiParameter[];
}

interface Note {
  readonly notice?: string;
  readonly title?: string;
}

interface Metadata {
  readonly output: { readonly devdoc: Docs; readonly userdoc: Docs };
  readonly settings: { readonly compilationTarget: Readonly<Record<string, string>> };
}

interface Docs extends Note {
  readonly methods?: Readonly<Record<string, Note>>;
  readonly events?: Readonly<Record<string, Note>>;
}

/** `docs/reference/contracts.md`, from the natspec that the compiler read. */
export function contractReference(entries: readonly ReferenceEntry[]): string {
  return [
    '# Contracts',
    '',
    'Generated from the natspec by `npm run contracts:build`; do not edit. What the contracts are for and',
    'how they fit together is in [packages/contracts](../../packages/contracts/README.md); the rules behind',
    'them are in [payment and reward](../explanation/payment-and-reward.md),',
    '[economics](../explanation/economics.md), [disputes](../explanation/disputes.md) and the',
    '[random beacon](../explanation/random-beacon.md). `ddai` turns every custom error into words.',
    '',
    ...entries.map(({ contract }) => `- [${contract}](#${contract.toLowerCase()})`),
    '',
    ...entries.flatMap(contractSection),
  ].join('\n');
}

function contractSection({ contract, artifact, described }: ReferenceEntry): string[] {
  const { output, settings } = parseMetadata(artifact);
  const { userdoc } = output;
  const [source = ''] = Object.keys(settings.compilationTarget);
  const abi = artifact.abi as readonly AbiItem[];
  const ofType = (type: string): AbiItem[] =>
    abi
      .filter((item) => item.type === type)
      .sort((a, b) => ((a.name ?? '') < (b.name ?? '') ? -1 : 1));
  const noteOf = (kind: 'methods' | 'events', item: AbiItem): string => {
    const key = selectorText(item);
    // Notices are ours; what OpenZeppelin says of its own functions is in its documentation.
    return oneLine(userdoc[kind]?.[key]?.notice ?? '');
  };
  const isWrite = (item: AbiItem): boolean =>
    item.stateMutability !== 'view' && item.stateMutability !== 'pure';
  const functions = ofType('function');
  const row = (item: AbiItem): string =>
    `| \`${signature(item)}\` | ${noteOf('methods', item) || '–'} |`;
  const words = described === undefined ? output : parseMetadata(described).output;
  const intro = oneLine(words.userdoc.notice ?? '');
  return [
    `## ${contract}`,
    '',
    `**${oneLine(words.devdoc.title ?? contract)}.** ${intro}`,
    '',
    `Source: \`packages/contracts/${source}\` and what it inherits from.`,
    '',
    ...table('Changes something', ['function', 'what it does'], functions.filter(isWrite).map(row)),
    ...table(
      'Reads',
      ['function', 'what it answers'],
      functions.filter((item) => !isWrite(item)).map(row),
    ),
    ...table(
      'Events',
      ['event', 'when'],
      ofType('event').map(
        (item) => `| \`${signature(item)}\` | ${noteOf('events', item) || '–'} |`,
      ),
    ),
    ...(ofType('error').length === 0
      ? []
      : [
          '### Errors',
          '',
          ofType('error')
            .map((item) => `\`${signature(item)}\``)
            .join(' · '),
          '',
        ]),
  ];
}

function table(title: string, head: readonly string[], rows: readonly string[]): string[] {
  if (rows.length === 0) return [];
  return [
    `### ${title}`,
    '',
    `| ${head.join(' | ')} |`,
    `|${head.map(() => '---|').join('')}`,
    ...rows,
    '',
  ];
}

/** `stake(uint256 amount)`, with what it answers. */
function signature({ name, inputs = [], outputs = [] }: AbiItem): string {
  const list = (parameters: readonly AbiParameter[]): string =>
    parameters
      .map((parameter) => `${shortType(parameter)}${parameter.name ? ` ${parameter.name}` : ''}`)
      .join(', ');
  const answer = outputs.length === 0 ? '' : ` → ${list(outputs)}`;
  return `${name}(${list(inputs)})${answer}`;
}

/** A struct is named by its fields. */
function shortType({ type, components }: AbiParameter): string {
  if (components === undefined) return type;
  return `(${components.map(({ name }) => name).join(', ')})${type.slice('tuple'.length)}`;
}

/** As natspec keys have it: canonical types, structs expanded. */
function selectorText({ name, inputs = [] }: AbiItem): string {
  const canonical = ({ type, components }: AbiParameter): string =>
    components === undefined
      ? type
      : `(${components.map(canonical).join(',')})${type.slice('tuple'.length)}`;
  return `${name}(${inputs.map(canonical).join(',')})`;
}

function parseMetadata({ rawMetadata }: ForgeArtifact): Metadata {
  return JSON.parse(rawMetadata) as Metadata;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').trim();
}
