/**
 * The part of the npm package `pg` that is used here. Its own types (`@types/pg`) bring `@types/node`
 * along, whose declarations then replace Deno's in the whole program.
 */

/** What a query answers. */
export interface QueryResult<Row> {
  readonly rows: Row[];
}

/** Where statements are run. */
export interface Queryable {
  query<Row>(sql: string, values?: readonly (string | number | null)[]): Promise<QueryResult<Row>>;
}

/** A connection of a pool. */
export interface PoolClient extends Queryable {
  /** @param destroy close it instead of keeping it for the next one */
  release(destroy?: boolean): void;
}

/** How to connect. */
export interface ClientOptions {
  readonly connectionString: string;
  readonly application_name?: string;
  readonly connectionTimeoutMillis?: number;
  readonly types?: {
    /** @param type object identifier of a PostgreSQL type */
    getTypeParser(type: number): (text: string) => unknown;
  };
}

/** Connections that are opened when needed and kept for a while. */
export class Pool implements Queryable {
  constructor(options: ClientOptions & { readonly max?: number });
  connect(): Promise<PoolClient>;
  query<Row>(sql: string, values?: readonly (string | number | null)[]): Promise<QueryResult<Row>>;
  on(event: "error", listener: (error: Error) => void): this;
  end(): Promise<void>;
}

/** One connection. */
export class Client implements Queryable {
  constructor(options: ClientOptions);
  connect(): Promise<void>;
  query<Row>(sql: string, values?: readonly (string | number | null)[]): Promise<QueryResult<Row>>;
  end(): Promise<void>;
}

declare const pg: { readonly Pool: typeof Pool; readonly Client: typeof Client };
export default pg;
