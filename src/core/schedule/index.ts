export { DailyWork } from './daily-work.js';
