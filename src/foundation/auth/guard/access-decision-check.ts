import { Injectable, type OnModuleInit } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { ACCESS_DECISION } from '../../../core/access/index.js';

/** Stops the boot when a route does not say who may call it. */
@Injectable()
export class AccessDecisionCheck implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  /** @throws Error that names every route without `@Public()`, `@SignedIn()` or `@RequireRole()`. */
  onModuleInit(): void {
    const undecided = this.discovery.getControllers().flatMap(({ metatype }) => this.undecidedOf(metatype));
    if (undecided.length > 0) {
      throw new Error(`Routes without an access decorator: ${undecided.join(', ')}`);
    }
  }

  private undecidedOf(controller: unknown): string[] {
    if (typeof controller !== 'function') return [];
    const prototype = controller.prototype as Record<string, unknown>;
    return this.scanner
      .getAllMethodNames(prototype)
      .filter((method) => isUndecidedRoute(prototype[method]))
      .map((method) => `${controller.name}.${method}`);
  }
}

function isUndecidedRoute(method: unknown): boolean {
  if (typeof method !== 'function') return false;
  return Reflect.hasMetadata(METHOD_METADATA, method) && !Reflect.hasMetadata(ACCESS_DECISION, method);
}
