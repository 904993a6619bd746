import { Global, Module } from '@nestjs/common';
import { CommandBus } from './command-bus.js';

/** The command bus, one for the process. */
@Global()
@Module({ providers: [CommandBus], exports: [CommandBus] })
export class CommandModule {}
