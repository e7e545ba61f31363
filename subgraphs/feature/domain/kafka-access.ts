export const SASL_MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;

/** How brokers are spoken to; the same for all of them, from the settings: whoever defines a stream names no secrets. */
export interface KafkaAccess {
  /** With the certificates that are trusted, as PEM; those of the machine where there are none. Null: without TLS. */
  readonly tls: { readonly ca: string | undefined } | null;
  readonly sasl: {
    readonly mechanism: (typeof SASL_MECHANISMS)[number];
    readonly username: string;
    readonly password: string;
  } | null;
}

export const OPEN_ACCESS: KafkaAccess = { tls: null, sasl: null };
