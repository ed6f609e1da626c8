// The classes of `Workspace.tokens`, in the order of their numbers.
export const TOKEN_CLASSES = ["keyword", "name", "string", "number", "unit", "code", "operator", "comment", "field"] as const;
export type TokenClass = (typeof TOKEN_CLASSES)[number];
