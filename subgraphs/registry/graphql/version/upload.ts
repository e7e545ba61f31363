import { Field, Float, ID, InputType, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { WRITE } from '../access.ts';

@InputType({ description: 'What is going to be uploaded.' })
export class BeginUploadInput {
  @Field(() => Float, { description: 'How many bytes will come, exactly.' })
  sizeBytes!: number;

  @Field(() => String, { description: 'A name for people, such as the file’s.' })
  name!: string;
}

@InputType({ description: 'Which bytes were sent.' })
export class CompleteUploadInput {
  @Field(() => ID, { description: 'What beginUpload answered.' })
  uploadId!: string;

  @Field(() => String, { description: 'SHA-256 of the bytes, 64 lower-case hex digits.' })
  sha256!: string;
}

@ObjectType({ description: 'An upload that waits for its bytes.' })
@Access(WRITE)
export class BeginUploadPayload {
  @Field(() => ID, { description: 'Names the upload.' })
  uploadId!: string;

  @Field(() => String, {
    description: 'PUT the bytes to this path of the data plane, with a key that has registry:write.',
  })
  url!: string;
}

@ObjectType({ description: 'Bytes that are stored.' })
@Access(WRITE)
export class CompleteUploadPayload {
  @Field(() => String, { description: 'Their SHA-256: name it as the artifact of a version.' })
  sha256!: string;

  @Field(() => Float, { description: 'How many they are.' })
  sizeBytes!: number;
}
