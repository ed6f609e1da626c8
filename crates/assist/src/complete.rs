//! What could stand at an offset.
use crate::place::{Spot, owner_place};
use shenfang_grammar::{Place, find, words};
use shenfang_knowledge::{CodeSystem, ConceptId, ConceptKind, Knowledge, initials, normalize};
use shenfang_order::Order;
use shenfang_syntax::scan;
use shenfang_units::everyday_words;
use std::collections::BTreeSet;

/// Names proposed at most.
const MOST: usize = 50;
/// UCUM units that rules use beside the everyday words.
const UNITS: &[&str] = &[
    "mg",
    "g",
    "ug",
    "kg",
    "mL",
    "L",
    "mmol",
    "mmol/L",
    "umol/L",
    "mg/kg",
    "mg/d",
    "mg/kg/d",
    "ug/kg/min",
    "mL/h",
    "mL/min",
    "mL/min/{1.73_m2}",
    "mg/mL",
    "mg/dL",
    "g/L",
    "U",
    "U/kg",
    "U/L",
    "mm[Hg]",
    "kg/m2",
    "h",
    "d",
    "wk",
    "mo",
    "a",
    "%",
    "10*9/L",
];

/// What a proposal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// a word of the language
    Keyword,
    /// a drug, herb, disease or formula
    Concept,
    /// a class of drugs
    Class,
    /// a unit
    Unit,
    /// a level of a code
    Code,
    /// the word that begins an entry, or an attribute
    Field,
    /// a word that an attribute can be
    Value,
}

impl Kind {
    /// `keyword`, `concept`, `class`, `unit`, `code`, `field`, `value`.
    pub const fn code(self) -> &'static str {
        match self {
            Kind::Keyword => "keyword",
            Kind::Concept => "concept",
            Kind::Class => "class",
            Kind::Unit => "unit",
            Kind::Code => "code",
            Kind::Field => "field",
            Kind::Value => "value",
        }
    }
}

/// One proposal: `insert` takes the place of what stands between `from` and the offset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// as it is listed
    pub label: String,
    /// as it is written
    pub insert: String,
    /// what it is
    pub kind: Kind,
    /// the other spelling, the English name
    pub detail: Option<String>,
    /// first byte of what it takes the place of
    pub from: usize,
}

/// What could stand at byte `at` of a text, best first: words by either spelling or the initials of the Chinese one, names by name, alias or initials.
pub fn complete(text: &str, at: usize, knowledge: &Knowledge) -> Vec<Completion> {
    let spot = Spot::of(text, at);
    if spot.comment {
        return Vec::new();
    }
    let mut found = Found {
        chinese: text
            .trim_start()
            .chars()
            .find(|c| c.is_alphabetic())
            .is_none_or(|c| !c.is_ascii()),
        typed: spot.typed.to_lowercase(),
        from: spot.from,
        seen: BTreeSet::new(),
        list: Vec::new(),
    };
    if spot.quoted {
        // What a text in quotes says is the author's; a name may stand in quotes where a set is written.
        if is_set(&spot) {
            found.names(knowledge, &spot);
        }
        return found.list;
    }
    if let Some(number) = number_before(&spot) {
        found.units(number, at);
        return found.list;
    }
    if spot.last(0).is_some_and(|w| matches!(w, "." | "．")) {
        found.words(owner_place(spot.last(1).unwrap_or_default()), Kind::Field);
        return found.list;
    }
    if spot.entry.is_empty() {
        for place in fields(spot.blocks.last().copied()) {
            found.words(
                *place,
                if *place == Place::Declaration {
                    Kind::Keyword
                } else {
                    Kind::Field
                },
            );
        }
        if !found.list.is_empty() || spot.blocks.is_empty() {
            return found.list;
        }
    }
    for place in values(&spot) {
        found.words(place, Kind::Value);
    }
    if matches!(spot.head(), "cite") && spot.entry.len() == 1 {
        found.sources(text);
        return found.list;
    }
    if is_set(&spot) {
        for place in [Place::Subject, Place::Predicate, Place::Connective, Place::Relation] {
            found.words(place, Kind::Keyword);
        }
        found.names(knowledge, &spot);
    }
    found.list
}

/// Whether drugs or conditions can be named here.
fn is_set(spot: &Spot<'_>) -> bool {
    let head = spot.head();
    let of_texts = [
        "title", "version", "owner", "citation", "message", "advice", "reason", "approver", "cite", "category",
        "severity", "action",
    ];
    !of_texts.contains(&head)
}

/// The places whose words begin an entry of a block.
fn fields(block: Option<&str>) -> &'static [Place] {
    match block {
        None => &[Place::Declaration],
        Some("pack") => &[Place::PackField],
        Some("source") => &[Place::SourceField],
        Some("rule") => &[Place::RuleField, Place::FindingField],
        Some("dose") => &[Place::DoseField, Place::FindingField, Place::Measure],
        Some("band") => &[Place::Measure],
        Some("policy") => &[Place::PolicyField],
        Some("example") => &[Place::ExampleField, Place::Expectation],
        Some("patient") => &[Place::PatientField, Place::PatientAttribute],
        Some("usage") => &[Place::UsageField],
        _ => &[Place::ChangeField],
    }
}

