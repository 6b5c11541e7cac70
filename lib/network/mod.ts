/**
 * The network behind the port to servers.
 *
 * @module
 */
export { createNetworkTransport } from "./network_transport.ts";
