//! A list of texts, nearly always of one.
use super::Str;
use serde::{Serialize, Serializer};
use std::ops::Deref;

/// Texts of a reply: a slice of them, which needs no memory of its own where there is one.
#[derive(Clone)]
pub struct Texts<'p>(List<'p>);

#[derive(Clone)]
enum List<'p> {
    One(Str<'p>),
    Many(Box<[Str<'p>]>),
}

impl<'p> Deref for Texts<'p> {
    type Target = [Str<'p>];

    fn deref(&self) -> &[Str<'p>] {
        match &self.0 {
            List::One(text) => std::slice::from_ref(text),
            List::Many(texts) => texts,
        }
    }
}

impl<'p> From<Str<'p>> for Texts<'p> {
    fn from(text: Str<'p>) -> Texts<'p> {
        Texts(List::One(text))
    }
}

impl<'p> FromIterator<Str<'p>> for Texts<'p> {
    fn from_iter<I: IntoIterator<Item = Str<'p>>>(texts: I) -> Texts<'p> {
        let mut texts = texts.into_iter();
        let first = texts.next();
        let (first, second) = match (first, texts.next()) {
            (Some(only), None) => return Texts::from(only),
            both => both,
        };
        Texts(List::Many(first.into_iter().chain(second).chain(texts).collect()))
    }
}

impl<'p> IntoIterator for Texts<'p> {
    type Item = Str<'p>;
    type IntoIter = std::vec::IntoIter<Str<'p>>;

    fn into_iter(self) -> Self::IntoIter {
        let texts = match self.0 {
            List::One(text) => vec![text],
            List::Many(texts) => texts.into_vec(),
        };
        texts.into_iter()
    }
}

impl<'t, 'p> IntoIterator for &'t Texts<'p> {
    type Item = &'t Str<'p>;
    type IntoIter = std::slice::Iter<'t, Str<'p>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl std::fmt::Debug for Texts<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
impl PartialEq for Texts<'_> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}
/// With whatever a slice of texts compares with.
impl<'p, T: ?Sized> PartialEq<T> for Texts<'p>
where
    [Str<'p>]: PartialEq<T>,
{
    fn eq(&self, other: &T) -> bool {
        **self == *other
    }
}
impl Eq for Texts<'_> {}
impl PartialOrd for Texts<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Texts<'_> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (**self).cmp(&**other)
    }
}

impl Serialize for Texts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    fn texts(all: &[&'static str]) -> Texts<'static> {
        all.iter().map(|text| Cow::Borrowed(*text)).collect()
    }

    #[test]
    fn however_many_they_are_they_are_a_list() {
        for all in [&[][..], &["1"], &["1", "2"], &["1", "2", "2", "3"]] {
            let list = texts(all);
            assert_eq!(*list, *all);
            assert_eq!(format!("{list:?}"), format!("{all:?}"));
            assert_eq!(
                serde_json::to_string(&list).unwrap(),
                serde_json::to_string(all).unwrap()
            );
            assert_eq!(list.clone().into_iter().collect::<Vec<_>>(), *all);
        }
        assert!(texts(&["1"]) < texts(&["1", "2"]) && texts(&["1", "2"]) < texts(&["2"]));
        assert!(texts(&[]) < texts(&["1"]));
    }
}
