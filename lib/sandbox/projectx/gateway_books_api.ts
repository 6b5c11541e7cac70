import type { GatewayAccountBook } from "./gateway_account.ts";
import {
  fails,
  type GatewayAnswer,
  type GatewayCall,
  problem,
  succeeds,
} from "./gateway_answer.ts";
import type { GatewayCore } from "./gateway_core.ts";
import type { GatewayDesk } from "./gateway_desk.ts";
import { accountModel, positionModel, tradeModel } from "./gateway_models.ts";

const LAG_MS = 3_000;

/** Calls that read accounts, positions, trades and contracts, and those that close positions. */
export class GatewayBooksApi {
  readonly #core: GatewayCore;
  readonly #desk: GatewayDesk;
  /** What positions were, for reads that lag. */
  readonly #told = new Map<number, readonly unknown[]>();
  #lagsUntil = -Infinity;

  /** Puts the books behind their calls. */
  constructor(core: GatewayCore, desk: GatewayDesk) {
    this.#core = core;
    this.#desk = desk;
  }

  /** `Account/search`. */
  accounts({ body }: GatewayCall): GatewayAnswer {
    const onlyActive = body.onlyActiveAccounts === true;
    const isStale = this.#core.strikes("balance-stale");
    const accounts = [...this.#core.accounts.values()]
      .filter(({ lock }) => !onlyActive || lock !== "ended")
      .map((account) => {
        const model = accountModel(account);
        return isStale ? { ...model, balance: account.options.cashMicros / 1e6 } : model;
      });
    return succeeds({ accounts });
  }

  /** `Position/searchOpen`. */
  positions({ body }: GatewayCall): GatewayAnswer {
    const account = this.#account(body);
    if (account === null) return fails(1, null, { positions: [] });
    const now = this.#core.clock.now();
    if (this.#core.strikes("position-lags")) this.#lagsUntil = now + LAG_MS;
    const positions = [...account.held].filter(([, { ledger }]) => ledger.lots !== 0)
      .map(([contractId]) => positionModel(this.#core, account, contractId));
    if (now < this.#lagsUntil) return succeeds({ positions: this.#told.get(account.id) ?? [] });
    this.#told.set(account.id, positions);
    return succeeds({ positions });
  }

  /** `Position/closeContract` and `Position/partialCloseContract`. */
  close({ body, path }: GatewayCall): GatewayAnswer {
    const core = this.#core;
    const isPart = path.includes("partial");
    // The codes of the two differ by one from here on: only a part has a size that can be wrong.
    const code = (whole: number): number => isPart && whole >= 5 ? whole + 1 : whole;
    const account = this.#account(body);
    if (account === null) return fails(1);
    const contractId = String(body.contractId);
    if (!core.contracts.all.has(contractId)) return fails(3);
    if (isPart && account.options.isLive === true) return fails(code(8));
    if (account.lock === "ended") return fails(code(8));
    const held = account.lotsOf(contractId);
    if (held === 0) return fails(2);
    const size = isPart ? Number(body.size ?? 0) : Math.abs(held);
    if (isPart && (!Number.isInteger(size) || size < 1 || size > Math.abs(held))) return fails(5);
    if (!core.isTrading || core.strikes("close-refused")) return fails(code(5));
    this.#desk.close(account, contractId, size);
    return succeeds();
  }

  /** `Trade/search`. */
  trades({ body, path }: GatewayCall): GatewayAnswer {
    const account = this.#account(body);
    if (account === null) return fails(1, null, { trades: [] });
    const from = Date.parse(String(body.startTimestamp));
    if (Number.isNaN(from)) return problem("The StartTimestamp field is required.", path);
    const end = body.endTimestamp;
    const until = typeof end === "string" ? Date.parse(end) : Infinity;
    const trades = account.trades.filter(({ time }) => time >= from && time <= until)
      .toReversed().map((trade) => tradeModel(this.#core, account.id, trade));
    return succeeds({ trades });
  }

  /** `Contract/search`, `Contract/searchById`, `Contract/available`. */
  contracts({ body, path }: GatewayCall): GatewayAnswer {
    const { contracts } = this.#core;
    if (path.endsWith("byid")) {
      const contract = contracts.describe(String(body.contractId));
      return contract === null ? fails(1, null, { contract: null }) : succeeds({ contract });
    }
    // What is not paid for is an empty success.
    const isEmpty = body.live === true || this.#core.strikes("search-empty");
    if (isEmpty) return succeeds({ contracts: [] });
    return succeeds({
      contracts: contracts.search(path.endsWith("available") ? "" : String(body.searchText ?? "")),
    });
  }

  #account(body: GatewayCall["body"]): GatewayAccountBook | null {
    return this.#core.accounts.get(Number(body.accountId)) ?? null;
  }
}
