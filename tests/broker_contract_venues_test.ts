import { lawsFor, testBrokerContract, testLaws } from "./fixtures/contract/contract_suite.ts";
import { TIME_LAWS } from "./fixtures/contract/laws_of_time.ts";
import {
  CANCELLING_PROJECTX_BROKER,
  KEEPING_PROJECTX_BROKER,
  PROJECTX_BROKER,
  TRADOVATE_BROKER,
} from "./fixtures/contract/venues_under_test.ts";

testBrokerContract(TRADOVATE_BROKER);
testBrokerContract(PROJECTX_BROKER);
// Nobody knows what the gateway does with what is left at the end of a session.
for (const broker of [CANCELLING_PROJECTX_BROKER, KEEPING_PROJECTX_BROKER]) {
  testLaws(broker, lawsFor(broker).filter((law) => TIME_LAWS.includes(law)));
}
