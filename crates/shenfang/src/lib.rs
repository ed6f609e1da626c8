//! Prescription review: texts to a [`Catalogue`] and a [`RuleSet`], a rule set to a [`Reviewer`], prescriptions to reviews.
//!
//! The face of the engine: it joins the phases and decides nothing. What it never does: read a file, a clock or an
//! environment.
//!
//! ```text
//! Sources ──▶ Catalogue ─┐
//! Sources ──────────────▶ RuleSet ──▶ Reviewer ──▶ Review
//! ```
//!
//! Bad rules are [`Diagnostics`], bad bytes of a program a [`ProgramError`], a bad record is the error of whoever reads
//! records (`shenfang-wire`); a review itself cannot fail.
mod session;

use shenfang_order::Order;
use std::ops::DerefMut;
use std::sync::Arc;

pub use session::Session;
pub use shenfang_clinical as clinical;
pub use shenfang_diagnostics as diagnostics;
pub use shenfang_evaluate as evaluate;
pub use shenfang_knowledge as knowledge;
pub use shenfang_units as units;

pub use jiff::civil::Date;
pub use shenfang_clinical::{Action, Category, Decision, Finding, Prescription, Review, RulesIdentity, Severity};
pub use shenfang_diagnostics::{Bilingual, Diagnostic, FileId, Language, Level, SourceMap, Span};
pub use shenfang_evaluate::{Bearing, Bearings, Outlook, Prepared, Program, ProgramError, Scratch};
pub use shenfang_knowledge::Knowledge;
pub use shenfang_lower::mappings::Standing;
pub use shenfang_lower::{Example, Expectation, Options};
pub use shenfang_syntax::tree::{MappingDecl, Name};

use shenfang_diagnostics::render;
use shenfang_syntax::tree::{Declaration, SyntaxTree};

/// Texts of one run, as the host names and reads them; at most 16 MiB each.
///
/// The folder of a path (with `/`) decides the pack; its ending says whether the text is rule text (`.rx`) or a table
/// (`.yaml`, `.yml`, `.csv`).
#[derive(Clone, Debug, Default)]
pub struct Sources {
    texts: Vec<(String, String)>,
}

impl Sources {
    /// No text.
    pub fn new() -> Sources {
        Sources::default()
    }

    /// Adds a text.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<String>) -> &mut Sources {
        self.texts.push((path.into(), text.into()));
        self
    }

    /// Paths and texts in the order they were added.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// The id of the pack each text declares, in order. Only rule texts (`.rx`) are read: a table declares none.
    pub fn packs(&self) -> Vec<Option<String>> {
        let (map, files) = self.map(SourceMap::default());
        let rule_text = |file: &FileId| map.file(*file).is_some_and(|f| f.path.ends_with(".rx"));
        let read: Vec<FileId> = files.iter().copied().filter(rule_text).collect();
        let id = |tree: &SyntaxTree| tree.packs().next().map(|pack| pack.id.value.clone());
        let trees = shenfang_syntax::parse(&map, &read).0;
        let of = |file: &FileId| {
            trees
                .iter()
                .find(|(read, _)| read == file)
                .and_then(|(_, tree)| id(tree))
        };
        files.iter().map(of).collect()
    }

    /// The canonical layout of each rule text; with `language`, its keywords in that language. A text that does not parse
    /// gives its diagnostics.
    pub fn format(&self, language: Option<Language>) -> Vec<(&str, Result<String, Diagnostics>)> {
        let lay_out = |path: &str, text: &str| {
            let mut map = SourceMap::default();
            let file = map.add(path, text);
            shenfang_syntax::format(&map, file, language).map_err(|list| Diagnostics { list, map })
        };
        self.texts().map(|(path, text)| (path, lay_out(path, text))).collect()
    }

    fn map(&self, mut map: SourceMap) -> (SourceMap, Vec<FileId>) {
        let files = self.texts().map(|(path, text)| map.add(path, text)).collect();
        (map, files)
    }
}

impl<P: Into<String>, T: Into<String>> FromIterator<(P, T)> for Sources {
    fn from_iter<I: IntoIterator<Item = (P, T)>>(texts: I) -> Sources {
        Sources {
            texts: texts
                .into_iter()
                .map(|(path, text)| (path.into(), text.into()))
                .collect(),
        }
    }
}

