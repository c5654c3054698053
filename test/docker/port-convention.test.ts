import { conventionalPorts, withHostPorts } from '../../lib/docker/port-convention';

const hostPorts = (...containers: readonly (readonly (number | { host: number; container: number })[])[]) =>
  withHostPorts(
    containers.map((ports) => ports.map((port) => (typeof port === 'number' ? { container: port } : port))),
  ).map((ports) => ports.map(({ host }) => host));

describe('S28: a published port without a host port', () => {
  test('keeps its number where it is Grafana’s, Prometheus’ or the node exporter’s', () => {
    expect(hostPorts([9090], [3000], [9100])).toEqual([[9090], [3000], [9100]]);
    expect(conventionalPorts).toEqual({
      grafana: 3000,
      prometheus: 9090,
      nodeExporter: 9100,
      applications: 8080,
    });
  });

  test('is counted from 8080 where it is an application’s', () => {
    expect(hostPorts([80], [80, 5000], [8080])).toEqual([[8080], [8081, 8082], [8083]]);
  });

  test('does not take one that another was given, before or after', () => {
    expect(hostPorts([80], [{ host: 8080, container: 80 }])).toEqual([[8081], [8080]]);
    expect(hostPorts([3000], [3000])).toEqual([[3000], [8080]]);
  });

  test('is left alone when it has one', () => {
    expect(hostPorts([{ host: 80, container: 3000 }])).toEqual([[80]]);
  });
});
