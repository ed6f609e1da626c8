// Cuts what was opened into records with their lines, as the engine's own reader does, so that each reply can be shown beside its record.
// First character `[`: an array; else one record a line if the first line is a JSON value or a later line begins with `{`; else one object.
// What it never does: judge a record. One it cannot cut well goes to the engine whole, which then says what is wrong with it.

export interface Piece {
  /** line of its first character in the file, from 1 */
  line: number;
  text: string;
}

export function split(input: string): Piece[] {
  const text = input.startsWith("\ufeff") ? input.slice(1) : input;
  if (text.trimStart().startsWith("[")) return array(text);
  const lines = text.split(/\r?\n/);
  const first = lines.findIndex((line) => line.trim() !== "");
  if (first < 0) return [];
  if (isJson(lines[first] ?? "") || lines.slice(first + 1).some((line) => line.startsWith("{"))) {
    return lines.flatMap((line, at) => (line.trim() === "" ? [] : [{ line: at + 1, text: line }]));
  }
  return [{ line: first + 1, text: text.trim() }];
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/** The elements of an array, cut at its commas; numbers keep their digits because nothing is parsed. */
function array(text: string): Piece[] {
  const pieces: Piece[] = [];
  let line = 1;
  let depth = 0;
  let start = -1;
  let startLine = 1;
  let quoted = false;
  const cut = (end: number) => {
    if (start >= 0) pieces.push({ line: startLine, text: text.slice(start, end).trim() });
    start = -1;
  };
  for (let at = 0; at < text.length; at++) {
    const c = text[at] ?? "";
    if (c === "\n") line++;
    if (quoted) {
      if (c === "\\") at++;
      else if (c === '"') quoted = false;
      continue;
    }
    if (depth === 1 && (c === "," || c === "]")) {
      cut(at);
      if (c === "]") return rest(pieces, text, at + 1, line);
      continue;
    }
    if (depth >= 1 && start < 0 && c.trim() !== "") [start, startLine] = [at, line];
    if (c === '"') quoted = true;
    else if (c === "{" || c === "[") depth++;
    else if (c === "}" || c === "]") depth--;
  }
  cut(text.length);
  return pieces;
}

/** Text after the array is one faulty record, never dropped. */
function rest(pieces: Piece[], text: string, from: number, line: number): Piece[] {
  const left = text.slice(from).trim();
  return left === "" ? pieces : [...pieces, { line, text: left }];
}
