import { assertEquals } from "../../../tests/assert.ts";
import { MES, ProjectxHand } from "../../../tests/fixtures/projectx_hand.ts";
import { stillBars } from "../../../tests/fixtures/tradovate_hand.ts";

/** A published frame in the numbers and the order of fields that JSON has: `6000.00` is 6000. */
function published(text: string): string {
  return JSON.stringify(JSON.parse(text));
}

/** Moments differ from run to run. */
function plain(record: string): string {
  return record.replaceAll(/20\d\d-\d\d-\d\dT[\d:.]+(?=Z|\+00:00)/g, "…");
}

Deno.test("handshake, subscription and ping come as published", async () => {
  const hand = new ProjectxHand(stillBars(6_000, 20));
  const hub = await hand.begin();
  assertEquals(hub.messages[0], "{}\u001e");
  assertEquals(hub.records[1], '{"type":3,"invocationId":"1","result":0}');
  await hand.clock.advance(16_000);
  assertEquals(hub.records.at(-1), '{"type":6}');
});

Deno.test("the child of a bracket, a trade and a flat position come as published", async () => {
  const hand = new ProjectxHand(stillBars(6_000.25, 20), { feePerSideMicros: 370_000 });
  const hub = await hand.begin();
  hub.records.length = 0;
  await hand.post("Order/place", hand.bracket(-20, 40, { customTag: "bot-17-1" }));
  await hand.clock.advance(50);
  const child = published(
    '{"type":1,"target":"GatewayUserOrder","arguments":[{"action":1,"data":{"id":4000000002,' +
      '"accountId":700001,"contractId":"CON.F.US.MES.Z26","symbolId":"F.US.MES",' +
      '"creationTimestamp":"2026-11-02T14:30:00.100000+00:00",' +
      '"updateTimestamp":"2026-11-02T14:30:00.100000+00:00","status":8,"type":4,"side":1,"size":1,' +
      '"fillVolume":0,"customTag":"bot-17-1-SL","parentOrderId":4000000001,"trailDistance":-20,' +
      '"trailPrice":-5.0}}]}',
  );
  assertEquals(plain(hub.records[0]!), plain(child));
  const trade = published(
    '{"type":1,"target":"GatewayUserTrade","arguments":[{"action":0,"data":{"id":9100000001,' +
      '"accountId":700001,"contractId":"CON.F.US.MES.Z26",' +
      '"creationTimestamp":"2026-11-02T14:30:00.108000+00:00","price":6000.25,' +
      '"profitAndLoss":null,"fees":0.37,"side":0,"size":1,"voided":false,"orderId":4000000001}}]}',
  );
  const told = hub.records.find((record) => record.includes("GatewayUserTrade"))!;
  assertEquals(plain(told), plain(trade));
  await hand.post("Position/closeContract", { accountId: hand.accountId, contractId: MES });
  await hand.clock.advance(50);
  const flat = published(
    '{"type":1,"target":"GatewayUserPosition","arguments":[{"action":2,"data":{"id":500001,' +
      '"accountId":700001,"contractId":"CON.F.US.MES.Z26","contractDisplayName":"MESZ26",' +
      '"creationTimestamp":"2026-11-02T14:30:00.108000+00:00","type":0,"size":0,"averagePrice":0}}]}',
  );
  const last = hub.records.findLast((record) => record.includes("GatewayUserPosition"))!;
  assertEquals(plain(last), plain(flat));
});

Deno.test("quotes and depth of the market come as published", async () => {
  const hand = new ProjectxHand(stillBars(6_000, 20));
  await hand.login();
  const hub = await hand.open("market");
  await hand.within(hub.ask("SubscribeContractMarketDepth", MES), 1);
  await hand.clock.advance(10_000);
  const rows = hub.events.at(-1)!;
  assertEquals(rows.target, "GatewayDepth");
  assertEquals(rows.args[1][0], null);
  assertEquals(Object.keys(rows.args[1][1]), [
    ...["timestamp", "type", "price", "volume", "currentVolume"],
  ]);
});

Deno.test("answers of place, query and bars come as published", async () => {
  const hand = new ProjectxHand(stillBars(6_000, 20));
  await hand.login();
  const said = async (path: string, body: unknown): Promise<string> =>
    (await hand.send(path, body)).body;
  assertEquals(
    await said("Order/place", hand.order()),
    '{"orderId":4000000001,"success":true,"errorCode":0,"errorMessage":null}',
  );
  hand.accountId = 700_002;
  assertEquals(
    await said("Order/place", hand.bracket(-20, 40)),
    '{"orderId":4000000002,"success":false,"errorCode":2,"errorMessage":"Brackets cannot be used ' +
      'with Position Brackets. You must enable Auto OCO Brackets."}',
  );
  const query = {
    filter: { accountId: 700_001, statuses: [1, 7, 8] },
    ...{ pageSize: 100, pageOffset: 0, sortBy: 1, sortDirection: 0, includeTotalCount: true },
  };
  // The envelope of the published answer has the count before it; JSON objects have no order.
  assertEquals(JSON.parse(await said("Order/v2/query", query)), {
    ...{ orders: [], totalCount: 0, success: true, errorCode: 0, errorMessage: null },
  });
  await hand.clock.advance(180_000);
  const bars = await said("History/retrieveBars", {
    ...{ contractId: MES, live: false, unit: 2, unitNumber: 1, limit: 1 },
    ...{ startTime: "2026-11-22T23:00:00Z", endTime: "2026-11-22T23:02:00Z" },
    includePartialBar: false,
  });
  assertEquals(
    bars,
    '{"bars":[{"t":"2026-11-22T23:01:00+00:00","o":6000,"h":6000,"l":6000,"c":6000,"v":80}],' +
      '"success":true,"errorCode":0,"errorMessage":null}',
  );
});
