//! Text to syntax tree: declaration by declaration, entry by entry, so that a fault in one costs only that one.
mod conditions;
mod declarations;
mod dose;
mod example;
mod finding;
mod policy;
mod rule;
mod sets;
mod values;

pub(crate) use conditions::enumerated;
pub(crate) use declarations::file;
pub(crate) use dose::{DoseParts, dose_entry};
pub(crate) use example::{expectations, lines as example_lines};
pub(crate) use rule::{RuleParts, rule_entry};
pub(crate) use sets::set;
pub(crate) use values::{amount, ascii, dates, placeholders};

use crate::fault;
use crate::grammar::{Grammar, Node, Rule};
use crate::origin::Source;
use pest::Parser;
use shenfang_diagnostics::Diagnostic;

/// A leaf of pest's tree in a file, or (without length) where an entry begins: what the formatter works on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leaf {
    /// first byte in the file
    pub start: usize,
    /// one past the last
    pub end: usize,
    /// what the grammar took it for
    pub rule: Rule,
}

/// What one run over a text gathers.
#[derive(Default)]
pub(crate) struct Reader {
    /// faults so far
    pub diagnostics: Vec<Diagnostic>,
    /// whether the author writes Chinese words first
    pub chinese: bool,
    /// leaves, when someone asked for them
    pub leaves: Option<Vec<Leaf>>,
}

impl Reader {
    /// Notes a fault; `None`, so that the caller can return it.
    pub fn fail<T>(&mut self, diagnostic: Diagnostic) -> Option<T> {
        self.diagnostics.push(diagnostic);
        None
    }
    /// Parses the beginning of a text as `rule`; a failure becomes a diagnostic.
    pub fn parse<'i>(&mut self, source: &Source<'i>, rule: Rule) -> Option<Node<'i>> {
        match Grammar::parse(rule, source.text) {
            Ok(mut pairs) => {
                let node = pairs.next()?;
                self.note_leaves(source, &node);
                Some(node)
            }
            Err(error) => {
                let diagnostic = fault::explain(source, rule, &error, self.chinese);
                self.fail(diagnostic)
            }
        }
    }
    /// Like [`Reader::parse`], silent when the text is not one.
    pub fn attempt<'i>(&mut self, source: &Source<'i>, rule: Rule) -> Option<Node<'i>> {
        let node = Grammar::parse(rule, source.text).ok()?.next()?;
        self.note_leaves(source, &node);
        Some(node)
    }
    fn note_leaves(&mut self, source: &Source<'_>, node: &Node<'_>) {
        let Some(leaves) = &mut self.leaves else { return };
        let place = |n: &Node<'_>| {
            let span = source.of(n);
            Some((usize::try_from(span.start).ok()?, usize::try_from(span.end).ok()?))
        };
        for each in std::iter::once(node.clone()).chain(node.clone().into_inner().flatten()) {
            let Some((start, end)) = place(&each) else { continue };
            if marks_entry(each.as_rule()) {
                leaves.push(Leaf {
                    start,
                    end: start,
                    rule: each.as_rule(),
                });
            } else if each.clone().into_inner().next().is_none() && end > start {
                leaves.push(Leaf {
                    start,
                    end,
                    rule: each.as_rule(),
                });
            }
        }
    }
}

/// Rules whose beginning the formatter has to know: what a block's entries are, and where an item's words begin.
pub(crate) fn marks_entry(rule: Rule) -> bool {
    use Rule::*;
    matches!(
        rule,
        pack_entry
            | source_entry
            | rule_entry
            | dose_entry
            | policy_entry
            | limit
            | change_field
            | block_head
            | sheet_entry
            | facts_entry
            | usage_entry
            | item_entry
            | prescriber_entry
            | institution_entry
            | item
    )
}
