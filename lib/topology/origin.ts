/** Where in the user's Terraform something comes from; what an explanation points at. */
export interface Origin {
  /** Terraform address: `aws_security_group.web`, with `stack:` in front when several stacks are joined. */
  readonly address: string;
  /** Attribute path inside it: `ingress[0]`. */
  readonly attribute?: string;
  /** Construct path from the synthesized metadata: `shop/web/Resource` without its tail. */
  readonly constructPath?: string;
}
