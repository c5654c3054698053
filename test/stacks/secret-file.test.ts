import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newPassword, secretFile } from '../../stacks/secret-file';

const folder = () => mkdtempSync(join(tmpdir(), 'netproof-'));

test('a secret that is not there is made, for its owner alone', () => {
  const path = join(folder(), 'secrets', 'stack', 'password');
  expect(secretFile(path, () => 'hush')).toBe('hush');
  expect(readFileSync(path, 'utf8')).toBe('hush');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
});

test('a secret that is there is read and never made again', () => {
  const path = join(folder(), 'password');
  writeFileSync(path, 'mine');
  const make = jest.fn(() => 'another');
  expect(secretFile(path, make)).toBe('mine');
  expect(make).not.toHaveBeenCalled();
});

test('one that can be neither read nor made is one clear error', () => {
  const path = folder();
  expect(() => secretFile(path, () => 'hush')).toThrow(/^The secret file .* can be neither read nor made/);
  expect(() => secretFile(join(path, 'file'), () => 'hush')).not.toThrow();
  expect(() => secretFile(join(path, 'file', 'below'), () => 'hush')).toThrow('NETPROOF_SECRETS_DIR');
});

test('passwords differ, and need no escaping in a URI or in SQL', () => {
  const passwords = Array.from({ length: 100 }, newPassword);
  expect(new Set(passwords).size).toBe(100);
  for (const password of passwords) expect(password).toMatch(/^[A-Za-z0-9_-]{32}$/);
});
