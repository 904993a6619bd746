import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';
import { IsNewPassword, PASSWORD_MAX, PASSWORD_MIN } from '../../base/index.js';

export class ChangePasswordDto {
  @ApiProperty({ writeOnly: true, example: 'correct horse battery staple' })
  @IsString()
  @Length(1, 1024)
  current!: string;

  @ApiProperty({
    writeOnly: true,
    minLength: PASSWORD_MIN,
    maxLength: PASSWORD_MAX,
    example: 'wrong horse battery staple',
  })
  @IsNewPassword()
  new!: string;
}

export class ResetPasswordDto {
  @ApiProperty({ description: 'From the one-time link.', example: 'uO1Yc0vXz1m5o3qkQ2f0c9a1b22uO1Yc0vXz1m5o3qk' })
  @IsString()
  @Length(1, 256)
  reset_token!: string;

  @ApiProperty({
    writeOnly: true,
    minLength: PASSWORD_MIN,
    maxLength: PASSWORD_MAX,
    example: 'correct horse battery staple',
  })
  @IsNewPassword()
  password!: string;
}