/// The enumerations whose words can stand here.
fn values(spot: &Spot<'_>) -> Vec<Place> {
    if let Some((place, attribute)) = spot.compared() {
        return place.values(attribute).to_vec();
    }
    match spot.head() {
        "category" => vec![Place::Category],
        "kind" => vec![Place::Concern, Place::Kind],
        "severity" | "raise to" | "over" => vec![Place::Severity, Place::Connective],
        "action" | "countersigned" => vec![Place::Action],
        "route" => vec![Place::Route],
        "form" => vec![Place::SheetForm, Place::DoseForm],
        "setting" => vec![Place::Setting],
        _ => Vec::new(),
    }
}

/// The bytes of a number that a unit belongs to: what is typed begins with it, or it stands right before.
fn number_before(spot: &Spot<'_>) -> Option<usize> {
    let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let own = digits(spot.typed);
    if own > 0 {
        return Some(own);
    }
    let before = spot.last(0)?;
    let is_number = !before.is_empty() && digits(before) == before.len();
    let of_range = spot.last(1) == Some("..");
    (is_number && !of_range).then_some(0)
}

struct Found {
    chinese: bool,
    /// in lower case
    typed: String,
    from: usize,
    seen: BTreeSet<String>,
    list: Vec<Completion>,
}

impl Found {
    fn push(&mut self, label: &str, insert: String, kind: Kind, detail: Option<String>) {
        if self.seen.insert(insert.clone()) {
            self.list.push(Completion {
                label: label.to_owned(),
                insert,
                kind,
                detail,
                from: self.from,
            });
        }
    }

    fn begins(&self, spelling: &str) -> bool {
        spelling.to_lowercase().starts_with(&self.typed)
    }

    fn words(&mut self, place: Place, kind: Kind) {
        for word in words(place) {
            let by_sound = self.typed.is_ascii() && initials(word.zh).starts_with(&self.typed);
            if self.begins(word.zh) || self.begins(word.en) || by_sound {
                let (own, other) = if self.chinese {
                    (word.zh, word.en)
                } else {
                    (word.en, word.zh)
                };
                self.push(own, own.to_owned(), kind, Some(other.to_owned()));
            }
        }
    }

    /// Units, in the place of what is typed after the number.
    fn units(&mut self, number: usize, at: usize) {
        let typed = self.typed.get(number..).unwrap_or_default().to_owned();
        let start = self.from.saturating_add(number);
        self.from = start.min(at);
        let everyday = everyday_words().map(|(word, code)| (word, Some(code)));
        let all = everyday.chain(UNITS.iter().map(|unit| (*unit, None)));
        for (word, code) in all {
            let by_sound = typed.is_ascii() && !typed.is_empty() && initials(word).starts_with(&typed);
            if word.to_lowercase().starts_with(&typed) || by_sound {
                self.push(word, word.to_owned(), Kind::Unit, code.map(str::to_owned));
            }
        }
    }

    /// The sources that the text declares.
    fn sources(&mut self, text: &str) {
        let mut last = "";
        let words = scan::tokens(text, 0).filter(|t| t.kind == scan::Kind::Word);
        for word in words.filter_map(|t| text.get(t.range)) {
            let declares = find(Place::Declaration, last).is_some_and(|k| k.en == "source");
            if declares && self.begins(word) {
                self.push(word, word.to_owned(), Kind::Value, None);
            }
            last = word;
        }
    }

    /// Names of the catalogue.
    fn names(&mut self, knowledge: &Knowledge, spot: &Spot<'_>) {
        if self.typed.is_empty() {
            return;
        }
        let key = normalize(spot.typed).to_lowercase();
        let index = knowledge.names();
        let mut found: Vec<(usize, &str, ConceptId)> = index
            .iter()
            .filter(|(name, _)| name.starts_with(&*key))
            .flat_map(|(name, ids)| ids.iter().map(move |id| (name.chars().count(), name, *id)))
            .collect();
        found.order();
        for (_, name, id) in found.into_iter().take(MOST) {
            self.concept(knowledge, id, name, spot);
        }
        if spot.typed.is_ascii() {
            for id in index.by_initials(&self.typed.clone()).into_iter().take(MOST) {
                let name = index.canonical(id).unwrap_or_default();
                self.concept(knowledge, id, name, spot);
            }
        }
        self.list.truncate(MOST.saturating_mul(2));
    }

    fn concept(&mut self, knowledge: &Knowledge, id: ConceptId, known_as: &str, spot: &Spot<'_>) {
        let Some(concept) = knowledge.concept(id) else { return };
        let kind = match concept.kind {
            ConceptKind::Code => Kind::Code,
            ConceptKind::Class => Kind::Class,
            _ => Kind::Concept,
        };
        let alias = (concept.name != known_as).then_some(known_as);
        let atc = || {
            concept
                .codes
                .iter()
                .find(|c| c.system == CodeSystem::Atc)
                .map(ToString::to_string)
        };
        let told: Vec<String> = [alias.map(str::to_owned), concept.en.clone(), atc()]
            .into_iter()
            .flatten()
            .collect();
        let insert = match spot.quoted || is_plain(&concept.name) || concept.kind == ConceptKind::Code {
            true => concept.name.clone(),
            false => format!("\"{}\"", concept.name),
        };
        let detail = (!told.is_empty()).then(|| told.join(" · "));
        self.push(&concept.name, insert, kind, detail);
    }
}

/// Whether a name needs no quotes.
fn is_plain(name: &str) -> bool {
    let reserved = |k: &&shenfang_grammar::Keyword| k.place.reserved() && (k.zh == name || k.en == name);
    name.starts_with(char::is_alphabetic)
        && name.chars().all(scan::is_name_char)
        && !shenfang_grammar::KEYWORDS.iter().any(|k| reserved(&k))
}
