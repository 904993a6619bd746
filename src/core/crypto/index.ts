export { SecretUnreadableError } from './crypto.errors.js';
export { DataKeyStore, type DataKeyRecord } from './data-key-store.js';
export { createKeyFile, isKeyFileExposed, KeyFileError, readKeyFile } from './key-file.js';
export { KeyRing } from './key-ring.js';
export { MasterKey } from './master-key.js';
export { PasswordHasher } from './password-hasher.js';
export { scrub } from './scrubber.js';
export { Secret } from './secret.js';
