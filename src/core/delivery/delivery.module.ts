import { Module } from '@nestjs/common';
import { DeliveryDispatcher } from './delivery-dispatcher.js';
import { InProcessDispatcher } from './in-process-dispatcher.js';

/** The way from an accepted message to its sending. Needs the key ring of the base module. */
@Module({
  providers: [{ provide: DeliveryDispatcher, useClass: InProcessDispatcher }],
  exports: [DeliveryDispatcher],
})
export class DeliveryModule {}
