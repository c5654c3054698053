/** Types of the Docker provider that are compiled into the topology. */
export const modelled: Readonly<Record<string, string>> = {
  docker_container: 'an endpoint with an interface per network',
  docker_network: 'a segment behind the host',
};

/** Types that no packet meets. */
export const ignored: Readonly<Record<string, string>> = {
  docker_buildx_builder: 'builds images',
  docker_config: 'a file for services',
  docker_image: 'an image',
  docker_registry_image: 'an image in a registry',
  docker_secret: 'a file for services',
  docker_tag: 'a name of an image',
  docker_volume: 'storage',
};

/** Types that take part and are not modelled: verdicts about them are unknown. */
export const notModelled: Readonly<Record<string, string>> = {
  docker_plugin: 'may bring drivers for networks',
  docker_service: 'runs containers in a swarm, on any of its machines',
};
