//! What a line leads to, written as it is: the rules of one variable that it does not dismiss by itself, the doses that concern it and what it takes by
//! their limits. Worked out once for every way of writing a line and kept by the thread: the same few thousand lines are written every day.
//!
//! What it never does: take one line for another, read more than the line and how its sheet is used, or grow without end.
use crate::condition::Leaf;
use crate::csr::{narrow, wide};
use crate::dose::OfLine;
use crate::evaluate::{Slot, View};
use crate::members::Row;
use crate::number::Number;
use crate::outcomes::Outcomes;
use crate::phantom::Pairs;
use crate::program::Tables;
use crate::rules::Rule;
use crate::sheet::{Identity, Line, Sheet};
use crate::totals::{Added, counted};
use crate::unrecognized::is_recognised;
use rustc_hash::{FxHashMap, FxHasher};
use shenfang_clinical::{Dose, DoseForm, Footnote, Item, Prescription, PrescriptionKind, RulesIdentity, Stated, Usage};
use shenfang_order::Order;
use shenfang_units::{Quantity, Ratio, Truth};
use smallvec::SmallVec;
use std::cell::OnceCell;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Most ways of writing a line that are kept.
const MOST: usize = 16_384;
/// Most ways of using a sheet that are kept.
const MOST_CONTEXTS: usize = 64;

/// What one line leads to.
#[derive(Default)]
pub(crate) struct Leads {
    /// rules of one variable that may fire or stay open for it, each with the node that the line is bound by
    pub rules: Vec<(u32, Option<u32>)>,
    /// the doses that concern it
    pub doses: OfLine,
    /// what it adds to each sum that rules ask for, by the sum's number; nothing where it is no member
    pub totals: Vec<(u32, Added)>,
    /// to which of the targets it counts whose lines rules count
    pub counted: u64,
    /// what the rules came to
    pub outcomes: Outcomes,
    /// whether its drug and its fields are all recognised; false where that was not found out
    pub recognised: bool,
    pairs: OnceCell<Pairs>,
}

/// A line as it is written, on a sheet as it is used.
struct Written {
    senses: SmallVec<[u32; 4]>,
    identity: Identity,
    current: bool,
    form: Option<DoseForm>,
    footnote: Option<Footnote>,
    context: u32,
    plain: bool,
    item: Item,
}

/// How a sheet is used, as far as its lines depend on it.
#[derive(PartialEq)]
struct Context {
    kind: Option<PrescriptionKind>,
    usage: Usage,
    doses: Stated<Quantity>,
}

/// What one thread remembers of one program.
#[derive(Default)]
pub(crate) struct Leading {
    of: Option<Arc<RulesIdentity>>,
    contexts: Vec<Context>,
    /// of the sheet at hand
    context: u32,
    /// by what identifies a line nearly: where it is kept
    found: FxHashMap<u64, usize>,
    kept: Vec<(Written, Leads)>,
}

/// Whether a field says the same. How a value was written counts only where none could be read: nothing that is kept shows it.
fn says_alike<T: PartialEq>(a: &Stated<T>, b: &Stated<T>) -> bool {
    match (a, b) {
        (Stated::Read { value: a, .. }, Stated::Read { value: b, .. }) => a == b,
        (Stated::Unreadable(a), Stated::Unreadable(b)) => a == b,
        (a, b) => a.is_absent() && b.is_absent(),
    }
}

/// Whether it has nothing that few lines have.
fn is_plain(item: &Item) -> bool {
    (item.pack.is_absent() && item.max_per_day.is_absent() && item.form.is_none())
        && (item.steps.is_none() && item.skin_test.is_none() && item.infusion.is_none())
}

/// The same but for id, drug, and how what could be read was written. `plain`: what [`is_plain`] says of the first.
fn reads_alike(a: &Item, plain: bool, b: &Item) -> bool {
    let Item {
        id: _,
        drug: _,
        strength,
        pack,
        dose,
        frequency,
        route,
        duration,
        quantity,
        preparation,
        steps,
        max_per_day,
        skin_test,
        infusion,
        form,
    } = a;
    (says_alike(dose, &b.dose) && says_alike(frequency, &b.frequency) && says_alike(route, &b.route))
        && (says_alike(duration, &b.duration) && says_alike(quantity, &b.quantity))
        && (says_alike(strength, &b.strength) && *preparation == b.preparation)
        && match plain {
            true => is_plain(b),
            false => {
                (says_alike(pack, &b.pack) && says_alike(max_per_day, &b.max_per_day) && *form == b.form)
                    && (*steps == b.steps && *skin_test == b.skin_test && *infusion == b.infusion)
            }
        }
}

