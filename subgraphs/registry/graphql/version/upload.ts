import { Arg, Ctx, Field, Float, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { WRITE } from '../access.ts';
import type { RegistryContext } from '../context.ts';

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

@Resolver()
export class UploadResolver {
  @Mutation(() => BeginUploadPayload, { description: 'Announces an upload: a model file or an evaluation file.' })
  @Access(WRITE)
  async beginUpload(
    @Arg('input', () => BeginUploadInput, { description: 'What is going to be uploaded.' }) input: BeginUploadInput,
    @Ctx() context: RegistryContext,
  ): Promise<BeginUploadPayload> {
    const { id } = await context.registry.uploads.begin(context, input);
    return { uploadId: id, url: `/v1/uploads/${id}` };
  }

  @Mutation(() => CompleteUploadPayload, {
    description: 'Claims uploaded bytes by their digest. Refuses with DIGEST_MISMATCH; then send them again.',
  })
  @Access(WRITE)
  async completeUpload(
    @Arg('input', () => CompleteUploadInput, { description: 'Which bytes were sent.' })
    { uploadId, sha256 }: CompleteUploadInput,
    @Ctx() context: RegistryContext,
  ): Promise<CompleteUploadPayload> {
    const { sizeBytes } = await context.registry.uploads.complete(context, uploadId, sha256);
    return { sha256, sizeBytes };
  }
}
