//! The syntax tree. Text rules and table rows both become this; names stay text, words of the language are their English spelling.
//!
//! What it never does: know whether a name exists, what type an attribute has, or how a declaration was laid out (the formatter works on tokens).
use shenfang_diagnostics::Span;
use shenfang_units::Comparison;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// the value
    pub value: T,
    /// where it stands
    pub span: Span,
}

/// A name, a string's content, a code: text as written (quotes and escapes removed).
pub type Name = Spanned<String>;
/// A word of the language: its English spelling from the keyword table.
pub type Word = Spanned<&'static str>;

/// A text in one or both languages (`zh "…" en "…"`; a bare string is Chinese).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Text {
    /// Chinese
    pub zh: Option<Name>,
    /// English
    pub en: Option<Name>,
}

/// A number with an optional unit, texts as written; `unit` is `None` for a bare number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// decimal text, ASCII digits
    pub number: Name,
    /// unit text as written
    pub unit: Option<Name>,
    /// both
    pub span: Span,
}

/// A calendar date `2020-12-30`, checked to be one.
pub type Date = Spanned<(i16, u8, u8)>;

/// `A .. B`, either end may be absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateRange {
    /// first day
    pub from: Option<Date>,
    /// last day
    pub to: Option<Date>,
}

/// A set of concepts or codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Set {
    /// `any` 任意
    Any(Span),
    /// a concept or group name
    Name(Name),
    /// `ATC:M01A`, `ICD10:N18`
    Code(Name),
    /// `ICD10:C00..C97`, both ends included
    CodeRange(Box<(Name, Name)>),
    /// `A | B`
    Union(Vec<Set>),
    /// `A & B`
    Intersection(Vec<Set>),
    /// `A except B`
    Except(Box<Set>, Box<Set>),
    /// `alone A`: A is the only active ingredient
    Alone(Box<Set>, Span),
}

/// Where an item comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// 本方
    Prescribed,
    /// 现用
    Current,
}

/// A set of items: `current NSAID within 14 d`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemSet {
    /// as written, `None` = no word
    pub origin: Option<Spanned<Origin>>,
    /// which drugs
    pub set: Set,
    /// also medications stopped within this time before the prescription
    pub within: Option<Quantity>,
    /// the whole
    pub span: Span,
}

/// How a binding relates to the one before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Relation {
    /// `sharing substance` 同成分
    Substance(Span),
    /// `sharing herb` 同药材
    Herb(Span),
    /// `sharing ATC4` 同四级
    Atc4(Span),
    /// `sharing group G` 同组 G
    Group(Name),
    /// `mixed with a` 与 a 同瓶
    MixedWith(Name),
}

/// One variable of `match`: `b: current X within 14 d sharing substance`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// the variable
    pub variable: Name,
    /// what it may be
    pub items: ItemSet,
    /// how it relates to the binding before it
    pub relation: Option<Relation>,
}

/// A dotted path: `patient.age`, `a.text(dose)`, `rx.kind`. Segments that are words of the language hold the English spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// `patient`, `age`
    pub segments: Vec<Name>,
    /// the field of `text(FIELD)`, English spelling
    pub argument: Option<Name>,
    /// the whole
    pub span: Span,
}

/// What can be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// an attribute
    Path(Path),
    /// a number, with or without unit
    Quantity(Quantity),
    /// `count(SET)`
    Count(ItemSet),
    /// `total(SET).daily`; the measure is `single`, `daily` …
    Total(ItemSet, Word),
    /// `patient.lab("INR" | LOINC:6301-6) within 90 d`
    Lab {
        /// names and codes, any of which it may go by; whether each is a code
        keys: Vec<(Name, bool)>,
        /// how old it may be
        within: Option<Quantity>,
        /// the whole
        span: Span,
    },
    /// a date
    Date(Date),
    /// a string in quotes
    String(Name),
}

/// The right side of `is`: a word of the language or a name. Several are alternatives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// an enumerated word (English spelling); one spelling can stand in several places, the checker decides by the attribute
    Word(Word),
    /// a name or string
    Name(Name),
}