/// What tells a line from most others on the same drug: its numbers, each few digits long, and its route.
fn nearly(item: &Item, hasher: &mut FxHasher) {
    let part = |part: i128| {
        part.to_le_bytes()
            .first_chunk()
            .map_or(0, |part| u64::from_le_bytes(*part))
    };
    let ratio = |of: Ratio| part(of.numerator()) ^ part(of.denominator()).rotate_left(16);
    let quantity = |of: &Quantity| ratio(of.value);
    let duration = item.duration.value().map_or(0, quantity);
    let strength = item.strength.value().and_then(|strength| strength.amounts.first());
    hasher.write_u64(match item.dose.value() {
        Some(Dose::Measured(range)) => ratio(range.low.value) ^ ratio(range.low.unit.factor()).rotate_left(32),
        Some(Dose::Unmeasured) => u64::MAX,
        None => 0,
    });
    hasher.write_u64(
        item.frequency
            .value()
            .map_or(0, |timing| ratio(timing.times) ^ ratio(timing.days).rotate_left(32)),
    );
    hasher.write_u64(duration ^ item.quantity.value().map_or(0, quantity).rotate_left(32));
    hasher.write_u64(strength.map_or(0, quantity));
    item.route.value().hash(hasher);
}

impl Written {
    #[cold]
    #[inline(never)]
    fn of(line: &Line, senses: &[u32], item: &Item, context: u32) -> Written {
        Written {
            senses: senses.into(),
            identity: line.identity,
            current: line.current,
            form: line.form,
            footnote: line.footnote,
            context,
            plain: is_plain(item),
            item: Item {
                id: Box::default(),
                drug: Default::default(),
                ..item.clone()
            },
        }
    }

    fn is(&self, line: &Line, senses: &[u32], item: &Item, context: u32) -> bool {
        self.senses.iter().eq(senses)
            && (self.identity, self.current) == (line.identity, line.current)
            && (self.form, self.footnote, self.context) == (line.form, line.footnote, context)
            && reads_alike(&self.item, self.plain, item)
    }
}

impl Leading {
    /// Turns to another sheet, and forgets what was remembered of another program, or is too much.
    pub fn turn_to(&mut self, tables: &Tables, rx: &Prescription) {
        let full = self.kept.len() >= MOST || self.contexts.len() >= MOST_CONTEXTS;
        if full || !self.of.as_ref().is_some_and(|of| Arc::ptr_eq(of, &tables.identity)) {
            *self = Leading {
                of: Some(Arc::clone(&tables.identity)),
                ..Leading::default()
            };
        }
        let same =
            |context: &Context| context.kind == rx.kind && context.usage == rx.usage && context.doses == rx.doses;
        let known = self.contexts.iter().position(same);
        self.context = narrow(known.unwrap_or_else(|| {
            self.contexts.push(Context {
                kind: rx.kind,
                usage: rx.usage.clone(),
                doses: rx.doses.clone(),
            });
            self.contexts.len().saturating_sub(1)
        }));
    }

    /// What is kept there.
    pub fn at(&self, at: usize) -> Option<&Leads> {
        self.kept.get(at).map(|(_, leads)| leads)
    }

    /// Where what a line leads to may be kept, or would be; `None` where there is nothing but the ways from its nodes.
    pub fn seek(&mut self, sheet: &Sheet<'_, '_>, number: u32, line: &Line) -> Option<usize> {
        let phantoms = sheet.rx.current_medications.is_none();
        if !phantoms && sheet.index.every.is_empty() && !line.kept {
            return None;
        }
        Some(*self.place(sheet, number, line)?)
    }

    /// Where the last of those is kept that are nearly this line.
    fn place(&mut self, sheet: &Sheet<'_, '_>, number: u32, line: &Line) -> Option<&mut usize> {
        let mut hasher = FxHasher::default();
        let first = sheet.concepts(line.senses).first().copied().unwrap_or_default();
        hasher.write_u64(
            u64::from(first) ^ u64::from(self.context).rotate_left(32) ^ u64::from(line.current).rotate_left(48),
        );
        nearly(sheet.item(number)?, &mut hasher);
        Some(self.found.entry(hasher.finish()).or_insert(usize::MAX))
    }

