//! Drugs as written on a sheet. A word is split off only where what is left is exactly a name; nothing is looked for inside a name.
use super::annotation::{self, Notes};
use super::strength::{is_dose, percentage, tails};
use super::words::{FORM_WORDS, SALT_WORDS, is_whole};
use super::{DrugName, NameIndex, Resolution, lookup, normalize};
use crate::ConceptKind;
use shenfang_clinical::{DoseForm, Footnote};
use shenfang_order::Order;

/// A longer text is no drug name.
const LONGEST_BYTES: usize = 512;

/// What is left of a text, and what was split off on the way.
#[derive(Clone, Copy)]
struct State<'a> {
    base: &'a str,
    amount: Option<&'a str>,
    footnote: Option<Footnote>,
}

/// A name found, and the form the words around it said.
struct Found<'a> {
    name: lookup::Found<'a>,
    form: Option<DoseForm>,
}

impl NameIndex {
    /// A drug as written on a sheet: dose, strength, footnote, dose form and salt words are split off where the whole name stands for nothing.
    ///
    /// Only herbs, substances and products are drugs; a class or a disease of that name is not. Form words come off substances and products,
    /// salt words off substances; a herb's name is never shortened. A name in normal form allocates nothing unless notes or amounts stand in it.
    pub fn drug(&self, text: &str) -> DrugName {
        let mut name = DrugName {
            resolution: Resolution::Unknown,
            form: None,
            strength: None,
            dose: None,
            footnote: None,
        };
        if text.len() > LONGEST_BYTES {
            return name;
        }
        let text = normalize::cased(text);
        if let Some(found) = self.base(&text) {
            self.settle(&mut name, &found, None);
            return name;
        }
        let notes = annotation::take(&text);
        let rest = notes.as_ref().map_or(&*text, |n| &*n.rest);
        let whole = notes.as_ref().is_some_and(|n| n.of_substance);
        let found = self.peel(rest);
        if let Some((found, state)) = found.filter(|(f, _)| !whole || f.name.says.substance) {
            let amount = state.amount.map(str::to_owned);
            name.footnote = state.footnote;
            self.settle(&mut name, &found, amount);
        }
        if let Some(notes) = notes {
            self.note(&mut name, notes);
        }
        name
    }

    /// The texts a name may stand in for once strength, footnote, form and salt words are off: what a near miss is compared with.
    pub(super) fn bases(&self, text: &str) -> Vec<String> {
        let text = normalize::cased(text);
        let notes = annotation::take(&text);
        let rest = notes.as_ref().map_or(&*text, |n| &*n.rest);
        let mut bases = vec![text.to_string()];
        for state in states(rest) {
            bases.push(state.base.to_owned());
            let bare = without_form(state.base).next().map(|(base, _)| base);
            bases.extend(bare.map(str::to_owned));
            let salt_free = without_salt(bare.unwrap_or(state.base)).next();
            bases.extend(salt_free.map(str::to_owned));
        }
        for base in &mut bases {
            base.make_ascii_lowercase();
        }
        bases.order();
        bases.dedup();
        bases
    }

    fn peel<'a>(&self, text: &'a str) -> Option<(Found<'_>, State<'a>)> {
        states(text).into_iter().find_map(|state| {
            let found = self.base(state.base)?;
            // Footnotes without brackets belong to pieces: 先煎 is never split off a product.
            let fits = state.footnote.is_none() || found.name.says.herb;
            fits.then_some((found, state))
        })
    }

    fn base(&self, base: &str) -> Option<Found<'_>> {
        let as_it_is = self.drug_entry(base).or_else(|| self.salt(base));
        if let Some(name) = as_it_is {
            return Some(Found { name, form: None });
        }
        without_form(base).find_map(|(rest, form)| {
            let plain = self.drug_entry(rest).filter(|name| !name.says.some_herb);
            let name = plain.or_else(|| self.salt(rest))?;
            Some(Found { name, form })
        })
    }

    fn salt(&self, name: &str) -> Option<lookup::Found<'_>> {
        without_salt(name).find_map(|rest| self.drug_entry(rest).filter(|name| name.says.substance))
    }

    /// The entry of a name all of whose meanings are drugs.
    fn drug_entry(&self, cased: &str) -> Option<lookup::Found<'_>> {
        self.look_up(cased).filter(|name| name.says.drug)
    }

    fn settle(&self, name: &mut DrugName, found: &Found<'_>, amount: Option<String>) {
        name.resolution = self.resolution(Some(found.name.entry));
        let herb = found.name.says.herb;
        let said = if herb {
            None
        } else {
            found.form.or_else(|| form_of(&found.name.entry.key))
        };
        let own = match &name.resolution {
            Resolution::Concept(id) => self.known(*id).and_then(|k| k.form),
            _ => None,
        };
        name.form = said.or(own);
        name.place_amount(amount, herb);
    }

    fn note(&self, name: &mut DrugName, notes: Notes) {
        let herb = match &name.resolution {
            Resolution::Unknown => false,
            Resolution::Concept(id) => self.is_herb(*id),
            Resolution::Ambiguous(ids) => ids.iter().all(|id| self.is_herb(*id)),
        };
        name.footnote = notes.footnote.or(name.footnote);
        name.form = notes.form.or(name.form);
        name.place_amount(notes.amount, herb);
    }

    fn is_herb(&self, id: crate::ConceptId) -> bool {
        self.known(id).is_some_and(|k| k.kind == ConceptKind::Herb)
    }
}

