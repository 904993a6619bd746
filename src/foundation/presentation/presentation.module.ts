import { Global, Module, type OnModuleInit } from '@nestjs/common';
import { MenuRegistry } from '../../core/ports/index.js';
import { MenuController } from './menu.controller.js';
import { STANDARD_MENUS } from './menus.js';
import { AdminUi } from './ui/admin-ui.js';

/** The admin UI's files, and what it shows around its pages: the menus of all modules. */
@Global()
@Module({ controllers: [MenuController], providers: [AdminUi], exports: [AdminUi] })
export class PresentationModule implements OnModuleInit {
  static readonly requires: readonly string[] = ['auth'];

  constructor(private readonly menus: MenuRegistry) {}

  onModuleInit(): void {
    this.menus.register(...STANDARD_MENUS);
  }
}
