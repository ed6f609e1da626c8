//! An index as it is stored: what can be worked out from the rest is left out, and what is alike stands together, so that it packs well.
//!
//! Reading it checks nothing: whatever the bytes say, what comes of them is an index, perhaps of nonsense, that no look-up trips over.
use super::{Entry, Known, Meaning, NameIndex};
use crate::{Code, CodeSystem, ConceptId, ConceptKind};
use serde::{Deserialize, Serialize};
use shenfang_clinical::DoseForm;
use shenfang_order::Order;
use smol_str::SmolStr;

/// Texts end to end.
#[derive(Default, Serialize, Deserialize)]
struct Texts {
    lengths: Vec<u32>,
    all: String,
}

/// Concept ids, ascending, each by how far it is from the one before.
#[derive(Default, Serialize, Deserialize)]
struct Steps(Vec<u32>);

/// See the module.
#[derive(Serialize, Deserialize)]
pub(super) struct Stored {
    /// canonical names by id
    names: Texts,
    kinds: Vec<ConceptKind>,
    forms: Vec<Option<DoseForm>>,
    /// concepts whose canonical name is no key by itself, or means others too
    not_by_name: Steps,
    /// other keys, sorted
    aliases: Texts,
    /// what each means (first)
    aliased: Vec<u32>,
    /// those among them that have several meanings
    several: Vec<(u32, Vec<u32>)>,
    /// levels of codes whose code another concept claims
    claimed: Steps,
    /// concepts with codes that are no levels, in order of these
    coded: Vec<u32>,
    systems: Vec<CodeSystem>,
    codes: Texts,
    near: Texts,
    near_to: Steps,
}

impl Texts {
    fn push(&mut self, text: &str) {
        self.lengths.push(u32::try_from(text.len()).unwrap_or(u32::MAX));
        self.all.push_str(text);
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        let mut rest = self.all.as_str();
        self.lengths.iter().map(move |length| {
            let length = usize::try_from(*length).unwrap_or(usize::MAX);
            let (text, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
            rest = after;
            text
        })
    }
}

impl Steps {
    fn of(ids: impl IntoIterator<Item = u32>) -> Steps {
        let mut last = 0_u32;
        let step = |id: u32| id.saturating_sub(std::mem::replace(&mut last, id));
        Steps(ids.into_iter().map(step).collect())
    }

