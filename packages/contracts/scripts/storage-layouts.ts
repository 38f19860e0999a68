import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StorageLayout } from '../deploy/storage-layout.ts';

interface Node {
  readonly nodeType: string;
  readonly name?: string;
  readonly nodes?: readonly Node[];
  readonly members?: readonly (Node & { readonly typeName?: TypeName })[];
  readonly documentation?: { readonly text?: string };
  readonly baseContracts?: readonly { readonly baseName: { readonly name: string } }[];
  readonly underlyingType?: TypeName;
}

/** A source file's syntax tree. */
interface Tree {
  readonly absolutePath?: string;
  readonly nodes?: readonly Node[];
}

interface TypeName {
  readonly nodeType: string;
  readonly name?: string;
  readonly keyType?: TypeName;
  readonly valueType?: TypeName;
  readonly baseType?: TypeName;
  readonly length?: { readonly value?: string } | null;
  readonly typeDescriptions: { readonly typeString: string };
}

interface Definitions {
  readonly contracts: ReadonlyMap<string, Node>;
  /** By qualified name, as type strings have them: `StakingBase.Holding`. */
  readonly structs: ReadonlyMap<string, Node>;
  readonly valueTypes: ReadonlyMap<string, Node>;
  readonly enums: ReadonlyMap<string, Node>;
}

const NAMESPACE = /@custom:storage-location erc7201:(\S+)/;

/**
 * The ERC-7201 namespaces that each contract and its bases use, from the syntax trees that forge left
 * in `out/`. Solidity's own layout output knows nothing of them. Names, not node ids, connect trees:
 * ids differ between incremental builds.
 */
export function createLayoutReader(packageDirectory: string): (contract: string) => StorageLayout {
  const definitions = readDefinitions(join(packageDirectory, 'out'));
  return (contract) => {
    const layout: Record<string, readonly string[]> = {};
    for (const base of basesOf(contract, definitions)) {
      for (const struct of definitions.contracts.get(base)?.nodes ?? []) {
        const namespace = NAMESPACE.exec(struct.documentation?.text ?? '')?.[1];
        if (struct.nodeType !== 'StructDefinition' || namespace === undefined) continue;
        layout[namespace] = membersOf(struct, definitions);
      }
    }
    return Object.fromEntries(Object.entries(layout).sort(([a], [b]) => (a < b ? -1 : 1)));
  };
}

function readDefinitions(out: string): Definitions {
  const contracts = new Map<string, Node>();
  const structs = new Map<string, Node>();
  const valueTypes = new Map<string, Node>();
  const enums = new Map<string, Node>();
  const keep = (node: Node, scope: string): void => {
    const name = `${scope}${node.name}`;
    if (node.nodeType === 'StructDefinition') structs.set(name, node);
    if (node.nodeType === 'UserDefinedValueTypeDefinition') valueTypes.set(name, node);
    if (node.nodeType === 'EnumDefinition') enums.set(name, node);
    if (node.nodeType !== 'ContractDefinition') return;
    contracts.set(name, node);
    for (const inner of node.nodes ?? []) keep(inner, `${name}.`);
  };
  // Ours last: where a library has a name of ours, ours is meant.
  const isOurs = ({ absolutePath = '' }: Tree): boolean => absolutePath.startsWith('src/');
  const trees = readTrees(out);
  for (const tree of [...trees.filter((tree) => !isOurs(tree)), ...trees.filter(isOurs)])
    for (const node of tree.nodes ?? []) keep(node, '');
  return { contracts, structs, valueTypes, enums };
}

function readTrees(out: string): Tree[] {
  return readdirSync(out, { withFileTypes: true })
    .filter((folder) => folder.isDirectory() && folder.name.endsWith('.sol'))
    .flatMap(({ name }) => readdirSync(join(out, name)).map((file) => join(out, name, file)))
    .flatMap((path) => {
      const { ast } = JSON.parse(readFileSync(path, 'utf8')) as { ast?: Tree };
      return ast === undefined ? [] : [ast];
    });
}

/** The contract and everything it inherits from. */
function basesOf(contract: string, definitions: Definitions): readonly string[] {
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    for (const { baseName } of definitions.contracts.get(name)?.baseContracts ?? [])
      visit(baseName.name);
  };
  visit(contract);
  return [...found];
}

function membersOf(struct: Node, definitions: Definitions): readonly string[] {
  return (struct.members ?? []).map(({ name, typeName }) => {
    if (typeName === undefined) throw new TypeError(`member ${name} has no type`);
    return `${typeText(typeName, definitions)} ${name}`;
  });
}

/** A type with everything that decides where its parts lie. */
function typeText(type: TypeName, definitions: Definitions): string {
  switch (type.nodeType) {
    case 'ElementaryTypeName':
      return type.typeDescriptions.typeString;
    case 'Mapping':
      return `mapping(${partText(type.keyType, definitions)} => ${partText(type.valueType, definitions)})`;
    case 'ArrayTypeName':
      return `${partText(type.baseType, definitions)}[${type.length?.value ?? ''}]`;
    case 'UserDefinedTypeName':
      return namedTypeText(type.typeDescriptions.typeString, definitions);
    default:
      throw new TypeError(`a storage layout cannot hold a ${type.nodeType}`);
  }
}

function partText(type: TypeName | undefined, definitions: Definitions): string {
  if (type === undefined) throw new TypeError('a type without its part');
  return typeText(type, definitions);
}

function namedTypeText(typeString: string, definitions: Definitions): string {
  const [kind = '', qualified = ''] = typeString.split(' ');
  if (kind === 'struct') {
    const struct = definitions.structs.get(qualified);
    if (struct === undefined) throw new TypeError(`struct ${qualified} is nowhere`);
    return `{${membersOf(struct, definitions).join(', ')}}`;
  }
  if (kind === 'contract') return 'address';
  if (kind === 'enum') {
    const members = definitions.enums.get(qualified)?.members ?? [];
    return `enum(${members.map(({ name }) => name).join(',')})`;
  }
  return partText(definitions.valueTypes.get(kind)?.underlyingType, definitions);
}
