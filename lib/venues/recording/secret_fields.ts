/** What nobody but the user may see of what passes between a client and a venue. */
export interface SecretFields {
  /** Fields that are secret wherever they stand, by what they are; so are the items of their lists. */
  readonly everywhere: Readonly<Record<string, string>>;
  /** Fields that are secret in some objects alone. */
  readonly within: readonly {
    /** Such an object has one of these. */
    readonly marks: readonly string[];
    /** Or came as the answer of such an endpoint, whatever is left of it. */
    readonly endpoint: RegExp;
    /** By what they are. */
    readonly fields: Readonly<Record<string, string>>;
  }[];
  /** Secrets that stand in no field: the first group of a match is one. */
  readonly patterns: readonly { readonly pattern: RegExp; readonly is: string }[];
  /** Ends a record of a line, where one may come in several parts; absent where none does. */
  readonly recordEnd?: string;
}

/** A secret that is known beforehand. */
export interface KnownSecret {
  /** Its text. */
  readonly value: string;
  /** What it is, for example `password`. */
  readonly is: string;
}