    fn iter(&self) -> impl Iterator<Item = u32> {
        let mut at = 0_u32;
        self.0.iter().map(move |step| {
            at = at.saturating_add(*step);
            at
        })
    }
}

/// What a level of a code is called, as a code.
fn code_of_level(known: &Known) -> Option<Code> {
    let level = known.kind == ConceptKind::Code;
    level.then(|| Code::parse(&known.name)).flatten()
}

fn narrow(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl From<NameIndex> for Stored {
    fn from(index: NameIndex) -> Stored {
        let (mut names, mut kinds, mut forms) = (Texts::default(), Vec::new(), Vec::new());
        for known in &index.known {
            names.push(&known.name);
            kinds.push(known.kind);
            forms.push(known.form);
        }
        let by_name = |entry: &Entry| match &entry.meaning {
            Meaning::One(id) => index.known(*id).filter(|known| known.name == entry.key).map(|_| id.0),
            Meaning::Several(_) => None,
        };
        let mut own: Vec<u32> = index.names.iter().filter_map(by_name).collect();
        own.order();
        let all = 0..narrow(index.known.len());
        let not_by_name = Steps::of(all.filter(|id| own.binary_search(id).is_err()));
        let first = |entry: &Entry| entry.meaning.all().first().map_or(0, |id| id.0);
        let other: Vec<&Entry> = index.names.iter().filter(|entry| by_name(entry).is_none()).collect();
        let (mut aliases, mut several) = (Texts::default(), Vec::new());
        for (at, entry) in other.iter().enumerate() {
            aliases.push(&entry.key);
            if let Meaning::Several(ids) = &entry.meaning {
                several.push((narrow(at), ids.iter().map(|id| id.0).collect()));
            }
        }
        let owner = |code: &Code| index.codes.binary_search_by(|(c, _)| c.cmp(code)).ok();
        let owner = |code: &Code| owner(code).and_then(|at| index.codes.get(at)).map(|(_, id)| *id);
        let level = |id: ConceptId| index.known(id).and_then(code_of_level);
        let levels = (0..narrow(index.known.len())).filter_map(|id| Some((id, level(ConceptId(id))?)));
        let claimed = Steps::of(
            levels
                .filter(|(id, code)| owner(code) != Some(ConceptId(*id)))
                .map(|(id, _)| id),
        );
        let of_level = |(code, id): &&(Code, ConceptId)| level(*id).as_ref() == Some(code);
        let coded: Vec<&(Code, ConceptId)> = index.codes.iter().filter(|row| !of_level(row)).collect();
        let mut codes = Texts::default();
        coded.iter().for_each(|(code, _)| codes.push(&code.value));
        let mut near = Texts::default();
        index.near.iter().for_each(|(_, name)| near.push(name));
        Stored {
            names,
            kinds,
            forms,
            not_by_name,
            aliases,
            aliased: other.iter().map(|entry| first(entry)).collect(),
            several,
            claimed,
            coded: coded.iter().map(|(_, id)| id.0).collect(),
            systems: coded.iter().map(|(code, _)| code.system).collect(),
            codes,
            near,
            near_to: Steps::of(index.near.iter().map(|(id, _)| id.0)),
        }
    }
}

impl From<Stored> for NameIndex {
    fn from(stored: Stored) -> NameIndex {
        let of_concept = stored.names.iter().zip(&stored.kinds).zip(&stored.forms);
        let known: Vec<Known> = of_concept
            .map(|((name, kind), form)| Known {
                name: SmolStr::new(name),
                kind: *kind,
                form: *form,
            })
            .collect();
        NameIndex {
            names: stored.keys(&known),
            codes: stored.codes(&known),
            near: (stored.near_to.iter().map(ConceptId)).zip(stored.near.iter()).collect(),
            known,
            lookup: Default::default(),
            nearby: Default::default(),
        }
    }
}

impl Stored {
    /// Every key, sorted.
    fn keys(&self, known: &[Known]) -> Vec<Entry> {
        let mut not_by_name = self.not_by_name.iter().peekable();
        let mut names: Vec<Entry> = Vec::with_capacity(known.len().saturating_add(self.aliases.lengths.len()));
        for (id, known) in (0..).zip(known) {
            if not_by_name.next_if_eq(&id).is_none() {
                names.push(Entry {
                    key: known.name.clone(),
                    meaning: Meaning::One(ConceptId(id)),
                });
            }
        }
        let mut several = self.several.iter().peekable();
        for ((at, key), id) in (0_u32..).zip(self.aliases.iter()).zip(&self.aliased) {
            let meaning = match several.next_if(|(alias, _)| *alias == at) {
                Some((_, ids)) => Meaning::Several(ids.iter().copied().map(ConceptId).collect()),
                None => Meaning::One(ConceptId(*id)),
            };
            names.push(Entry {
                key: SmolStr::new(key),
                meaning,
            });
        }
        // Names stand in order already, and so do the others: the sort has two runs to merge.
        names.order_by(|a, b| a.key.cmp(&b.key));
        names
    }

    /// Every code, sorted.
    fn codes(&self, known: &[Known]) -> Vec<(Code, ConceptId)> {
        let mut claimed = self.claimed.iter().peekable();
        let mut codes: Vec<(Code, ConceptId)> = Vec::with_capacity(known.len().saturating_add(self.systems.len()));
        for (id, known) in (0..).zip(known) {
            if claimed.next_if_eq(&id).is_none()
                && let Some(code) = code_of_level(known)
            {
                codes.push((code, ConceptId(id)));
            }
        }
        let others = self.codes.iter().zip(&self.systems).zip(&self.coded);
        codes.extend(others.map(|((value, system), id)| {
            let code = Code {
                system: *system,
                value: SmolStr::new(value),
            };
            (code, ConceptId(*id))
        }));
        // As with names.
        codes.order();
        codes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Concept;
    use crate::names::NameIndexBuilder;

    fn concept(kind: ConceptKind, name: &str) -> Concept {
        Concept {
            kind,
            name: name.to_owned(),
            en: Some(format!("English of {name}")),
            aliases: vec![],
            codes: vec![],
            form: None,
            toxicity: None,
            contents: vec![],
            potency: None,
            near_names: vec!["folk".to_owned()],
            initials: String::new(),
            place: None,
        }
    }

    /// Every way a key and a code can stand: by its own name, under another, ambiguous (with one meaning known, too), a level claimed by a class.
    #[test]
    fn what_is_stored_is_the_index() {
        let concepts = [
            concept(ConceptKind::Code, "ATC:N02B"),
            concept(ConceptKind::Code, "ATC:N02BE"),
            concept(ConceptKind::Substance, "对乙酰氨基酚"),
            concept(ConceptKind::Class, "镇痛药"),
            concept(ConceptKind::Herb, "Ａ附子"),
        ];
        let mut builder = NameIndexBuilder::default();
        for (id, key) in [
            (2, "对乙酰氨基酚"),
            (2, "扑热息痛"),
            (3, "镇痛药"),
            (4, "a附子"),
            (4, "扑"),
        ] {
            builder.name(key.to_owned(), ConceptId(id));
        }
        builder.ambiguous("止痛".to_owned(), vec![ConceptId(2), ConceptId(3)]);
        builder.ambiguous("子".to_owned(), vec![ConceptId(4)]);
        for (id, code) in [(3, "ATC:N02B"), (1, "ATC:N02BE"), (2, "ATC:N02BE01"), (2, "RXNORM:161")] {
            builder.code(Code::parse(code).unwrap(), ConceptId(id));
        }
        let index = builder.freeze(&concepts);
        let again = NameIndex::from(Stored::from(index.clone()));
        assert_eq!(again, index);
        assert_eq!(again.names.len(), 7);
        assert_eq!(again.codes.len(), 4);
        assert_eq!(again.near.iter().count(), 10);
    }
}
