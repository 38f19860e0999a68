declare const brand: unique symbol;

/** A `Base` that the type checker keeps apart from other `Base`s; nothing at run time. */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };

/** An amount of DDAI in wei: 10^18 wei are one DDAI. */
export type Wei = Brand<bigint, 'Wei'>;
/** Seconds since 1970-01-01T00:00Z, whole. */
export type UnixSeconds = Brand<number, 'UnixSeconds'>;
/** Milliseconds: a duration, or since 1970-01-01T00:00Z where the name says so. */
export type Millis = Brand<number, 'Millis'>;
/** 32 bytes as `0x` and 64 lower-case hexadecimal digits. */
export type Bytes32 = Brand<`0x${string}`, 'Bytes32'>;

export const toWei = (value: bigint): Wei => value as Wei;
export const toUnixSeconds = (value: number): UnixSeconds => Math.floor(value) as UnixSeconds;
export const toMillis = (value: number): Millis => value as Millis;
