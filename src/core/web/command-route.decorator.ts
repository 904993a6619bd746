import { ApiExtension } from '@nestjs/swagger';

/** Operation extensions that wait for `documentCommands`; none is published. */
export const COMMAND_EXTENSION = 'x-ede-command';
export const DISPATCH_EXTENSION = 'x-ede-command-dispatch';

/** Says that a domain command has the payload, the answer and the refusals of this route. */
export function CommandRoute(commandName: string): MethodDecorator {
  return ApiExtension(COMMAND_EXTENSION, commandName);
}

/** Says that a route dispatches domain commands by the path parameter `name`. */
export function CommandDispatch(): MethodDecorator {
  return ApiExtension(DISPATCH_EXTENSION, true);
}
