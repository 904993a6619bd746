export const SESSION_LIFETIME_SECONDS = 7 * 24 * 3600;
/** Without any request. */
export const SESSION_IDLE_SECONDS = 8 * 3600;
/** `last_used_at` is written at most so often. */
export const TOUCH_SECONDS = 60;
/** How long a password confirmation holds. */
export const CONFIRMATION_SECONDS = 5 * 60;
