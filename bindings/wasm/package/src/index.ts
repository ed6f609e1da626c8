// Shenfang for JavaScript: `await init()`, then `RuleSet`; `await loadTexts()`, then `Workspace`. In a worker: `connect`.
export { PrescriptionError, ProgramError, RuleError } from "./errors.js";
export { lines } from "./lines.js";
export { init, loadTexts, loadTools, type Parts } from "./load.js";
export { RuleSet } from "./rules.js";
export { TOKEN_CLASSES, type TokenClass } from "./tokens.js";
export { connect, spawn, type BatchOptions, type Remote, type Running } from "./remote.js";
export { Workspace } from "./workspace.js";
export type * from "./types.js";
