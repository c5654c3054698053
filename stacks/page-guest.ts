import { tcp } from '../lib/addressing/traffic';
import type { Workload } from '../lib/docker/container';
import { imageContracts } from '../lib/docker/image-contract';

const { files } = imageContracts.busybox;

/** A small web server whose only page is its own name: who reads it knows whom it reached. */
export interface PageGuest {
  /** Name of the container. */
  readonly name: string;
  /** The page. */
  readonly page: string;
  readonly image: string;
  /** TCP port that it listens on. */
  readonly port: number;
  /** Further names on its networks. @default - none */
  readonly aliases?: readonly string[];
}

export function pageGuest({ name, page, image, port, aliases }: PageGuest): Workload {
  return {
    name,
    aliases,
    image,
    like: 'busybox',
    command: ['httpd', '-f', '-p', String(port), '-h', files.www],
    uploads: [{ target: `${files.www}/index.html`, content: `${page}\n` }],
    listens: [tcp(port)],
    healthCheck: { test: ['CMD', 'wget', '-q', '-O', '/dev/null', `http://127.0.0.1:${port}/`], interval: 1 },
  };
}
