// The typed exceptions. The engine throws JSON text that says of what kind the fault is; nothing else of it is decided here.
import type { Diagnostic } from "./types.js";

/** Rules with errors: every one, with its place. */
export class RuleError extends Error {
  readonly diagnostics: Diagnostic[];
  constructor(diagnostics: Diagnostic[]) {
    const first = diagnostics.find((d) => d.level === "error") ?? diagnostics[0];
    const count = diagnostics.filter((d) => d.level === "error").length;
    const where = first ? `: ${first.path}:${first.line}:${first.column} ${first.message.en} (${first.message.zh})` : "";
    super(`${count} ${count === 1 ? "error" : "errors"} in the rules${where}`);
    this.name = "RuleError";
    this.diagnostics = diagnostics;
  }
}

/** A record that is no prescription: a stable code and the JSON pointer of the place. */
export class PrescriptionError extends Error {
  readonly code: string;
  readonly path: string;
  constructor(code: string, path: string, message: string) {
    super(message);
    this.name = "PrescriptionError";
    this.code = code;
    this.path = path;
  }
}

/** Bytes that are no program of this version, or a question that only a rule set compiled from its texts can answer. */
export class ProgramError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ProgramError";
  }
}

/** A fault as it crosses the boundary (and from a worker to its page). */
export type Fault =
  | { kind: "rules"; diagnostics: Diagnostic[] }
  | { kind: "prescription"; code: string; path: string; message: string }
  | { kind: "program"; message: string }
  | { kind: "argument"; message: string }
  | { kind: "abort"; message: string }
  | { kind: "other"; message: string };

/** The exception of a fault. */
export function raised(fault: Fault): Error {
  switch (fault.kind) {
    case "rules":
      return new RuleError(fault.diagnostics);
    case "prescription":
      return new PrescriptionError(fault.code, fault.path, fault.message);
    case "program":
      return new ProgramError(fault.message);
    case "argument":
      return new TypeError(fault.message);
    case "abort":
      return new DOMException(fault.message, "AbortError");
    case "other":
      return new Error(fault.message);
  }
}

/** The fault of an exception, to be sent. */
export function fault(error: unknown): Fault {
  if (error instanceof RuleError) return { kind: "rules", diagnostics: error.diagnostics };
  if (error instanceof PrescriptionError) {
    return { kind: "prescription", code: error.code, path: error.path, message: error.message };
  }
  if (error instanceof ProgramError) return { kind: "program", message: error.message };
  if (error instanceof TypeError) return { kind: "argument", message: error.message };
  if (error instanceof DOMException && error.name === "AbortError") return { kind: "abort", message: error.message };
  return { kind: "other", message: error instanceof Error ? error.message : String(error) };
}

/** Calls the engine; what it throws becomes a typed exception. */
export function typed<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw typeof error === "string" ? raised(JSON.parse(error) as Fault) : error;
  }
}
