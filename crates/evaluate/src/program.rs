//! The immutable program and its bytes. Reading bytes checks everything that evaluation relies on; what a checksum cannot promise
//! (somebody may have computed it) is checked again.
use crate::catalogue::Catalogue;
use crate::compile::closure;
use crate::condition::{Condition, Leaf};
use crate::flat::Flat;
use crate::rules::{Dose, Doses, Grades, Manner, Rules, Source, Standing};
use crate::sets::{Family, Set, Target};
use crate::{Program, ProgramError};
use serde::{Deserialize, Serialize, Serializer};
use sha2::{Digest, Sha256};
use shenfang_clinical::RulesIdentity;
use shenfang_knowledge::Code;
use std::sync::Arc;

/// First bytes of a serialised program.
const MAGIC: &[u8; 8] = b"SHENFANG";
/// Version of the format; raised whenever a table changes.
pub(crate) const FORMAT: u32 = 10;
const CHECKSUM: usize = 32;
/// Questions that a small program may number without asking them: rules that asked them were left out of it.
const MOST_UNASKED: usize = 1 << 20;

/// Everything a review needs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Tables {
    pub identity: Arc<RulesIdentity>,
    /// what rules, doses, manners and standing presumptions ask
    pub conditions: Vec<Flat<Leaf>>,
    /// how grave it is to exceed a dose
    pub grades: Vec<Grades>,
    /// ids of rules and doses, sorted
    #[serde(with = "crate::packed::sorted")]
    pub ids: Arc<[Box<str>]>,
    /// how rules and doses speak
    #[serde(with = "crate::packed::manners")]
    pub manners: Vec<Arc<Manner>>,
    pub catalogue: Arc<Catalogue>,
    /// codes that sets name and no concept has, sorted: thousands, which a few hundred sets name over and over
    pub codes: Vec<Code>,
    pub sets: Vec<Set>,
    pub targets: Vec<Target>,
    /// the first, which follows from the rest, is not stored
    #[serde(serialize_with = "but_the_first")]
    pub families: Vec<Family>,
    pub rules: Rules,
    pub doses: Doses,
    pub standing: Vec<Standing>,
    pub sources: Vec<Source>,
    /// files whose rows are rules or doses
    pub files: Vec<Box<str>>,
    /// how many different questions conditions ask
    pub questions: u32,
}

impl Tables {
    /// An id by its place.
    pub fn id(&self, place: u32) -> &str {
        self.ids.get(crate::csr::wide(place)).map_or("", |id| id)
    }

    /// Where a code stands among those that sets name.
    pub fn place_of(&self, code: &Code) -> Option<u32> {
        self.codes.binary_search(code).ok().map(crate::csr::narrow)
    }

    /// Gives all that was read what it shares with others; false where some of it is not there.
    fn link(&mut self) -> bool {
        let (conditions, grades, manners) = (&self.conditions, &self.grades, &mut self.manners);
        let mut is_there = true;
        let mut link = |condition: &mut Condition| is_there &= condition.link(conditions);
        for manner in manners.iter_mut() {
            // Nobody else holds one yet.
            Arc::make_mut(manner).conditions_mut().for_each(&mut link);
        }
        self.standing
            .iter_mut()
            .filter_map(|s| s.when.as_mut())
            .for_each(&mut link);
        let rules = &mut self.rules.rules;
        rules
            .iter_mut()
            .filter_map(|rule| rule.when.as_mut())
            .for_each(&mut link);
        let doses = &mut self.doses.doses;
        doses.iter_mut().flat_map(Dose::conditions_mut).for_each(&mut link);
        for dose in &mut *doses {
            is_there &= dose.over.link(grades);
        }
        let said = rules.iter_mut().map(|rule| &mut rule.says);
        for says in said.chain(doses.iter_mut().map(|dose| &mut dose.says)) {
            is_there &= says.manner.link(manners);
        }
        is_there
    }

    /// `bytes`: how many it was read from.
    fn is_sound(&self, bytes: usize) -> bool {
        // A review has room for every question: for no more than can have been written.
        crate::csr::wide(self.questions) <= bytes.max(MOST_UNASKED)
            && self.conditions.iter().all(Flat::is_sound)
            && self.sets.iter().all(|set| set.expression.is_sound())
    }
}

fn but_the_first<S: Serializer>(families: &[Family], serializer: S) -> Result<S::Ok, S::Error> {
    families.get(1..).unwrap_or_default().serialize(serializer)
}

fn damaged(what: &str) -> ProgramError {
    ProgramError::Damaged(what.to_owned())
}

/// Magic, format, digest, body, checksum of all that is before it.
pub(crate) fn write(program: &Program) -> Result<Vec<u8>, ProgramError> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend(FORMAT.to_le_bytes());
    let digest = program.tables.identity.digest.as_bytes();
    bytes.extend(crate::csr::narrow(digest.len()).to_le_bytes());
    bytes.extend(digest);
    let mut bytes =
        postcard::to_extend(&program.tables, bytes).map_err(|error| ProgramError::Damaged(error.to_string()))?;
    let checksum = Sha256::digest(&bytes);
    bytes.extend(checksum);
    Ok(bytes)
}

/// Reads what [`write`] wrote.
pub(crate) fn read(bytes: &[u8]) -> Result<Program, ProgramError> {
    let not_a_program = ProgramError::Format { expected: FORMAT };
    let (head, rest) = bytes.split_at_checked(MAGIC.len()).ok_or(not_a_program.clone())?;
    let (format, rest) = split_number(rest).ok_or(not_a_program.clone())?;
    if head != MAGIC || format != FORMAT {
        return Err(not_a_program);
    }
    let body_ends = bytes.len().checked_sub(CHECKSUM);
    let (covered, checksum) = body_ends
        .and_then(|at| bytes.split_at_checked(at))
        .ok_or_else(|| damaged("cut short"))?;
    if Sha256::digest(covered).as_slice() != checksum {
        return Err(damaged("the checksum differs"));
    }
    let (length, rest) = split_number(rest).ok_or_else(|| damaged("cut short"))?;
    let (digest, rest) = rest
        .split_at_checked(crate::csr::wide(length))
        .ok_or_else(|| damaged("cut short"))?;
    let body = rest
        .len()
        .checked_sub(CHECKSUM)
        .and_then(|end| rest.get(..end))
        .ok_or_else(|| damaged("cut short"))?;
    let mut tables: Tables = postcard::from_bytes(body).map_err(|error| ProgramError::Damaged(error.to_string()))?;
    if !tables.link() || tables.identity.digest.as_bytes() != digest || !tables.is_sound(body.len()) {
        return Err(damaged("its tables contradict each other"));
    }
    let closure = closure(&tables.catalogue, &tables.sets, &tables.targets);
    tables.families.insert(0, closure);
    Ok(Program::of(tables))
}

fn split_number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (number, rest) = bytes.split_first_chunk::<4>()?;
    Some((u32::from_le_bytes(*number), rest))
}
