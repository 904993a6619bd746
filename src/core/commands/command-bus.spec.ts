import { describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { Scope } from '../access/index.js';
import { CommandBus, UnknownCommandError } from './command-bus.js';
import { CommandModule } from './command.module.js';

const request = { recordId: '01890000-0000-7000-8000-000000000000', payload: { deep: true } };

describe('CommandBus', () => {
  it('is one for the process', async () => {
    const module = await Test.createTestingModule({ imports: [CommandModule] }).compile();
    expect(module.get(CommandBus)).toBe(module.get(CommandBus));
  });

  it('hands scope and request to the handler of the name, and answers what it answers', async () => {
    const bus = new CommandBus();
    const scope = Scope.system();
    bus.register('ir.connector.activate', async (...given) => ({ given }));
    bus.register('ir.connector.deactivate', async () => ({}));
    expect(await bus.dispatch(scope, 'ir.connector.activate', request)).toEqual({ given: [scope, request] });
    expect(bus.names()).toEqual(['ir.connector.activate', 'ir.connector.deactivate']);
  });

  it.each(['ir.connector.unknown', 'toString', '__proto__', ''])('refuses the unknown name %j', async (name) => {
    const refused = new CommandBus().dispatch(Scope.system(), name, request);
    await expect(refused).rejects.toThrow(UnknownCommandError);
    await expect(refused).rejects.toMatchObject({ code: 'unknown_command' });
  });

  it('refuses a name that is taken', () => {
    const bus = new CommandBus();
    bus.register('a', async () => ({}));
    expect(() => bus.register('a', async () => ({}))).toThrow('Command a is registered twice');
  });

  it('hands on what a handler throws', async () => {
    const bus = new CommandBus();
    bus.register('a', () => Promise.reject(new Error('refused')));
    await expect(bus.dispatch(Scope.system(), 'a', request)).rejects.toThrow('refused');
  });
});
