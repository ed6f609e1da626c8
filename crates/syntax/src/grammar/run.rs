//! Runs the grammar, which `build.rs` wrote down as data, over pest's own state: what pest derives as functions, several a rule, is one here.
//!
//! What it never does: hold a rule of the language, or read a text in another way than pest would (`pest_meta` reads and optimises the grammar).
use pest::unicode::ALPHABETIC;
use pest::{Atomicity, ParseResult, ParserState};

include!(concat!(env!("OUT_DIR"), "/grammar.rs"));

use Expression::{
    Ahead, Any, Call, Choice, End, Letter, NotAhead, Optional, Range, Repeat, Sequence, SpacedRepeat, SpacedSequence,
    Text,
};

/// How a rule is entered.
#[derive(Clone, Copy)]
enum Kind {
    /// a node of the tree
    Normal,
    /// a node of the tree; no blanks inside
    Atomic,
    /// a node of the tree, nodes in it; no blanks inside
    CompoundAtomic,
    /// no node
    Silent,
    /// what may stand between parts
    Space,
}

/// What is read. Numbers are places in `NODES`, with two of them how many stand there side by side; of `Text`, bytes of `WORDS`.
#[derive(Clone, Copy)]
enum Expression {
    Text(u16, u16),
    /// first and last character
    Range(u16, u16),
    Any,
    Letter,
    End,
    Call(Rule),
    Ahead(u16),
    NotAhead(u16),
    Sequence(u16, u16),
    /// with blanks and comments between
    SpacedSequence(u16, u16),
    Choice(u16, u16),
    Optional(u16),
    Repeat(u16),
    SpacedRepeat(u16),
}

type State<'i> = Box<ParserState<'i, Rule>>;

/// The parser over the two grammar files.
pub(crate) struct Grammar;

impl pest::Parser<Rule> for Grammar {
    #[allow(clippy::result_large_err, reason = "pest says so")]
    fn parse(rule: Rule, input: &str) -> Result<pest::iterators::Pairs<'_, Rule>, pest::error::Error<Rule>> {
        pest::state(input, |state| call(rule, input, state))
    }
}

fn nodes(from: u16, count: u16) -> &'static [Expression] {
    let (from, count) = (usize::from(from), usize::from(count));
    NODES.get(from..from.saturating_add(count)).unwrap_or_default()
}

fn node(at: u16) -> Expression {
    NODES.get(usize::from(at)).copied().unwrap_or(End)
}

fn word(from: u16, length: u16) -> &'static str {
    let (from, length) = (usize::from(from), usize::from(length));
    WORDS.get(from..from.saturating_add(length)).unwrap_or_default()
}

fn call<'i>(rule: Rule, input: &'i str, state: State<'i>) -> ParseResult<State<'i>> {
    let Some((kind, what)) = RULES.get(usize::from(rule as u16)).copied() else {
        return Err(state);
    };
    match kind {
        Kind::Normal => state.rule(rule, |state| run(what, input, state)),
        Kind::Atomic => state.rule(rule, |state| {
            state.atomic(Atomicity::Atomic, |state| run(what, input, state))
        }),
        Kind::CompoundAtomic => state.atomic(Atomicity::CompoundAtomic, |state| {
            state.rule(rule, |state| run(what, input, state))
        }),
        Kind::Silent => match what {
            Call(_) | Choice(..) => state.check_stack_limit().and_then(|state| run(what, input, state)),
            _ => run(what, input, state),
        },
        Kind::Space => state.atomic(Atomicity::Atomic, |state| run(what, input, state)),
    }
}

fn run<'i>(what: Expression, input: &'i str, state: State<'i>) -> ParseResult<State<'i>> {
    match what {
        Text(from, length) => state.match_string(word(from, length)),
        Range(first, last) => {
            let character = |code: u16| char::from_u32(code.into()).unwrap_or_default();
            state.match_range(character(first)..character(last))
        }
        Any => state.skip(1),
        Letter => state.match_char_by(ALPHABETIC),
        End => state.end_of_input(),
        Call(rule) => call(rule, input, state),
        Ahead(at) => state.lookahead(true, |state| run(node(at), input, state)),
        NotAhead(at) => state.lookahead(false, |state| run(node(at), input, state)),
        Sequence(from, count) => state.sequence(|state| {
            nodes(from, count)
                .iter()
                .try_fold(state, |state, part| run(*part, input, state))
        }),
        SpacedSequence(from, count) => state.sequence(|state| {
            let Some((first, rest)) = nodes(from, count).split_first() else {
                return Ok(state);
            };
            rest.iter().try_fold(run(*first, input, state)?, |state, part| {
                run(*part, input, space(input, state)?)
            })
        }),
        Choice(from, count) => first_of(nodes(from, count), input, state),
        Optional(at) => state.optional(|state| run(node(at), input, state)),
        Repeat(at) => state.repeat(|state| run(node(at), input, state)),
        SpacedRepeat(at) => state.sequence(|state| {
            state.optional(|state| {
                run(node(at), input, state)?
                    .repeat(|state| state.sequence(|state| run(node(at), input, space(input, state)?)))
            })
        }),
    }
}

fn first_of<'i>(choices: &[Expression], input: &'i str, mut state: State<'i>) -> ParseResult<State<'i>> {
    let rest = input.as_bytes().get(state.position().pos()..).unwrap_or_default();
    for choice in choices {
        if is_elsewhere(*choice, rest) {
            continue;
        }
        match run(*choice, input, state) {
            Ok(state) => return Ok(state),
            Err(back) => state = back,
        }
    }
    Err(state)
}

/// Whether a choice begins with a word that does not stand here: of a hundred reserved words nearly all do, and need no state.
fn is_elsewhere(what: Expression, rest: &[u8]) -> bool {
    let first = match what {
        Text(..) => what,
        Sequence(from, _) | SpacedSequence(from, _) => node(from),
        _ => return false,
    };
    let Text(from, length) = first else { return false };
    // The last byte tells most words apart; the first is the same for thousands of characters.
    let Some(last) = usize::from(length).checked_sub(1) else {
        return false;
    };
    WORDS.as_bytes().get(usize::from(from).saturating_add(last)) != rest.get(last)
}

/// Blanks and comments, where they may stand.
fn space<'i>(input: &'i str, state: State<'i>) -> ParseResult<State<'i>> {
    if state.atomicity() != Atomicity::NonAtomic {
        return Ok(state);
    }
    state.sequence(|state| {
        blanks(input, state)?.repeat(|state| state.sequence(|state| blanks(input, call(Rule::COMMENT, input, state)?)))
    })
}

fn blanks<'i>(input: &'i str, state: State<'i>) -> ParseResult<State<'i>> {
    state.repeat(|state| call(Rule::WHITESPACE, input, state))
}
