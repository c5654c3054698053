import { JsonObject } from '../json/json-value';
import { membersOf } from './declarations';

/**
 * Last two parts of a provider's source, `kreuzwerker/docker`, whatever registry it comes from: Terraform and
 * OpenTofu have different ones. A bare name is one of HashiCorp's.
 */
export function providerSource(source: string): string {
  const parts = source.toLowerCase().split('/');
  return parts.length === 1 ? `hashicorp/${parts[0]}` : parts.slice(-2).join('/');
}

/** Local names of providers and what they stand for, as `required_providers` states them. */
export class ProviderNames {
  private readonly sources = new Map<string, string>();

  constructor(settings: readonly JsonObject[]) {
    for (const { name, value } of settings.flatMap((body) => membersOf(body.all('required_providers')))) {
      const source = value instanceof JsonObject ? value.get('source') : undefined;
      if (typeof source === 'string') this.sources.set(name, providerSource(source));
    }
  }

  /** `hashicorp/aws` for the local name `aws`. Terraform's own (`terraform_data`) is `builtin/terraform`. */
  sourceOf(localName: string): string {
    const source = this.sources.get(localName);
    return source ?? (localName === 'terraform' ? 'builtin/terraform' : providerSource(localName));
  }

  /** The provider of a resource: its `provider` argument (`aws.west`), else the first word of its type. */
  of(type: string, body: JsonObject): { readonly provider: string; readonly providerAlias: string } {
    const argument = body.get('provider');
    const text =
      typeof argument === 'string' ? argument.replace(/^\$\{(.*)\}$/, '$1').trim() : type.split('_')[0]!;
    const [localName = '', alias = ''] = text.split('.');
    return { provider: this.sourceOf(localName), providerAlias: alias };
  }
}
