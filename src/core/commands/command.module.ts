import { Global, Module } from '@nestjs/common';
import { CommandBus } from './command-bus.js';
import { CommandController } from './command.controller.js';

/** The command bus, one for the process, and its route. */
@Global()
@Module({ controllers: [CommandController], providers: [CommandBus], exports: [CommandBus] })
export class CommandModule {}
