import { goDuration } from '../../lib/docker/health-check';
import { contractOf, type ImageContract, imageContracts } from '../../lib/docker/image-contract';

test.each([
  ['nginx', 'nginx'],
  ['nginx:1.30.5-alpine', 'nginx'],
  ['library/nginx@sha256:0123', 'nginx'],
  ['docker.io/library/postgres:17.11-alpine@sha256:0123', 'postgres'],
  ['postgrest/postgrest:v14.5', 'postgrest/postgrest'],
  ['busybox:1.37.0', 'busybox'],
  ['docker.io/prom/prometheus:v3.13.1', 'prom/prometheus'],
  ['prom/node-exporter:v1.9.1', 'prom/node-exporter'],
  ['grafana/grafana:13.1.0', 'grafana/grafana'],
])('%s keeps the contract of %s', (image, repository) => {
  expect(contractOf(image)?.repository).toBe(repository);
});

test.each([
  'my/nginx:1',
  'localhost:5000/nginx',
  'nginxinc/nginx-unprivileged',
  'ghcr.io/x/postgres',
  'toString',
  '',
])('%j keeps no contract that we know', (image) => expect(contractOf(image)).toBeUndefined());

const contracts: readonly [string, ImageContract][] = Object.entries(imageContracts);

test.each(contracts)('%s can run its own health check', (repository, contract) => {
  expect(contract.repository).toBe(repository);
  const kind = contract.health?.(contract.port)[0];
  expect(contract.shell ? ['CMD', 'CMD-SHELL', undefined] : ['CMD']).toContain(kind);
});

test('an image that runs whatever it is told has no check of its own', () => {
  expect(contracts.filter(([, { health }]) => health === undefined).map(([name]) => name)).toEqual([
    'busybox',
  ]);
});

test.each(contracts)(
  '%s: an image that begins as the user who does the work needs no capability',
  (_, contract) => {
    const changesUser = contract.user !== contract.worker && contract.worker !== 'root';
    expect(contract.capabilities.includes('CAP_SETUID')).toBe(changesUser);
    expect(contract.capabilities.includes('CAP_SETGID')).toBe(changesUser);
  },
);

test.each([
  [1, '1s'],
  [30, '30s'],
  [60, '1m0s'],
  [90, '1m30s'],
  [3600, '1h0m0s'],
  [3661, '1h1m1s'],
])('%d seconds are %s in Go', (seconds, text) => expect(goDuration(seconds)).toBe(text));
