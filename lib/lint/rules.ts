import { exposureRules } from './aws-exposure';
import { networkRules } from './docker-networks';
import { privilegeRules } from './docker-privileges';
import { publishingRules } from './docker-publishing';
import { secretRules } from './docker-secrets';
import { upkeepRules } from './docker-upkeep';
import type { LintRule } from './rule';

/** Every rule, in the order in which they are reported. */
export const lintRules: readonly LintRule[] = [
  ...publishingRules,
  ...networkRules,
  ...secretRules,
  ...privilegeRules,
  ...upkeepRules,
  ...exposureRules,
];
