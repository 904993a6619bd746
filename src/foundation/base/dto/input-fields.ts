import { applyDecorators } from '@nestjs/common';
import { IsEmail, IsString, Length, Matches } from 'class-validator';

export const PASSWORD_MIN = 12;
export const PASSWORD_MAX = 128;

/** A name that people read: 1 to 255 characters, not only spaces, no control characters. */
export function IsDisplayName(): PropertyDecorator {
  return applyDecorators(
    IsString(),
    Length(1, 255),
    Matches(/^(?=.*\S)[^\p{Cc}]+$/u, { message: 'must have a visible character and no control characters' }),
  );
}

/** A new password: 12 to 128 characters. */
export function IsNewPassword(): PropertyDecorator {
  return applyDecorators(
    IsString(),
    Length(PASSWORD_MIN, PASSWORD_MAX, { message: `must have ${PASSWORD_MIN} to ${PASSWORD_MAX} characters` }),
  );
}

/** A mail address of at most 254 characters. */
export function IsEmailAddress(): PropertyDecorator {
  return applyDecorators(
    IsString(),
    Length(3, 254),
    IsEmail({ allow_utf8_local_part: false }, { message: 'must be an email address' }),
  );
}
