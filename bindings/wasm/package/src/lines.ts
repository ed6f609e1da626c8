// Replies travel as bytes, which a worker hands over without a copy; whoever wants text makes it.
const decoder = new TextDecoder();

/** The lines of a text in UTF-8, each of which ends with a line feed. */
export function lines(text: Uint8Array): string[] {
  const lines = decoder.decode(text).split("\n");
  lines.pop();
  return lines;
}
