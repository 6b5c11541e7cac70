/** An answer of the gateway: a body in the envelope, or a status without one. */
export interface GatewayAnswer {
  readonly status: number;
  /** A JSON value; left out where there is none. */
  readonly body?: unknown;
}

/** A call as the gateway takes it. */
export interface GatewayCall {
  /** Lower case, for example `/api/order/place`. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly token: string;
}

/** A success with its payload. */
export function succeeds(payload: Record<string, unknown> = {}): GatewayAnswer {
  return {
    status: 200,
    body: { ...payload, success: true, errorCode: 0, errorMessage: null },
  };
}

/** A failure inside 200. */
export function fails(
  errorCode: number,
  errorMessage: string | null = null,
  payload: Record<string, unknown> = {},
): GatewayAnswer {
  return { status: 200, body: { ...payload, success: false, errorCode, errorMessage } };
}

/** What the framework says of a body that it cannot read. */
export function problem(title: string, path: string): GatewayAnswer {
  const type = "https://tools.ietf.org/html/rfc9110#section-15.5.1";
  return { status: 400, body: { type, title, status: 400, detail: null, instance: path } };
}