/// What was said of a set of texts, with the texts.
#[derive(Clone, Debug, Default, thiserror::Error)]
#[error("{} {} in the rules", .list.len(), if .list.len() == 1 { "fault" } else { "faults" })]
pub struct Diagnostics {
    /// errors and warnings, in order of file and place
    pub list: Vec<Diagnostic>,
    /// the texts: the catalogue's first, where there is one
    pub map: SourceMap,
}

impl Diagnostics {
    fn new(mut list: Vec<Diagnostic>, map: SourceMap) -> Diagnostics {
        list.order_by_key(|d| (d.span.file, d.span.start, d.span.end));
        Diagnostics { list, map }
    }

    /// Whether some text could not be used.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|d| d.level == Level::Error)
    }

    /// For a person at a terminal.
    pub fn render(&self, language: Language, colour: bool) -> String {
        render::terminal::render(&self.map, &self.list, language, colour)
    }

    /// For a program: one JSON object a line.
    pub fn to_json(&self) -> String {
        render::json::render(&self.map, &self.list)
    }
}

/// Names, codes and relations of drugs and conditions, loaded once and shared by rule sets. Cheap to clone.
#[derive(Clone)]
pub struct Catalogue {
    inner: Arc<shenfang_lower::Catalogue>,
}

impl Catalogue {
    /// Loads catalogue tables. What can be kept is kept, every fault is said.
    pub fn load(sources: Sources) -> (Catalogue, Diagnostics) {
        let (map, files) = sources.map(SourceMap::default());
        let (trees, mut list) = shenfang_syntax::parse(&map, &files);
        let inner = shenfang_lower::catalogue(&map, &trees, &mut list);
        (Catalogue { inner }, Diagnostics::new(list, map))
    }

    /// A catalogue that knows no name.
    pub fn empty() -> Catalogue {
        Catalogue::load(Sources::new()).0
    }

    /// What is known, without rules.
    pub fn knowledge(&self) -> &Knowledge {
        self.inner.knowledge()
    }

    /// The rows of mapping tables, and of the CSV lists named by path in `lists`, with what each stands for.
    pub fn local_drugs(&self, sources: Sources, lists: &[String]) -> (Vec<(MappingDecl, Standing)>, Diagnostics) {
        let (map, files) = sources.map(SourceMap::default());
        let is_list = |file: &FileId| map.file(*file).is_some_and(|f| lists.contains(&f.path));
        let lists: Vec<FileId> = files.iter().copied().filter(is_list).collect();
        let (trees, list) = shenfang_syntax::parse_with_lists(&map, &files, &lists);
        let rows = trees.into_iter().flat_map(|(_, tree)| tree.declarations);
        let rows = rows.filter_map(|declaration| match declaration {
            Declaration::Mapping(row) => Some((shenfang_lower::mappings::standing(self.knowledge(), &row), row)),
            _ => None,
        });
        let rows = rows.map(|(standing, row)| (row, standing)).collect();
        (rows, Diagnostics::new(list, map))
    }
}

/// Typed rules over a catalogue, compiled. Cheap to clone.
#[derive(Clone)]
pub struct RuleSet {
    knowledge: Arc<Knowledge>,
    program: Arc<Program>,
    examples: Arc<[Example]>,
}

impl RuleSet {
    /// Reads, checks and compiles rule texts and tables over a catalogue; catalogue rows among them extend it.
    ///
    /// A rule with an error is left out and its neighbours are kept: whoever uses the set although
    /// [`Diagnostics::has_errors`] says that some rules are missing.
    pub fn compile(catalogue: &Catalogue, sources: Sources, options: Options) -> (RuleSet, Diagnostics) {
        let (map, files) = sources.map(catalogue.inner.sources().clone());
        let (trees, list) = shenfang_syntax::parse(&map, &files);
        RuleSet::lowered(catalogue, &map, &trees, options, list)
    }

    /// From trees; `list` is what reading them said.
    fn lowered(
        catalogue: &Catalogue,
        map: &SourceMap,
        trees: &[(FileId, SyntaxTree)],
        options: Options,
        mut list: Vec<Diagnostic>,
    ) -> (RuleSet, Diagnostics) {
        let lowered = shenfang_lower::lower(map, &catalogue.inner, trees, options, &mut list);
        (
            RuleSet::of(lowered.knowledge, lowered.examples.into()),
            Diagnostics::new(list, map.clone()),
        )
    }

    fn of(knowledge: Knowledge, examples: Arc<[Example]>) -> RuleSet {
        let program = Arc::new(Program::compile(&knowledge));
        RuleSet {
            knowledge: Arc::new(knowledge),
            program,
            examples,
        }
    }

