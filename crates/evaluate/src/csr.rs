//! Rows of different lengths in two flat tables. Reading outside is an empty row, never a panic: a damaged program stays harmless.
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Row `i` is `values[starts[i] .. starts[i + 1]]`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Csr<T> {
    starts: Vec<u32>,
    values: Vec<T>,
}

/// Stored by the lengths of its rows: small numbers, which pack well.
impl<T: Serialize> Serialize for Csr<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let ends = self.starts.iter().skip(1);
        let lengths = ends.zip(&self.starts).map(|(end, start)| end.saturating_sub(*start));
        (lengths.collect::<Vec<u32>>(), &self.values).serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Csr<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Csr<T>, D::Error> {
        let (mut starts, values) = <(Vec<u32>, Vec<T>)>::deserialize(deserializer)?;
        let mut end = 0_u32;
        for length in &mut starts {
            let start = end;
            end = end.saturating_add(*length);
            *length = start;
        }
        starts.push(end);
        Ok(Csr { starts, values })
    }
}

impl<T> Default for Csr<T> {
    fn default() -> Csr<T> {
        Csr {
            starts: vec![0],
            values: Vec::new(),
        }
    }
}

impl<T> Csr<T> {
    /// Lays the rows end to end.
    pub fn from_rows(rows: impl IntoIterator<Item = Vec<T>>) -> Csr<T> {
        let mut csr = Csr::default();
        for row in rows {
            csr.values.extend(row);
            csr.starts.push(narrow(csr.values.len()));
        }
        csr
    }

    /// Sorts `(row, value)` pairs into `rows` rows; values keep the order of the pairs sorted.
    pub fn from_pairs(rows: usize, mut pairs: Vec<(u32, T)>) -> Csr<T>
    where
        T: Ord,
    {
        pairs.sort_unstable();
        pairs.dedup();
        let mut csr = Csr::default();
        let mut pairs = pairs.into_iter().peekable();
        for row in 0..narrow(rows) {
            while let Some((_, value)) = pairs.next_if(|(at, _)| *at == row) {
                csr.values.push(value);
            }
            csr.starts.push(narrow(csr.values.len()));
        }
        csr
    }

    /// Where row `i` begins and ends among the values.
    #[inline]
    pub fn span(&self, i: u32) -> (u32, u32) {
        let at = |n: u32| self.starts.get(wide(n)).copied();
        at(i).zip(i.checked_add(1).and_then(at)).unwrap_or_default()
    }

    /// Row `i`.
    #[inline]
    pub fn row(&self, i: u32) -> &[T] {
        let (start, end) = self.span(i);
        self.values.get(wide(start)..wide(end)).unwrap_or(&[])
    }

    /// All values, row after row.
    #[inline]
    pub fn values(&self) -> &[T] {
        &self.values
    }

    /// A value by its place among all values.
    #[inline]
    pub fn value(&self, at: u32) -> Option<&T> {
        self.values.get(wide(at))
    }
}

/// An index as it is stored. No table of a program reaches 2³² entries; one that did would be cut, never wrapped.
#[inline]
pub(crate) fn narrow(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A stored index as it is used.
#[inline]
pub(crate) fn wide(n: u32) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}
