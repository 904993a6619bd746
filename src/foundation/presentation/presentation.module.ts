import { Global, Module, type OnModuleInit } from '@nestjs/common';
import { MenuRegistry } from './menu-registry.js';
import { MenuController } from './menu.controller.js';
import { BASE_MENUS } from './menus.js';

/** What the admin UI shows around the pages: the menus of all modules. */
@Global()
@Module({ controllers: [MenuController], providers: [MenuRegistry], exports: [MenuRegistry] })
export class PresentationModule implements OnModuleInit {
  static readonly requires: readonly string[] = ['auth'];

  constructor(private readonly menus: MenuRegistry) {}

  onModuleInit(): void {
    this.menus.register(...BASE_MENUS);
  }
}
