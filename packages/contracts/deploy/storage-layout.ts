import { DdaiError } from '@ddai/core';

/** Members of every ERC-7201 namespace that a contract uses, in order, with their whole types. */
export type StorageLayout = Readonly<Record<string, readonly string[]>>;

/**
 * Checks that code with the layout `after` can take over what code with `before` wrote: every
 * namespace is still there, with the same members at the same places; new members come last.
 *
 * @throws {DdaiError} `STORAGE_LAYOUT_BROKEN` naming contract, namespace and member
 */
export function assertLayoutExtends(
  contract: string,
  { before, after }: { readonly before: StorageLayout; readonly after: StorageLayout },
): void {
  for (const [namespace, members] of Object.entries(before)) {
    const kept = after[namespace];
    if (kept === undefined)
      throw broken(contract, `the namespace ${namespace} is gone`, { namespace });
    for (const [index, member] of members.entries()) {
      if (kept[index] === member) continue;
      throw broken(
        contract,
        `member ${index} of ${namespace} was \`${member}\` and would be ${kept[index] === undefined ? 'gone' : `\`${kept[index]}\``}`,
        { namespace, index },
      );
    }
  }
}

function broken(
  contract: string,
  reason: string,
  fields: { namespace: string; index?: number },
): DdaiError {
  return new DdaiError({
    code: 'STORAGE_LAYOUT_BROKEN',
    message: `${contract} could not read what its former version wrote: ${reason}`,
    remedy: 'Leave what is there as it is, and add new members at the end.',
    fields: { contract, ...fields },
  });
}