/// A condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expr {
    /// `always` 所有
    Always(Span),
    /// `A or B`
    Or(Vec<Expr>),
    /// `A and B`
    And(Vec<Expr>),
    /// `not A`
    Not(Box<Expr>, Span),
    /// `A < B`
    Compare {
        /// left side
        left: Term,
        /// sign
        op: Spanned<Comparison>,
        /// right side
        right: Term,
    },
    /// `A in B .. C`, ends included
    In {
        /// what is looked at
        subject: Term,
        /// lower end
        low: Term,
        /// upper end
        high: Term,
    },
    /// `A is B | C`
    Is {
        /// what is looked at
        subject: Path,
        /// alternatives
        values: Vec<Value>,
    },
    /// `known(x)`
    Known(Path),
    /// `known(patient.lab("INR") within 30 d)`
    KnownLab(Term),
    /// `stated(x)`
    Stated(Path),
    /// `any SET` as a quantifier 任一
    Any(ItemSet),
    /// `no SET` 没有
    No(ItemSet),
    /// `patient has SET`
    PatientHas(Set, Span),
    /// `patient had SET`
    PatientHad(Set, Span),
    /// `rx.diagnoses has SET`
    DiagnosesHave(Set, Span),
    /// `patient allergic to a`, `patient allergic to SET`; whether a name is a variable the checker decides
    AllergicTo(Set, Span),
    /// a boolean attribute by itself: `patient.dialysis`
    Flag(Path),
}

/// A citation: source id and locator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// source id, possibly `pack.source`
    pub source: Name,
    /// where in it
    pub locator: Option<Name>,
}

/// `pack tour { … }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackDecl {
    /// dotted id
    pub id: Name,
    /// title
    pub title: Option<Text>,
    /// version
    pub version: Option<Name>,
    /// owner
    pub owner: Option<Name>,
    /// the whole declaration
    pub span: Span,
}

/// `source chp2020 { … }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceDecl {
    /// id
    pub id: Name,
    /// citation text
    pub citation: Option<Name>,
    /// when it is in force
    pub valid: Option<DateRange>,
    /// the whole declaration
    pub span: Span,
}

/// `group aconites = …`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupDecl {
    /// id
    pub id: Name,
    /// members
    pub set: Set,
    /// the whole declaration
    pub span: Span,
}

/// `presume FIELD OP VALUE [unless C]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presume {
    /// the field: an attribute or a laboratory value
    pub field: Term,
    /// sign; `is` and a bare flag become `Equal`
    pub op: Spanned<Comparison>,
    /// the value: a quantity, or `true`/`false`/a word
    pub value: PresumedValue,
    /// unless this is true
    pub unless: Option<Expr>,
    /// the whole
    pub span: Span,
}

/// What a field is presumed to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PresumedValue {
    /// a quantity
    Quantity(Quantity),
    /// `true`, `false`, `none`, or an enumerated word
    Word(Word),
}

/// `raise to SEVERITY when C`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raise {
    /// new severity
    pub severity: Word,
    /// condition
    pub when: Expr,
}

/// Fields that a rule and a dose share.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Finding {
    /// title
    pub title: Option<Text>,
    /// category
    pub category: Option<Word>,
    /// for contraindications: which fact of the patient
    pub subject: Option<Name>,
    /// what readers fold by (`tcm.footnote`); for pieces also the row kind of "nearest row wins"
    pub kind: Option<Name>,
    /// 处方点评 code
    pub review_code: Option<Name>,
    /// severity
    pub severity: Option<Word>,
    /// action, when not the severity's default
    pub action: Option<Word>,
    /// raise to … when …
    pub raise: Vec<Raise>,
    /// action when every item is double-signed
    pub countersigned: Option<Word>,
    /// cannot be lowered by a policy
    pub locked: Option<Span>,
    /// off until a policy enables it
    pub disabled: Option<Span>,
    /// message
    pub message: Option<Text>,
    /// advice
    pub advice: Option<Text>,
    /// citations
    pub cite: Vec<Citation>,
    /// in force by law
    pub effective: Option<DateRange>,
    /// exemptions; a rule does not fire when one is true
    pub exempt: Vec<Expr>,
    /// presumptions
    pub presume: Vec<Presume>,
}

/// `rule NAME { … }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleDecl {
    /// id within the pack
    pub id: Name,
    /// variables
    pub bindings: Vec<Binding>,
    /// condition
    pub when: Option<Expr>,
    /// everything about the finding
    pub finding: Finding,
    /// the whole declaration, or the row
    pub span: Span,
}

