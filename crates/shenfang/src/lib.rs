//! Prescription review: RuleSet and Reviewer, the face of the engine.
