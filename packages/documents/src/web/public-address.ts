import { lookup as resolve } from 'node:dns/promises';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { documentError } from '../document-error.ts';

/** What no public server has: IANA's special-purpose registries for IPv4 and IPv6. */
const SPECIAL = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  SPECIAL.addSubnet(network, bits, 'ipv4');
/** All global unicast addresses of IPv6, which is all that may be asked for. */
const GLOBAL = new BlockList();
GLOBAL.addSubnet('2000::', 3, 'ipv6');
for (const [network, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  SPECIAL.addSubnet(network, bits, 'ipv6');

/** Whether an address is one of the public internet. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return !SPECIAL.check(address, 'ipv4');
  if (version === 6) return GLOBAL.check(address, 'ipv6') && !SPECIAL.check(address, 'ipv6');
  return false;
}

/**
 * A `lookup` for `node:http` that gives public addresses only. The connection goes to the very address
 * that was checked, so that a name which answers differently the second time gains nothing.
 */
export function createPublicLookup(isAllowed: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { all: true, family: options.family ?? 0 })
      .then((found) => {
        const allowed = found.filter(({ address }) => isAllowed(address));
        const [first] = allowed;
        if (first === undefined) throw notPublic(hostname);
        if (options.all === true) callback(null, allowed);
        else callback(null, first.address, first.family);
      })
      .catch((error: unknown) => callback(error as NodeJS.ErrnoException, '', 0));
  };
}

/** @throws {DdaiError} `ADDRESS_NOT_PUBLIC` for an address in the place of a name. */
export function assertPublicHost(hostname: string, isAllowed: (address: string) => boolean): void {
  const bare = hostname.replace(/^\[|\]$/g, '');
  if (isIP(bare) !== 0 && !isAllowed(bare)) throw notPublic(hostname);
}

function notPublic(hostname: string): Error {
  return documentError({
    code: 'ADDRESS_NOT_PUBLIC',
    message: `${hostname} is no address of the public internet`,
    remedy: 'Put pages of an internal site into a folder, and take that in.',
    fields: { hostname },
  });
}
