import type { KeyProviderKind } from '../config/index.js';

/** What a wrapped key belongs to: under any other owner or id it does not open. */
export interface KeyBinding {
  /** Organization id, or the name of an owner that is none. */
  readonly owner: string;
  readonly keyId: string;
}

/** A key encrypted by a master key. */
export interface WrappedKey {
  /** 16 bytes that name the master key and tell nothing about it. */
  readonly masterKeyId: Buffer;
  /** Of the master key; 1 where a provider has no versions. */
  readonly masterVersion: number;
  readonly wrappedKey: Buffer;
}

/** What proves that a master key is the one that was used before. */
export interface MasterKeyCheck {
  readonly masterVersion: number;
  /** Only the same master key recognises it. */
  readonly checkValue: Buffer;
}

/** Holds one master key and wraps data keys with it. The key itself need not be in this process. */
export abstract class KeyProvider {
  abstract readonly kind: KeyProviderKind;

  /** 16 bytes that name the master key, the same in every process that has it. */
  abstract readonly masterKeyId: Buffer;

  /** @param key 32 bytes. @throws KeyProviderError when the provider does not answer or refuses. */
  abstract wrap(binding: KeyBinding, key: Buffer): Promise<WrappedKey>;

  /**
   * @returns `null` when the wrapped key was changed, moved, or wrapped by another master key.
   * @throws KeyProviderError when the provider does not answer or refuses to.
   */
  abstract unwrap(binding: KeyBinding, wrappedKey: Buffer): Promise<Buffer | null>;

  /** @throws KeyProviderError */
  abstract makeCheck(): Promise<MasterKeyCheck>;

  /** Whether the value was made under this master key, in any version of it. @throws KeyProviderError */
  abstract proves(checkValue: Buffer): Promise<boolean>;

  /**
   * Makes a new version of the master key, with which everything is wrapped from now on.
   * @returns `false` when the provider has no versions: then another master key must be given. @throws KeyProviderError
   */
  abstract advance(): Promise<boolean>;
}

/** The provider cannot be used now. The message is safe to show to administrators: no token, no key, no address. */
export class KeyProviderError extends Error {
  override readonly name = 'KeyProviderError';
}
