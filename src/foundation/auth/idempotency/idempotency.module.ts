import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { EncryptedData } from '../../../core/crypto/index.js';
import { ENCRYPTED_ANSWERS } from './answer-seal.js';
import { IdempotencyPurger } from './idempotency-purger.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { IdempotencyService } from './idempotency.service.js';
import { IdempotencyStore } from './idempotency.store.js';

/** `Idempotency-Key` for every route marked with `Idempotent()`. */
@Module({
  providers: [
    IdempotencyStore,
    IdempotencyService,
    IdempotencyPurger,
    { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
  ],
  exports: [IdempotencyService],
})
export class IdempotencyModule {
  constructor(encrypted: EncryptedData) {
    encrypted.registerColumn(ENCRYPTED_ANSWERS);
  }
}
