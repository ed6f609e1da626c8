//! How tables of a program are stored where their plain form would repeat itself. Reading trusts nothing: what does not fit together is an error.
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Rows of a table that may be long: room is made for all of them at once, and for no more. What the bytes claim is believed up to a bound.
pub(crate) mod table {
    use super::*;
    use serde::de::{SeqAccess, Visitor};
    use std::fmt;
    use std::marker::PhantomData;

    /// Most rows for which room is made before they are read.
    const MOST: usize = 1 << 18;

    struct Rows<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for Rows<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("the rows of a table")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<Vec<T>, A::Error> {
            let mut all = Vec::with_capacity(rows.size_hint().unwrap_or(0).min(MOST));
            while let Some(row) = rows.next_element()? {
                all.push(row);
            }
            all.shrink_to_fit();
            Ok(all)
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
        deserializer.deserialize_seq(Rows(PhantomData))
    }
}

/// Ascending numbers, each by how far it is from the one before.
pub(crate) mod ascending {
    use super::*;

    pub fn serialize<S: Serializer>(numbers: &[u32], serializer: S) -> Result<S::Ok, S::Error> {
        let mut last = 0_u32;
        let step = |number: &u32| number.wrapping_sub(std::mem::replace(&mut last, *number));
        numbers.iter().map(step).collect::<Vec<u32>>().serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u32>, D::Error> {
        let mut numbers = Vec::<u32>::deserialize(deserializer)?;
        let mut last = 0_u32;
        for number in &mut numbers {
            last = last.wrapping_add(*number);
            *number = last;
        }
        Ok(numbers)
    }
}

/// Sorted texts, each by how many bytes it shares with the one before, and the rest of it.
pub(crate) mod sorted {
    use super::*;
    use serde::de::Error;
    use std::sync::Arc;

    pub fn serialize<S: Serializer>(texts: &[Box<str>], serializer: S) -> Result<S::Ok, S::Error> {
        let (mut shared, mut lengths, mut rest) = (Vec::new(), Vec::new(), String::new());
        let mut last = "";
        for text in texts {
            let same = last.char_indices().zip(text.chars()).find(|((_, a), b)| a != b);
            let same = same.map_or(last.len().min(text.len()), |((at, _), _)| at);
            let own = text.get(same..).unwrap_or_default();
            shared.push(crate::csr::narrow(same));
            lengths.push(crate::csr::narrow(own.len()));
            rest.push_str(own);
            last = text;
        }
        (shared, lengths, rest).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<[Box<str>]>, D::Error> {
        let (shared, lengths, rest) = <(Vec<u32>, Vec<u32>, String)>::deserialize(deserializer)?;
        let mut rest = rest.as_str();
        let mut last = String::new();
        let mut texts = Vec::with_capacity(shared.len());
        for (shared, length) in shared.iter().zip(&lengths) {
            let own = rest.split_at_checked(crate::csr::wide(*length));
            let (own, after) = own.ok_or_else(|| D::Error::custom("texts are cut short"))?;
            rest = after;
            let shared = crate::csr::wide(*shared);
            if !last.is_char_boundary(shared) {
                return Err(D::Error::custom("texts share what is not there"));
            }
            last.truncate(shared);
            last.push_str(own);
            texts.push(Box::from(last.as_str()));
        }
        Ok(texts.into())
    }
}

/// Manners of speaking: rows of one table differ in a word or two and share the rest.
pub(crate) mod manners {
    use super::*;
    use crate::condition::Condition;
    use crate::rules::{Citation, Manner, Part, Presumption, Template};
    use crate::shared::Table;
    use jiff::civil::Date;
    use serde::de::Error;
    use shenfang_clinical::{Action, Category, Severity};
    use shenfang_knowledge::PolicyMark;
    use std::sync::Arc;

    /// One field of all manners: its values, each once, and which of them each manner has.
    #[derive(Serialize, Deserialize)]
    struct Column<T> {
        values: Vec<T>,
        which: Vec<u32>,
    }

    /// What says of itself little: one value for dozens of rows.
    #[derive(Clone, Serialize, Deserialize)]
    struct Head {
        category: Category,
        subject: Option<String>,
        kind: Option<String>,
        review_code: String,
        severity: Severity,
        action: Option<Action>,
        raise: Vec<(Severity, Condition)>,
        countersigned: Option<Action>,
        enabled: bool,
        exempt: Vec<Condition>,
        presume: Vec<Presumption>,
        #[serde(default, deserialize_with = "shenfang_clinical::calendar::stored::days")]
        effective: Option<(Option<Date>, Option<Date>)>,
        policy: Vec<PolicyMark>,
    }

    #[derive(Serialize, Deserialize)]
    struct Stored {
        heads: Column<Head>,
        zh: Column<Arc<[Part]>>,
        en: Column<Arc<[Part]>>,
        advice: Column<Option<Template>>,
        citations: Column<Arc<[Citation]>>,
    }

