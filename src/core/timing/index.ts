export { DAY_MS, MINUTE_MS, RecurringWork } from './recurring-work.js';
export { waitFor } from './wait-for.js';
