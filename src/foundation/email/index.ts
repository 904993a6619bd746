export { type EmailDraft } from './email-content.js';
export { EmailModule } from './email.module.js';
export { EmailService, type EmailPage, type ListedEmail, type ReadEmail } from './email.service.js';