    impl<T: Clone + Serialize> Column<T> {
        fn of(all: impl Iterator<Item = T>) -> Column<T> {
            let mut values = Table::default();
            let which = all.map(|value| values.share(value).place()).collect();
            Column {
                values: values.into_all(),
                which,
            }
        }
    }

    impl<T: Clone> Column<T> {
        /// The value of a manner.
        fn get(&self, manner: usize) -> Option<T> {
            let which = self.which.get(manner)?;
            self.values.get(crate::csr::wide(*which)).cloned()
        }
    }

    fn head(manner: &Manner) -> Head {
        Head {
            category: manner.category,
            subject: manner.subject.clone(),
            kind: manner.kind.clone(),
            review_code: manner.review_code.clone(),
            severity: manner.severity,
            action: manner.action,
            raise: manner.raise.clone(),
            countersigned: manner.countersigned,
            enabled: manner.enabled,
            exempt: manner.exempt.clone(),
            presume: manner.presume.clone(),
            effective: manner.effective,
            policy: manner.policy.clone(),
        }
    }

    fn store(manners: &[Arc<Manner>]) -> Stored {
        let all = || manners.iter();
        Stored {
            heads: Column::of(all().map(|manner| head(manner))),
            zh: Column::of(all().map(|manner| manner.message.zh.clone())),
            en: Column::of(all().map(|manner| manner.message.en.clone())),
            advice: Column::of(all().map(|manner| manner.advice.clone())),
            citations: Column::of(all().map(|manner| manner.citations.clone())),
        }
    }

    fn manner(stored: &Stored, at: usize) -> Option<Manner> {
        let head = stored.heads.get(at)?;
        Some(Manner {
            category: head.category,
            subject: head.subject,
            kind: head.kind,
            review_code: head.review_code,
            severity: head.severity,
            action: head.action,
            raise: head.raise,
            countersigned: head.countersigned,
            enabled: head.enabled,
            exempt: head.exempt,
            presume: head.presume,
            effective: head.effective,
            citations: stored.citations.get(at)?,
            policy: head.policy,
            message: Template {
                zh: stored.zh.get(at)?,
                en: stored.en.get(at)?,
            },
            advice: stored.advice.get(at)?,
        })
    }

    pub fn serialize<S: Serializer>(manners: &[Arc<Manner>], serializer: S) -> Result<S::Ok, S::Error> {
        store(manners).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Arc<Manner>>, D::Error> {
        let stored = Stored::deserialize(deserializer)?;
        let all = (0..stored.heads.which.len()).map(|at| manner(&stored, at).map(Arc::new));
        let all: Option<Vec<Arc<Manner>>> = all.collect();
        all.ok_or_else(|| D::Error::custom("a manner of speaking is not there"))
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};
    use std::sync::Arc;

    #[derive(Serialize, Deserialize, PartialEq, Debug)]
    struct Both {
        #[serde(with = "super::sorted")]
        texts: Arc<[Box<str>]>,
        #[serde(with = "super::ascending")]
        numbers: Vec<u32>,
        #[serde(deserialize_with = "super::table::deserialize")]
        rows: Vec<(u32, Option<u8>)>,
    }

    /// Texts that share half a character, nothing, everything; numbers that do not ascend after all.
    #[test]
    fn what_is_packed_is_unpacked() {
        let texts = ["", "a", "a.b", "a.b", "a.乌头", "a.乌药", "b"].map(Box::from);
        let both = Both {
            texts: texts.to_vec().into(),
            numbers: vec![0, 0, 7, 3, u32::MAX],
            rows: vec![(1, None), (2, Some(3))],
        };
        let bytes = postcard::to_allocvec(&both).unwrap();
        assert_eq!(postcard::from_bytes::<Both>(&bytes).unwrap(), both);
        let forged = postcard::to_allocvec(&((vec![9_u32], vec![1_u32], "x"), vec![0_u32])).unwrap();
        assert!(postcard::from_bytes::<Both>(&forged).is_err());
    }

    /// A table that claims more rows than memory could hold is an error when its bytes end.
    #[test]
    fn a_forged_count_of_rows_is_an_error() {
        #[derive(Deserialize)]
        struct Long {
            #[serde(deserialize_with = "super::table::deserialize")]
            rows: Vec<[u64; 32]>,
        }
        let whole = postcard::to_allocvec(&vec![[7_u64; 32]; 3]).unwrap();
        assert_eq!(postcard::from_bytes::<Long>(&whole).unwrap().rows.len(), 3);
        let forged = postcard::to_allocvec(&u32::MAX).unwrap();
        assert!(postcard::from_bytes::<Long>(&forged).is_err());
    }
}
