export { CommandBus, UnknownCommandError, type CommandHandler, type CommandRequest } from './command-bus.js';
export { CommandModule } from './command.module.js';
