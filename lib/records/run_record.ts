import type { JsonValue } from "../core/mod.ts";

/** Everything that decided a backtest: what another run needs to give the same numbers. */
export interface RunRecord {
  /** Which command it was. */
  readonly task: "backtest";
  /** The file of bars. */
  readonly data: {
    /** Where it was. */
    readonly path: string;
    /** SHA-256 of its bytes, in hexadecimal; so are the other hashes. */
    readonly sha256: string;
    /** How it was opened. */
    readonly request: JsonValue;
    /** Its changes of contract, oldest first; of a joined future alone. */
    readonly rolls?: readonly RecordedRoll[];
  };
  /** Instruments that the user has described, which no code hash covers; absent without any. */
  readonly instruments?: readonly {
    /** Root symbol. */
    readonly symbol: string;
    /** Of its document, whatever its layout. */
    readonly sha256: string;
  }[];
  /** Registered models in the order given. */
  readonly models: readonly RecordedModel[];
  /** The registered trading system that they belong to; absent where models were named. */
  readonly system?: RecordedModel;
  /** Account, costs, period and all else that flags say. */
  readonly settings: JsonValue;
  /** Of all code that can change a decision. */
  readonly codeSha256: string;
  /** Beginning of the hash of each part of that code, by room; absent in older records. */
  readonly codeParts?: Readonly<Record<string, string>>;
  /** Libraries by name. */
  readonly versions: Readonly<Record<string, string>>;
  /** Which ONNX Runtime ran the models. */
  readonly engine: "native" | "wasm";
}

/** One change of contract in the bars of a run. */
export interface RecordedRoll {
  /** Open of the first bar of the new contract, ISO, UTC. */
  readonly time: string;
  /** Contract left. */
  readonly from: string;
  /** Contract entered. */
  readonly to: string;
  /** Raw close of the contract left where the gap was measured; null where the file does not say. */
  readonly fromPrice: number | null;
  /** Raw close of the contract entered at the same bar. */
  readonly toPrice: number | null;
  /** Old minus new price, or old over new, as the series was joined. */
  readonly gap: number;
  /** What decided; null where the file does not say. */
  readonly rule: string | null;
}

/** One model or system of a run. */
export interface RecordedModel {
  /** Registry name. */
  readonly name: string;
  /** Number within the name. */
  readonly version: number;
  /** Of its ONNX file, or of its document. */
  readonly sha256: string;
}
