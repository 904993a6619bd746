export { SecretUnreadableError } from './crypto.errors.js';
export { DataKeyStore, INSTANCE, MAC_ROOT, type DataKeyRecord, type MasterKeyRecord } from './data-key-store.js';
export {
  EncryptedData,
  kindOf,
  type EncryptedColumn,
  type EncryptedFiles,
  type EncryptedRow,
  type Walk,
  type WalkedPage,
  type WalkMode,
} from './encrypted-data.js';
export { ENVELOPE_HEADER_BYTES, envelopeHeader, keyIdOf } from './envelope.js';
export { KeyFileError } from './key-file.js';
export {
  KeyProvider,
  KeyProviderError,
  type KeyBinding,
  type MasterKeyCheck,
  type WrappedKey,
} from './key-provider.js';
export { KeyProviders } from './key-providers.js';
export { KeyRing } from './key-ring.js';
export { MAC_ROOT_BYTES, MacKeys } from './mac-keys.js';
export { MasterKey } from './master-key.js';
export { PasswordHasher } from './password-hasher.js';
export { scrub } from './scrubber.js';
export { Secret } from './secret.js';
