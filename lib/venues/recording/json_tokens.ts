/** A text or number within JSON, and where it stands. */
export interface JsonToken {
  /** First character, the quotation mark of a text left out. */
  readonly start: number;
  readonly end: number;
  readonly isText: boolean;
  /** Its own field, or that of the list that it is an item of; null for none. */
  readonly field: string | null;
  /** Number of the object whose field it is; null for none. */
  readonly owner: number | null;
}

/** What stands in a text that holds JSON. */
export interface ScannedJson {
  readonly tokens: readonly JsonToken[];
  /** Names of the fields of each object. */
  readonly objects: readonly ReadonlySet<string>[];
}

interface Level {
  readonly isObject: boolean;
  /** Field that the object or list itself stands at. */
  readonly field: string | null;
  readonly owner: number | null;
  /** Field whose value comes next. */
  next: string | null;
  awaitsName: boolean;
}

const TOKEN = /"((?:[^"\\]|\\.)*)"?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[{}[\],:]/g;

/**
 * Finds the texts and numbers of JSON in a text that may hold other things beside it, or only a part
 * of a document: what is cut off must not hide a secret.
 */
export function scanJson(text: string): ScannedJson {
  const tokens: JsonToken[] = [], objects: Set<string>[] = [], levels: Level[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const [whole, inside] = match, level = levels.at(-1);
    switch (whole) {
      case "{":
        objects.push(new Set());
        levels.push({
          ...{ isObject: true, field: level?.next ?? null, owner: objects.length - 1 },
          ...{ next: null, awaitsName: true },
        });
        break;
      case "[":
        // Items belong to the field at which their list stands.
        levels.push({
          ...{ isObject: false, field: level?.next ?? null, owner: level?.owner ?? null },
          ...{ next: level?.next ?? null, awaitsName: false },
        });
        break;
      case "}":
      case "]":
        levels.pop();
        break;
      case ",":
        if (level?.isObject === true) [level.next, level.awaitsName] = [null, true];
        break;
      case ":":
        break;
      default: {
        const isText = inside !== undefined;
        if (level?.awaitsName === true && isText) {
          [level.next, level.awaitsName] = [inside, false];
          objects[level.owner!]!.add(inside);
          break;
        }
        const start = match.index + (isText ? 1 : 0);
        const end = start + (inside ?? whole).length;
        const { next: field = null, owner = null } = level ?? {};
        tokens.push({ start, end, isText, field, owner });
      }
    }
  }
  return { tokens, objects };
}
