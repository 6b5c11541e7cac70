/** The paper broker's process with its books in another folder. */
import { keepPaperBooks } from "../cli/paper_broker.ts";

Deno.exit(await keepPaperBooks(Deno.args[0]!));
