import { readDockerAssumptions } from '../../../lib/readers/docker/docker-assumptions';

test.each([
  [{ docker: { verson: '28' } }, /no assumption "docker\.verson"\. Did you mean "docker\.version"\?/],
  [{ docker: { lan: { routesToContainer: true } } }, /Did you mean "docker\.lan\.routesToContainers"\?/],
  [{ docker: { version: 20.1 } }, /write the version as a text/],
  [{ docker: { version: '19.03' } }, /19\.03 is not modelled. Versions 20\.10 to 29 are/],
  [{ docker: { platform: 'destop' } }, /"destop" is none of "linux", "desktop"\. Did you mean "desktop"\?/],
  [{ docker: { icc: 'no' } }, /docker\.icc: "no" is neither true nor false/],
  [{ docker: { hostAddresses: ['10.0.0.256'] } }, /docker\.hostAddresses: /],
  [{ docker: [] }, /docker is an object of settings/],
  [{ listens: { host: 'tcp/80' } }, /listens\.host: "tcp\/80" is no list/],
])('%j is refused', (given, message) => expect(() => readDockerAssumptions(given)).toThrow(message));

test('all that is wrong is said at once', () =>
  expect(() => readDockerAssumptions({ docker: { icc: 1, iptables: 2 } })).toThrow(
    /docker\.iptables.*\n?.*docker\.icc/s,
  ));

test('what is right is taken, and the rest is as it comes', () => {
  const read = readDockerAssumptions({
    docker: { version: '28.5.2', icc: false },
    listens: { host: ['tcp/22@127.0.0.1'] },
  });
  expect([read.version, read.icc, read.userlandProxy, read.ipForwardBefore]).toEqual([
    '28.5.2',
    false,
    true,
    'either',
  ]);
  expect(read.hostListens?.map(({ traffic, at }) => `${traffic.toString()} ${String(at)}`)).toEqual([
    'tcp/22 127.0.0.1',
  ]);
});
