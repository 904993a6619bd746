const MARGIN_SECONDS = 60;

/**
 * For how many seconds a token is handed out: a minute less than it lives, so that a call that starts with it also
 * ends with it; half its life when that is shorter than two minutes. `null` means until it is refused.
 */
export function freshSeconds(expiresIn: number | null): number | null {
  return expiresIn === null ? null : expiresIn - Math.min(MARGIN_SECONDS, expiresIn / 2);
}
