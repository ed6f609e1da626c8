//! What every check sees: the texts, the catalogue, the names declared by the packs, and where diagnostics go.
use crate::suggest;
use shenfang_diagnostics::{Diagnostic, FileId, Level, SourceMap, Span};
use shenfang_knowledge::{ConceptId, ConceptKind, GroupId, Knowledge};
use shenfang_order::Order;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};

/// How many unknown names of one run get a did-you-mean: finding one looks at every name.
const MOST_SUGGESTIONS: usize = 200;

/// How many diagnostics of one file are listed, as many as the reader lists: a file with more is not the file the author meant.
const MOST_OF_A_FILE: usize = 1_000;

/// Something a pack declares and others refer to.
pub(crate) struct Declared {
    /// place in the order of full ids
    pub index: usize,
    /// where its name stands
    pub span: Span,
    /// whether anything refers to it
    pub used: Cell<bool>,
}

/// What the members of a group are, as far as their concepts say.
#[derive(Clone, Copy, Default)]
pub(crate) struct Nature {
    /// a piece, substance or product is among them
    pub drugs: bool,
    /// a disease or state is among them
    pub conditions: bool,
}

/// Names declared by the packs, by full id.
#[derive(Default)]
pub(crate) struct Declarations {
    /// `pack.group`
    pub groups: BTreeMap<String, Declared>,
    /// `pack.source`
    pub sources: BTreeMap<String, Declared>,
    /// `pack.rule`, doses too, also those that have faults
    pub findings: BTreeMap<String, Declared>,
}

/// One run over one set of packs.
pub(crate) struct Context<'a> {
    /// the texts
    pub map: &'a SourceMap,
    /// the catalogue, rules not yet in it
    pub knowledge: &'a Knowledge,
    /// what the packs declare
    pub declared: Declarations,
    /// levels of codes that are concepts, by `ATC:M01A`
    codes: HashMap<&'a str, ConceptId>,
    /// by group: whether it has drugs, whether it has conditions; empty until the groups are lowered
    natures: RefCell<Vec<Nature>>,
    /// where the reader found faults, in order
    unread: Vec<(FileId, u32)>,
    diagnostics: RefCell<Vec<Diagnostic>>,
    /// by file: how many diagnostics, and where the first of them points
    said: RefCell<BTreeMap<FileId, (usize, Span)>>,
    errors: Cell<usize>,
    suggested: Cell<usize>,
}