/// One limit of a band.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// `single` `daily` `weekly` `course` `frequency` `duration`
    pub measure: Word,
    /// `<=` or `>=` with one quantity (other signs are reported by the checker) …
    pub op: Spanned<Comparison>,
    /// … or the upper end of `A .. B` (op is then `AtMost`)
    pub quantity: Quantity,
    /// lower end of a range: documents the source
    pub low: Option<Quantity>,
    /// the whole
    pub span: Span,
}

/// `band C { limits }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Band {
    /// whom it speaks for
    pub when: Expr,
    /// its limits
    pub limits: Vec<Limit>,
    /// the whole
    pub span: Span,
}

/// `over N SEVERITY`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Over {
    /// ratio to the limit, decimal text
    pub ratio: Name,
    /// grade above it
    pub severity: Word,
}

/// `dose [ID:] CONCEPT { … }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoseDecl {
    /// explicit id
    pub id: Option<Name>,
    /// the concept
    pub concept: Name,
    /// routes it speaks of; empty = every route
    pub route: Vec<Word>,
    /// sheet forms (`usage.form`) it speaks of; empty = every form
    pub form: Vec<Word>,
    /// a further condition on the item or sheet for the dose to speak at all
    pub when: Option<Expr>,
    /// bands
    pub bands: Vec<Band>,
    /// whom the bands do not speak for
    pub gap: Option<Expr>,
    /// grades by ratio
    pub over: Vec<Over>,
    /// everything about the finding
    pub finding: Finding,
    /// the whole declaration, or the row
    pub span: Span,
}

/// A word or value inside an example, as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExampleValue {
    /// an enumerated word
    Word(Word),
    /// a quantity or number, or a range `1~2 片` as text
    Quantity(Name),
    /// any other text: a name, a frequency, a code, a date, a string
    Text(Name),
}

/// One line of an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExampleEntry {
    /// `kind decoction`, `age 68 a`, `allergies none`, `conditions ICD10:N18.9, 哮喘`
    Field {
        /// English spelling of the field
        field: Word,
        /// comma-separated values, each a run of parts
        values: Vec<Vec<ExampleValue>>,
    },
    /// `patient { … }`, `current { … }`, `prescriber { … }`, `institution { … }`, `usage { … }`
    Block {
        /// English spelling of the block
        field: Word,
        /// its entries
        entries: Vec<ExampleEntry>,
    },
    /// `华法林钠片 2.5 mg qd 口服 7 d skin_test negative`
    Item {
        /// drug as written
        drug: Name,
        /// unkeyed parts in order (dose, frequency, route, duration, footnotes)
        parts: Vec<ExampleValue>,
        /// keyed parts: English field, values
        keyed: Vec<(Word, Vec<ExampleValue>)>,
        /// the line
        span: Span,
    },
}

/// What an example must yield.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// `nothing` 无
    Nothing(Span),
    /// `rule [severity]`
    Finding {
        /// rule id (own pack) or full id
        rule: Name,
        /// severity, when stated
        severity: Option<Word>,
    },
    /// `undetermined rule [needs path, …]`; paths in canonical English (`patient.egfr`, `items.1.duration`)
    Undetermined {
        /// rule id
        rule: Name,
        /// exact needs, when stated
        needs: Option<Vec<Name>>,
    },
    /// `presumed rule`
    Presumed {
        /// rule id
        rule: Name,
    },
}

/// `example "…" { … } expects …`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExampleDecl {
    /// title
    pub title: Name,
    /// the prescription
    pub entries: Vec<ExampleEntry>,
    /// what it must yield
    pub expects: Vec<Expectation>,
    /// the whole
    pub span: Span,
}

/// What a policy does to a rule, or presumes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant, reason = "a policy has a handful of changes")]
pub enum PolicyChange {
    /// `severity RULE to S`
    Severity(Name, Word),
    /// `action RULE to A`
    Action(Name, Word),
    /// `mute RULE`
    Mute(Name),
    /// `enable RULE`
    Enable(Name),
    /// `lock RULE`: institutions cannot lower it
    Lock(Name),
    /// `presume FIELD VALUE [when C]`, `presume patient.conditions only diagnoses`
    Presume {
        /// field
        field: Path,
        /// `none`, `false`, `only_diagnoses`, a word …
        value: Word,
        /// when
        when: Option<Expr>,
    },
}