    /// The rules and examples of one pack alone, over the same catalogue: what its examples are run against.
    pub fn only(&self, pack: &str) -> RuleSet {
        let examples = self.examples.iter().filter(|e| e.pack == pack).cloned().collect();
        RuleSet::of(self.knowledge.only_pack(pack), examples)
    }

    /// Catalogue, rules, doses, policies.
    pub fn knowledge(&self) -> &Knowledge {
        &self.knowledge
    }

    /// The compiled program; [`Program::to_bytes`] writes it.
    pub fn program(&self) -> &Arc<Program> {
        &self.program
    }

    /// Every example, ready to run.
    pub fn examples(&self) -> &[Example] {
        &self.examples
    }

    /// Packs and digest.
    pub fn identity(&self) -> &Arc<RulesIdentity> {
        self.program.identity()
    }

    /// SHA-256 over typed rules, catalogue and policy, hexadecimal.
    pub fn digest(&self) -> &str {
        &self.identity().digest
    }

    /// A reviewer of these rules.
    pub fn reviewer(&self) -> Reviewer {
        Reviewer::from(Arc::clone(&self.program))
    }
}

/// Reviews prescriptions. Immutable and shared between threads; cheap to clone.
#[derive(Clone)]
pub struct Reviewer {
    program: Arc<Program>,
    on: Option<Date>,
}

impl Reviewer {
    /// Reads a program written by [`Program::to_bytes`]: no parser is needed.
    pub fn load(bytes: &[u8]) -> Result<Reviewer, ProgramError> {
        Program::from_bytes(bytes).map(|program| Reviewer::from(Arc::new(program)))
    }

    /// The same with a review date, which counts where a sheet has no `authored_on`.
    pub fn on(self, date: Option<Date>) -> Reviewer {
        Reviewer { on: date, ..self }
    }

    /// Of the same rules and doses those whose ids are `kept`: see [`Program::only`].
    pub fn only(&self, kept: &dyn Fn(&str) -> bool) -> Reviewer {
        Reviewer {
            program: Arc::new(self.program.only(kept)),
            on: self.on,
        }
    }

    /// Reviews one prescription.
    pub fn review<'p>(&'p self, prescription: &'p Prescription) -> Review<'p> {
        self.program.review(prescription, self.on)
    }

    /// The same with the caller's buffers; allocates nothing when there is nothing to say.
    pub fn review_with<'p>(&'p self, scratch: &mut Scratch, prescription: &'p Prescription) -> Review<'p> {
        self.program.review_with(scratch, prescription, self.on)
    }

    /// Reviews many, one after the other, sooner than each by itself: see [`Program::reviews`].
    pub fn reviews<'p>(
        &'p self,
        scratch: impl DerefMut<Target = Scratch>,
        prescriptions: impl IntoIterator<Item = &'p Prescription>,
    ) -> impl Iterator<Item = Review<'p>> {
        self.program.reviews(scratch, prescriptions, self.on)
    }

    /// Whether some rule may have anything to say of a prescription: see [`Program::may_speak`].
    pub fn may_speak(&self, scratch: &mut Scratch, prescription: &Prescription) -> bool {
        self.program.may_speak(scratch, prescription)
    }

    /// The same without what a finding says to people: see [`Program::outline_with`].
    pub fn outline_with<'p>(&'p self, scratch: &mut Scratch, prescription: &'p Prescription) -> Review<'p> {
        self.program.outline_with(scratch, prescription, self.on)
    }

    /// Resolves the names and codes of a prescription that is reviewed more than once, as while it is written: see [`Program::prepare`].
    pub fn prepare(&self, prescription: &Prescription) -> Prepared {
        self.program.prepare(prescription)
    }

    /// Reviews what was prepared.
    pub fn review_prepared<'p>(
        &'p self,
        scratch: &mut Scratch,
        prepared: &Prepared,
        prescription: &'p Prescription,
    ) -> Review<'p> {
        self.program.review_prepared(scratch, prepared, prescription, self.on)
    }

    /// Packs and digest.
    pub fn identity(&self) -> &Arc<RulesIdentity> {
        self.program.identity()
    }

    /// The program behind it.
    pub fn program(&self) -> &Arc<Program> {
        &self.program
    }
}

impl From<Arc<Program>> for Reviewer {
    fn from(program: Arc<Program>) -> Reviewer {
        Reviewer { program, on: None }
    }
}
