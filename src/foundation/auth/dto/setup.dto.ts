import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';
import { IsDisplayName, IsEmailAddress, IsNewPassword, PASSWORD_MAX, PASSWORD_MIN } from '../../base/index.js';

export class SetupStateResponse {
  @ApiProperty({ description: 'Whether there is no user yet.', example: true })
  required!: boolean;
}

export class SetupDto {
  @ApiProperty({
    description: 'The one-time token that the server printed at its start.',
    example: 'uO1Yc0vXz1m5o3qkQ2f0c9a1b22uO1Yc0vXz1m5o3qk',
  })
  @IsString()
  @Length(1, 256)
  setup_token!: string;

  @ApiProperty({ maxLength: 254, example: 'ada@example.com' })
  @IsEmailAddress()
  email!: string;

  @ApiProperty({
    writeOnly: true,
    minLength: PASSWORD_MIN,
    maxLength: PASSWORD_MAX,
    example: 'correct horse battery staple',
  })
  @IsNewPassword()
  password!: string;

  @ApiProperty({ minLength: 1, maxLength: 255, example: 'Acme GmbH' })
  @IsDisplayName()
  organization_name!: string;
}