impl<'a> Context<'a> {
    /// A run over a catalogue.
    pub fn new(map: &'a SourceMap, knowledge: &'a Knowledge) -> Context<'a> {
        let levels = knowledge
            .concepts()
            .iter()
            .enumerate()
            .filter(|(_, c)| c.kind == ConceptKind::Code);
        let codes = levels
            .filter_map(|(i, c)| Some((c.name.as_str(), ConceptId(u32::try_from(i).ok()?))))
            .collect();
        Context {
            map,
            knowledge,
            declared: Declarations::default(),
            codes,
            natures: RefCell::default(),
            unread: vec![],
            diagnostics: RefCell::default(),
            said: RefCell::default(),
            errors: Cell::new(0),
            suggested: Cell::new(0),
        }
    }

    /// Makes known what was already said of the texts.
    pub fn read(&mut self, diagnostics: &[Diagnostic]) {
        let errors = diagnostics.iter().filter(|d| d.level == Level::Error);
        self.unread = errors.map(|d| (d.span.file, d.span.start)).collect();
        self.unread.order();
    }

    /// Whether part of a declaration could not be read: what is left of it may say the opposite, and is not used.
    pub fn unread(&self, declaration: Span) -> bool {
        let from = self
            .unread
            .partition_point(|at| *at < (declaration.file, declaration.start));
        self.unread
            .get(from)
            .is_some_and(|at| *at <= (declaration.file, declaration.end))
    }

    /// Hands in a fault.
    pub fn report(&self, diagnostic: Diagnostic) {
        if diagnostic.level == Level::Error {
            self.errors.set(self.errors.get().saturating_add(1));
        }
        let mut said = self.said.borrow_mut();
        let of_file = said.entry(diagnostic.span.file).or_insert((0, diagnostic.span));
        of_file.0 = of_file.0.saturating_add(1);
        if of_file.0 <= MOST_OF_A_FILE {
            self.diagnostics.borrow_mut().push(diagnostic);
        }
    }

    /// Looks through a declaration of which part could not be read: keeps what is said of the names, units and types that are there, not what follows
    /// from the part that is lost (a missing field, an unknown variable).
    pub fn only_what_is_there<T>(&self, look: impl FnOnce() -> Option<T>) {
        let said = self.diagnostics.borrow().len();
        look();
        let lost = ["variable", "finding", "rule", "dose", "match", "message", "lint"];
        let of_the_lost = |d: &Diagnostic| {
            self.unread.binary_search(&(d.span.file, d.span.start)).is_ok()
                || d.code.split('.').next().is_some_and(|kind| lost.contains(&kind))
        };
        let mut diagnostics = self.diagnostics.borrow_mut();
        let said = said.min(diagnostics.len());
        let found = diagnostics.split_off(said);
        diagnostics.extend(found.into_iter().filter(|d| !of_the_lost(d)));
    }

    /// Hands in a fault; for `return cx.fail(…)`.
    pub fn fail<T>(&self, diagnostic: Diagnostic) -> Option<T> {
        self.report(diagnostic);
        None
    }

    /// How many errors there are so far: a declaration during which it grew is not used.
    pub fn errors(&self) -> usize {
        self.errors.get()
    }

    /// Every fault handed in.
    pub fn into_diagnostics(self) -> Vec<Diagnostic> {
        let mut diagnostics = self.diagnostics.into_inner();
        for (more, first) in self.said.into_inner().into_values() {
            let more = more.saturating_sub(MOST_OF_A_FILE);
            if more > 0 {
                let level = if self.errors.get() > 0 {
                    Level::Error
                } else {
                    Level::Warning
                };
                let place = Span {
                    end: first.start,
                    ..first
                };
                let (zh, en) = (
                    format!("这个文件另有 {more} 处未列出"),
                    format!("{more} more faults of this file are not listed"),
                );
                diagnostics.push(Diagnostic {
                    level,
                    ..Diagnostic::error("bound.diagnostics", place, zh, en)
                });
            }
        }
        diagnostics
    }

    /// The code concept of a level the catalogue knows.
    pub fn code_level(&self, code: &str) -> Option<ConceptId> {
        self.codes.get(code).copied()
    }

    /// A concept's canonical name.
    pub fn concept_name(&self, id: ConceptId) -> &str {
        self.knowledge.concept(id).map_or("", |c| c.name.as_str())
    }

    /// Whether the author of this stretch writes Chinese.
    pub fn chinese(&self, span: Span) -> bool {
        !self.map.text(span).is_ascii()
    }

    /// Whether a declaration begins with a Chinese word; the drugs it names are Chinese in any case.
    pub fn begins_chinese(&self, declaration: Span) -> bool {
        self.map.text(declaration).chars().next().is_some_and(|c| !c.is_ascii())
    }

    /// Text as its author wrote it; `otherwise` where a stretch is empty or too long to show.
    pub fn shown<'t>(&'t self, span: Span, otherwise: &'t str) -> &'t str {
        let own = self.map.text(span);
        if own.is_empty() || own.chars().count() > 64 || own.contains('\n') {
            otherwise
        } else {
            own
        }
    }

    /// A declared thing by its name in `pack`, or by its full id.
    pub fn find<'d>(table: &'d BTreeMap<String, Declared>, pack: &str, name: &str) -> Option<(&'d str, &'d Declared)> {
        let found = table
            .get_key_value(&format!("{pack}.{name}"))
            .or_else(|| table.get_key_value(name))?;
        Some((found.0.as_str(), found.1))
    }

    /// Near names among what `pack` can see of a table: its own by short name, the others in full.
    pub fn near(&self, table: &BTreeMap<String, Declared>, pack: &str, name: &str) -> Vec<String> {
        if !self.may_suggest() {
            return vec![];
        }
        let prefix = format!("{pack}.");
        suggest::nearest(
            name,
            table.keys().map(|full| full.strip_prefix(&prefix).unwrap_or(full)),
        )
    }

    /// Near names of the catalogue.
    pub fn near_concepts(&self, name: &str) -> Vec<String> {
        if !self.may_suggest() {
            return vec![];
        }
        self.knowledge
            .names()
            .candidates(name, 3)
            .into_iter()
            .map(|id| self.concept_name(id).to_owned())
            .collect()
    }

    /// What a group's members are; nothing where it is not lowered yet.
    pub fn nature(&self, group: GroupId) -> Nature {
        usize::try_from(group.0)
            .ok()
            .and_then(|i| self.natures.borrow().get(i).copied())
            .unwrap_or_default()
    }

    /// Makes known what the members of each group are, in order of id.
    pub fn set_natures(&self, natures: Vec<Nature>) {
        *self.natures.borrow_mut() = natures;
    }

    /// Counts the suggestions that were looked for.
    fn may_suggest(&self) -> bool {
        let so_far = self.suggested.get();
        self.suggested.set(so_far.saturating_add(1));
        so_far < MOST_SUGGESTIONS
    }

    /// The group of an index.
    pub fn group_id(declared: &Declared) -> GroupId {
        GroupId(u32::try_from(declared.index).unwrap_or(u32::MAX))
    }
}
