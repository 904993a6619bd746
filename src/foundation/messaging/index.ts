export { type MessageDraft } from './message-content.js';
export { MessagingModule } from './messaging.module.js';
export { MessagingService, type ListedMessage, type MessagePage, type ReadMessage } from './messaging.service.js';