impl DrugName {
    fn place_amount(&mut self, amount: Option<String>, herb: bool) {
        let Some(amount) = amount else { return };
        if herb && is_dose(&amount) {
            self.dose.get_or_insert(amount);
        } else {
            self.strength.get_or_insert(amount);
        }
    }
}

/// The text itself, then what is left without a footnote, a strength or both; each taken off at most once.
fn states(text: &str) -> Vec<State<'_>> {
    let mut all = vec![State {
        base: text,
        amount: None,
        footnote: None,
    }];
    let mut next = 0_usize;
    while let Some(state) = all.get(next).copied() {
        next = next.saturating_add(1);
        let base = state.base.trim_end_matches([',', ';', ' ', '、']);
        if state.footnote.is_none()
            && let Some((base, note)) = annotation::footnote_after(base)
        {
            all.push(State {
                base: base.trim(),
                footnote: Some(note),
                ..state
            });
        }
        if state.amount.is_none() {
            let cuts = tails(base).chain(percentage(base).map(|(strength, rest)| (rest, strength)));
            all.extend(cuts.map(|(base, amount)| State {
                base: base.trim_end_matches([',', ';', ' ', '、']),
                amount: Some(amount),
                ..state
            }));
        }
    }
    all
}

/// What is left without form words: a word at the end, one at the beginning (`注射用`), or both; longest words first.
fn without_form(name: &str) -> impl Iterator<Item = (&str, Option<DoseForm>)> {
    let after = |name, before: Option<DoseForm>| {
        FORM_WORDS.suffixes.iter().filter_map(move |w| {
            let rest: &str = str::strip_suffix(name, w.word)?;
            (!rest.is_empty()).then_some((rest, before.or(w.form)))
        })
    };
    let before = FORM_WORDS.prefixes.iter().filter_map(move |w| {
        let rest = name.strip_prefix(w.word)?;
        (!rest.is_empty()).then_some((rest, w.form))
    });
    before
        .flat_map(move |(rest, form)| std::iter::once((rest, form)).chain(after(rest, form)))
        .chain(after(name, None))
}

/// What is left without salt words: an acid before, a base or water after, or both; two characters or more, longest words first.
fn without_salt(name: &str) -> impl Iterator<Item = &str> {
    let suffixes = |name| {
        SALT_WORDS
            .suffixes
            .iter()
            .filter_map(move |w| str::strip_suffix(name, *w))
    };
    let both = SALT_WORDS
        .prefixes
        .iter()
        .filter_map(move |w| name.strip_prefix(*w))
        .flat_map(move |rest| std::iter::once(rest).chain(suffixes(rest)));
    both.chain(suffixes(name))
        .filter(move |rest| !is_whole(name) && rest.chars().nth(1).is_some())
}

/// The form that a product's own name says (`复方甘草片`, `格列本脲片(i)`).
fn form_of(name: &str) -> Option<DoseForm> {
    let bare = name.strip_suffix(')').and_then(|n| n.rsplit_once('('));
    let bare = bare.map_or(name, |(before, _)| before);
    without_form(bare).find_map(|(_, form)| form)
}
