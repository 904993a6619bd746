import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';

/** Loose on purpose: what cannot be right is answered like what is wrong. */
export class LoginDto {
  @ApiProperty({ example: 'ada@example.com' })
  @IsString()
  @Length(1, 1024)
  email!: string;

  @ApiProperty({ writeOnly: true, example: 'correct horse battery staple' })
  @IsString()
  @Length(1, 1024)
  password!: string;
}

export class ConfirmDto {
  @ApiProperty({ writeOnly: true, example: 'correct horse battery staple' })
  @IsString()
  @Length(1, 1024)
  password!: string;
}
