//! Cross-crate tests: the reference evaluator, the corpus, the command line.
