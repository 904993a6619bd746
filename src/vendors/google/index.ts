export { GOOGLE_TOKEN_URL, googleOAuth } from './google-oauth.js';
export {
  parseServiceAccount,
  serviceAccountGrant,
  type ServiceAccount,
  type ServiceAccountOptions,
} from './service-account.js';
export { GoogleApi, GoogleApiError } from './google-api.js';
export { uploadResumably, type ResumableUpload } from './resumable-upload.js';
export { unwrapGoogleJson } from './google-json.js';
