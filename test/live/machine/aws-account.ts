import * as path from 'node:path';
import { run } from './command';

/** What EC2 answers to `describe_*`: lists of plain objects, as its API documents them. */
export type AwsAccount = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

/**
 * Asks the emulator for kinds of objects, by the AWS client that came with it: `subnets`, `route_tables` ... The answer
 * has the same keys.
 */
export async function awsAccount(
  emulatorProgram: string,
  env: Readonly<Record<string, string>>,
  kinds: readonly string[],
): Promise<AwsAccount> {
  const code = `
import boto3, json, sys
ec2 = boto3.client('ec2')
answer = {}
for kind in json.load(sys.stdin):
    reply = getattr(ec2, 'describe_' + kind)()
    answer[kind] = next(value for key, value in reply.items() if isinstance(value, list))
print(json.dumps(answer, default=str))`;
  const python = path.join(path.dirname(emulatorProgram), 'python');
  // boto3 reads the region from a variable of its own.
  const region = { AWS_DEFAULT_REGION: env['AWS_REGION'] ?? '' };
  const text = await run(python, ['-c', code], { env: { ...env, ...region }, input: JSON.stringify(kinds) });
  return JSON.parse(text) as AwsAccount;
}