/// One change with its reason, approver and end date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyEntry {
    /// the change
    pub change: PolicyChange,
    /// 理由
    pub reason: Option<Name>,
    /// 批准人
    pub approver: Option<Name>,
    /// 截止
    pub until: Option<Date>,
    /// the whole
    pub span: Span,
}

/// `policy NAME { … }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyDecl {
    /// id
    pub id: Name,
    /// institution ids it speaks for; empty = all
    pub scope: Vec<Name>,
    /// changes
    pub entries: Vec<PolicyEntry>,
    /// the whole
    pub span: Span,
}

/// Sections of a catalogue table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConceptSection {
    /// `herbs:` decoction pieces and medicinal materials
    Herb,
    /// `substances:`
    Substance,
    /// `products:` compound products and patent medicines
    Product,
    /// `classes:`
    Class,
    /// `conditions:` diseases and states
    Condition,
    /// `formulas:` classical formulas, for naming only
    Formula,
    /// `ambiguous:` names with several reviewed meanings
    Ambiguous,
}

/// One ingredient of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ingredient {
    /// concept name
    pub name: Name,
    /// amount per unit of the product, when known
    pub amount: Option<Name>,
}

/// A row of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConceptDecl {
    /// section
    pub section: ConceptSection,
    /// canonical Chinese name
    pub name: Name,
    /// English name
    pub en: Option<Name>,
    /// reviewed aliases
    pub aliases: Vec<Name>,
    /// `ATC:…`, `ICD10:…`, `NHSA:…`
    pub codes: Vec<Name>,
    /// classes above it
    pub is_a: Vec<Name>,
    /// for herbs
    pub processed_from: Vec<Name>,
    /// for salts, esters, hydrates
    pub variant_of: Option<Name>,
    /// dose form of a product
    pub form: Option<Name>,
    /// active ingredients; for `formulas:` the pieces; for `ambiguous:` the meanings
    pub contains: Vec<Ingredient>,
    /// excipients that matter for allergies
    pub excipients: Vec<Name>,
    /// `toxic`, `highly_toxic`, `slightly_toxic`
    pub toxicity: Option<Name>,
    /// folk names for "did you mean" only
    pub near_names: Vec<Name>,
    /// mass of one biological unit (`potency: 1 U = …` as `"0.6 ug"` per U)
    pub potency: Option<Name>,
    /// the row
    pub span: Span,
}

/// A row of a mapping: an institution's own code or name of a drug.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappingDecl {
    /// institution ids; empty = everyone
    pub scope: Vec<Name>,
    /// `LOCAL:…`
    pub code: Option<Name>,
    /// the name as it stands on their sheets
    pub name: Option<Name>,
    /// the standard name, as a drug text; absent: the local name is one
    pub drug: Option<Name>,
    /// amount per unit of use
    pub strength: Option<Name>,
    /// units of use in a pack
    pub pack: Option<Name>,
    /// the row
    pub span: Span,
}

/// A declaration of a rule text or a table row.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant, reason = "declarations are few and moved once")]
pub enum Declaration {
    /// pack
    Pack(PackDecl),
    /// source
    Source(SourceDecl),
    /// group
    Group(GroupDecl),
    /// rule
    Rule(RuleDecl),
    /// dose
    Dose(DoseDecl),
    /// example
    Example(ExampleDecl),
    /// policy
    Policy(PolicyDecl),
    /// catalogue row
    Concept(ConceptDecl),
    /// row of a mapping
    Mapping(MappingDecl),
}

/// One file's declarations, in order. Declarations that could not be read are missing; their diagnostics are not.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct SyntaxTree {
    /// declarations
    pub declarations: Vec<Declaration>,
}

impl SyntaxTree {
    /// Its pack declarations, of which a file has one at most unless it is faulty.
    pub fn packs(&self) -> impl Iterator<Item = &PackDecl> {
        self.declarations.iter().filter_map(|declaration| match declaration {
            Declaration::Pack(pack) => Some(pack),
            _ => None,
        })
    }
}
