import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Annotations, TerraformOutput, TerraformStack } from 'cdktf';
import { DockerProvider } from '@cdktf/provider-docker/lib/provider';
import type { Construct } from 'constructs';
import { Address } from '../lib/addressing/address';
import { Cidr } from '../lib/addressing/cidr';
import { tcp } from '../lib/addressing/traffic';
import { Container, type Workload } from '../lib/docker/container';
import { imageContracts } from '../lib/docker/image-contract';
import { PortForwardChain } from '../lib/docker/port-forward-chain';
import { Segment } from '../lib/docker/segment';
import { waiveLint } from '../lib/docker/waive-lint';
import { type MachineInterface, refuseOverlap } from './machine-interfaces';
import { newPassword, secretFile } from './secret-file';
import type { Settings } from './settings';

const {
  'prom/prometheus': prometheus,
  'grafana/grafana': grafana,
  'prom/node-exporter': nodeExporter,
} = imageContracts;

/**
 * Prometheus, Grafana and the node exporter in a virtual machine, and the ways to them. Grafana asks Prometheus, which
 * asks the node exporter, each by name on a network of their own.
 *
 * `learning`: the machine is behind NAT, and the host forwards 3000, 9090 and 9100 from its loopback. `near-production`:
 * the machine is bridged, Grafana alone is published, and a rule of its firewall keeps to the LAN. Without a machine
 * named all three are published on 127.0.0.1 of whatever host Docker runs on.
 */
export class MonitoringLab extends TerraformStack {
  readonly network: Segment;
  readonly prometheus: Container;
  readonly grafana: Container;
  readonly nodeExporter: Container;
  /** Undefined when no virtual machine was named. */
  readonly wayIn?: PortForwardChain;

  constructor(
    scope: Construct,
    id: string,
    settings: Settings,
    interfaces: readonly MachineInterface[] = [],
  ) {
    super(scope, id);
    new DockerProvider(this, 'docker');
    if (settings.dockerProviderVersion !== undefined) {
      this.addOverride('terraform.required_providers.docker.version', settings.dockerProviderVersion);
    }
    const block = Cidr.parse(settings.monitoringBlock);
    this.network = new Segment(this, 'network', {
      project: `${settings.namePrefix}monitoring`,
      block: block.toString(),
    });
    refuseOverlap(this.network, interfaces, { env: 'NETPROOF_MONITORING_BLOCK' });

    const service = (name: string, last: number, workload: Omit<Workload, 'name'>) => {
      const container = new Container(this, name, {
        ...workload,
        healthCheck: false,
        name: `${settings.namePrefix}${id}-${name}`,
        aliases: [name],
        attachments: [{ segment: this.network, address: block.at(last).toString() }],
      });
      waiveLint(container, {
        rule: 'docker-no-health-check',
        reason:
          'Each check starts a process, which a small machine feels, and Prometheus watches all three anyway.',
      });
      return container;
    };
    this.nodeExporter = service('node-exporter', 4, {
      image: settings.nodeExporterImage,
      like: 'prom/node-exporter',
      listens: [tcp(nodeExporter.port)],
    });
    this.prometheus = service('prometheus', 2, {
      image: settings.prometheusImage,
      like: 'prom/prometheus',
      listens: [tcp(prometheus.port)],
      uploads: [{ target: prometheus.files.configuration, content: uploaded('prometheus.yml') }],
    });
    const password = join(settings.secretsDir, id, 'grafana-admin-password');
    secretFile(password, newPassword);
    this.grafana = service('grafana', 3, {
      image: settings.grafanaImage,
      like: 'grafana/grafana',
      listens: [tcp(grafana.port)],
      // https://grafana.com/docs/grafana/latest/setup-grafana/configure-docker/
      env: {
        ...grafana.secrets,
        GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
        GF_ANALYTICS_REPORTING_ENABLED: 'false',
      },
      uploads: [{ target: grafana.files.dataSource, content: uploaded('datasource.yml') }],
      secrets: [{ source: password, target: grafana.secrets.GF_SECURITY_ADMIN_PASSWORD__FILE }],
    });

    const services = [
      ['grafana', this.grafana, grafana.port],
      ['prometheus', this.prometheus, prometheus.port],
      ['node-exporter', this.nodeExporter, nodeExporter.port],
    ] as const;
    if (settings.vmName === undefined) {
      for (const [, container, port] of services) container.publish([{ host: port, container: port }]);
      new TerraformOutput(this, 'open', { value: `http://127.0.0.1:${grafana.port}/` });
      Annotations.of(this).addInfo(
        'the ways into a virtual machine are left out, and all ports are on 127.0.0.1 of the Docker host: ' +
          'NETPROOF_VM_NAME names the machine that Docker runs in, for example rocky.',
      );
      return;
    }
    const learning = settings.monitoringProfile === 'learning';
    this.wayIn = new PortForwardChain(this, 'way-in', {
      machine: {
        name: settings.vmName,
        network: learning ? 'nat' : 'bridged',
        address: settings.vmAddress ?? (learning ? undefined : '192.168.1.101'),
      },
      ways: services
        .filter(([name]) => learning || name === 'grafana')
        .map(([name, to, container]) => ({ name, to, container })),
    });
    const published = learning ? [this.grafana, this.prometheus, this.nodeExporter] : [this.grafana];
    for (const container of published) {
      waiveLint(container, {
        rule: 'docker-published-everywhere',
        reason: learning
          ? 'What the hypervisor forwards arrives at the address of the machine, which is behind NAT.'
          : 'Browsers of the LAN dial the address of the machine; the output "firewall" keeps others out.',
      });
    }
    this.sayWhatIsLeftToDo(this.wayIn, learning);
  }

  private sayWhatIsLeftToDo({ commands, text, urls, machine }: PortForwardChain, learning: boolean): void {
    new TerraformOutput(this, 'open', { value: urls['grafana'] });
    new TerraformOutput(this, 'ways', { value: text.split('\n') });
    if (learning) {
      new TerraformOutput(this, 'virtualbox', { value: commands.virtualBox });
      new TerraformOutput(this, 'virtualbox-running', { value: commands.virtualBoxRunning });
      new TerraformOutput(this, 'qemu', { value: commands.qemu });
    } else {
      new TerraformOutput(this, 'firewall', {
        value: firewall(Address.parse(machine.address), grafana.port),
      });
    }
  }
}

/**
 * Keeps a published port to the machine's LAN, taken to be the /24 around its address. In DOCKER-USER and not in INPUT,
 * through which a packet to a published port does not pass.
 * @see https://docs.docker.com/engine/network/packet-filtering-firewalls/
 */
function firewall(address: Address, port: number): readonly string[] {
  const lan = Cidr.containing(`${address.toString()}/24`).toString();
  return [
    `iptables -I DOCKER-USER -p tcp -m conntrack --ctorigdst ${address.toString()} --ctorigdstport ${port} ` +
      `--ctdir ORIGINAL ! -s ${lan} -j DROP`,
  ];
}

function uploaded(name: string): string {
  return readFileSync(join(__dirname, 'monitoring-lab', name), 'utf8');
}
