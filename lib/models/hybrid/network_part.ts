import type { Hybrid } from "./hybrid_model.ts";
import { fitNetwork, type FittedNetwork, type NetworkControl } from "../network/fit_network.ts";
import { applyScaler, fitScaler } from "../scaler.ts";
import { type HybridControl, type HybridInput, partOfControl } from "./hybrid_input.ts";
import type { HybridParameters } from "./parameters.ts";

/** Share of a hybrid's progress that its networks take. */
export const NETWORK_SHARE = 0.9;

/** A network with the scaler of the rows that it learnt from. */
export interface NetworkPart extends Pick<Hybrid, "network" | "networkScaler"> {
  /** What happened on the way. */
  readonly fitted: FittedNetwork;
}

/** Fits one of a hybrid's networks on some rows, and the scaler on the same rows. */
export async function fitNetworkPart(
  { frame, labels, classCount, weights, embargoBars }: HybridInput,
  rows: Int32Array,
  parameters: HybridParameters,
  control: NetworkControl,
): Promise<NetworkPart> {
  const networkScaler = fitScaler(frame, rows, "robust");
  const fitted = await fitNetwork(
    {
      values: applyScaler(networkScaler, frame.values, frame.rows),
      columns: frame.columns.length,
      firstValidRow: frame.firstValidRow,
      rows,
      labels,
      classCount,
      ...(weights === undefined ? {} : { weights }),
      embargoBars,
    },
    parameters.network,
    control,
  );
  return { fitted, network: fitted.model, networkScaler };
}

/**
 * The control of one of a hybrid's networks.
 *
 * @param name of its checkpoint
 * @param place its number, counted from 0, and how many there are
 */
export function networkControl(
  control: HybridControl,
  name: string,
  [index, networks]: readonly [index: number, networks: number],
): NetworkControl {
  const checkpoint = control.checkpoints?.(name);
  const share = NETWORK_SHARE / networks;
  return {
    ...partOfControl(control, [index * share, (index + 1) * share]),
    ...(checkpoint === undefined ? {} : { checkpoint }),
  };
}