    /// What a line leads to, found out now or before, and where it is kept while the sheet is at hand. `at`: where it may be kept; `rows`: its own.
    pub fn of_line(
        &mut self,
        sheet: &Sheet<'_, '_>,
        (number, line): (u32, &Line),
        rows: &[Row],
        mut at: usize,
    ) -> Option<(usize, &Leads)> {
        let senses = sheet.concepts(line.senses);
        let context = self.context;
        let item = sheet.item(number)?;
        let is_it = |(written, _): &(Written, Leads)| written.is(line, senses, item, context);
        if !self.kept.get(at).is_some_and(is_it) {
            // Another line of this sheet may have been the first to be written so.
            at = *self.place(sheet, number, line)?;
            if !self.kept.get(at).is_some_and(is_it) {
                at = self.kept.len();
                *self.place(sheet, number, line)? = at;
                let leads = Leads::work_out(sheet, number, rows);
                self.kept.push((Written::of(line, senses, item, context), leads));
            }
        }
        Some((at, self.at(at)?))
    }
}

impl Leads {
    /// What medications that nobody stated may pair with on this line, found out on first use. `rows`: its own.
    pub fn pairs(&self, sheet: &Sheet<'_, '_>, number: u32, rows: &[Row]) -> &Pairs {
        self.pairs.get_or_init(|| Pairs::of(sheet, number, rows))
    }

    #[cold]
    #[inline(never)]
    fn work_out(sheet: &Sheet<'_, '_>, number: u32, rows: &[Row]) -> Leads {
        let mut leads = Leads::default();
        let Some(line) = sheet.line(number) else { return leads };
        leads.recognised = is_recognised(sheet, number);
        let index = sheet.index;
        let every = index.every.iter().map(|rule| (*rule, sheet.first_content(number)));
        leads.rules.extend(every);
        for row in rows {
            for target in index.targets_of(row.node) {
                let one = index.singles.row(*target).iter();
                leads.rules.extend(one.map(|rule| (*rule, Some(row.node))));
            }
        }
        // A line is bound by the first of its nodes.
        leads.rules.order_by_key(|(rule, _)| *rule);
        leads.rules.dedup_by_key(|(rule, _)| *rule);
        leads.rules.retain(|(rule, node)| {
            let rule = sheet.tables.rules.rules.get(wide(*rule));
            !line.current && rule.is_some_and(|rule| survives(sheet, rule, number, *node))
        });
        if !line.current {
            let is_member = |target: &u32| rows.iter().any(|row| sheet.holds(row, *target));
            leads.counted = counted(index.counted.iter().map(is_member));
        }
        let numbered = (0u32..).zip(&index.totals);
        leads
            .totals
            .extend(numbered.filter_map(|(sum, (target, measure, dimension))| {
                let node = match sheet.is_any(*target) {
                    true => sheet.first_content(number),
                    false => Some(rows.iter().find(|row| sheet.holds(row, *target))?.node),
                };
                let amount = match sheet.item(number).and_then(|item| item.dose.value()) {
                    Some(Dose::Unmeasured) => Number::Unmeasured,
                    _ => View::bare(sheet).reckon(number, *measure, node, *dimension, None),
                };
                Some((sum, Added::of(amount)))
            }));
        if !line.skin_test {
            leads.doses = OfLine::work_out(sheet, number, rows, line.current);
        }
        leads
    }
}

/// Whether a rule may fire or stay open for a line, by what the line alone answers.
fn survives(sheet: &Sheet<'_, '_>, rule: &Rule, line: u32, node: Option<u32>) -> bool {
    let slots = [Slot {
        line: Some(line),
        node,
        truth: Truth::True,
    }];
    let view = View {
        slots: &slots,
        ..View::bare(sheet)
    };
    let leaf = |leaf: &Leaf| view.answer_of_line(leaf);
    sheet.may_take_part(rule.says.category, line)
        && rule.when.as_ref().is_none_or(|when| when.truth(&leaf) != Truth::False)
        && rule.says.exempt.iter().all(|exempt| exempt.truth(&leaf) != Truth::True)
}

impl View<'_, '_> {
    /// The answer to a leaf where the bound line alone gives it, else unknown.
    pub fn answer_of_line(&self, leaf: &Leaf) -> Truth {
        let line = self.slots.first().and_then(|slot| slot.line);
        let apart = line.is_some_and(|line| self.sheet.stands_apart(line));
        match leaf.test.is_of_line(apart) {
            true => self.ask(leaf, None),
            false => Truth::Unknown,
        }
    }
}

impl Sheet<'_, '_> {
    /// Whether a line is not mixed with others, and no skin test of it may be over.
    pub fn stands_apart(&self, line: u32) -> bool {
        let item = self.item(line);
        item.is_some_and(|item| item.infusion.is_none() && item.skin_test.is_none())
    }
}
