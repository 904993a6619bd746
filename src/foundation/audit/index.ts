export { INSTANCE_CHAIN } from './chain/chain-link.js';
export { TrailVerifier, type KnownEnd, type NamedVerification } from './chain/trail-verifier.js';
export { FINDINGS } from './chain/verification.js';
export { VerificationResponse } from './dto/verification.response.js';
