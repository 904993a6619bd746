import { Global, Module, type DynamicModule } from '@nestjs/common';
import { PublicOrigin } from './public-origin.js';
import { ServerState } from './server-state.js';

/** What routes of every module need from the HTTP side. */
@Global()
@Module({})
export class WebModule {
  static with(state: ServerState): DynamicModule {
    return {
      module: WebModule,
      providers: [{ provide: ServerState, useValue: state }, PublicOrigin],
      exports: [ServerState, PublicOrigin],
    };
  }
}
