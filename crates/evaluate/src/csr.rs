//! Rows of different lengths in two flat tables. Reading outside is an empty row, never a panic: a damaged program stays harmless.
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use shenfang_order::Order;

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
        let (lengths, values) = <(Vec<u32>, Vec<T>)>::deserialize(deserializer)?;
        let mut end = 0_u32;
        let ends = lengths.iter().map(|length| {
            end = end.saturating_add(*length);
            end
        });
        let mut starts = Vec::with_capacity(lengths.len().saturating_add(1));
        starts.push(0);
        starts.extend(ends);
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
    pub fn from_rows<R: IntoIterator<Item = T>>(rows: impl IntoIterator<Item = R>) -> Csr<T> {
        let rows = rows.into_iter();
        // A table of many rows tells at once how many they are, and most have a value: growing by halves would leave behind as much as it holds.
        let (many, _) = rows.size_hint();
        let mut csr = Csr {
            starts: Vec::with_capacity(many.saturating_add(1)),
            values: Vec::with_capacity(many),
        };
        csr.starts.push(0);
        for row in rows {
            csr.values.extend(row);
            csr.starts.push(narrow(csr.values.len()));
        }
        csr.values.shrink_to_fit();
        csr
    }

    /// Lays `(row, value)` pairs into `rows` rows, each sorted and each value once; a pair of no such row is left out.
    pub fn from_pairs(rows: usize, pairs: Vec<(u32, T)>) -> Csr<T>
    where
        T: Ord + Copy,
    {
        // How many each row has, then where the next of each row goes.
        let mut next = vec![0_u32; rows];
        for (row, _) in &pairs {
            if let Some(count) = next.get_mut(wide(*row)) {
                *count = count.saturating_add(1);
            }
        }
        let mut end = 0_u32;
        for place in &mut next {
            let count = std::mem::replace(place, end);
            end = end.saturating_add(count);
        }
        let mut values: Vec<T> = pairs.first().map_or_else(Vec::new, |(_, any)| vec![*any; wide(end)]);
        for (row, value) in pairs {
            if let Some(place) = next.get_mut(wide(row)) {
                if let Some(free) = values.get_mut(wide(*place)) {
                    *free = value;
                }
                *place = place.saturating_add(1);
            }
        }
        let starts = std::iter::once(0).chain(next).collect();
        Csr { starts, values }.in_order()
    }

    /// The same rows, each sorted and each value once; as pairs come, they mostly are.
    fn in_order(mut self) -> Csr<T>
    where
        T: Ord + Copy,
    {
        let mut kept = 0_usize;
        let mut start = 0_usize;
        for end in self.starts.iter_mut().skip(1) {
            let row = self.values.get_mut(start..wide(*end)).unwrap_or_default();
            let is_in_order = row.is_sorted_by(|a, b| a < b);
            if !is_in_order {
                row.order();
            }
            let row = start..wide(*end);
            start = wide(*end);
            if is_in_order && kept == row.start {
                kept = row.end;
                continue;
            }
            let mut last = None;
            for at in row {
                let value = self.values.get(at).copied();
                if value != last
                    && let (Some(value), Some(free)) = (value, self.values.get_mut(kept))
                {
                    *free = value;
                    kept = kept.saturating_add(1);
                }
                last = value;
            }
            *end = narrow(kept);
        }
        self.values.truncate(kept);
        self
    }

    /// Where row `i` begins and ends among the values.
    #[inline]
    pub fn span(&self, i: u32) -> (u32, u32) {
        let at = |n: u32| self.starts.get(wide(n)).copied();
        at(i).zip(i.checked_add(1).and_then(at)).unwrap_or_default()
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Every row.
    pub fn iter(&self) -> impl Iterator<Item = &[T]> {
        let ends = self.starts.iter().skip(1);
        self.starts
            .iter()
            .zip(ends)
            .map(|(start, end)| self.values.get(wide(*start)..wide(*end)).unwrap_or(&[]))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// In order and not, a value twice, rows without any, and a pair of a row that is not there.
    #[test]
    fn pairs_are_laid_into_their_rows() {
        let rows = |pairs: &[(u32, char)]| {
            let csr = Csr::from_pairs(3, pairs.to_vec());
            assert_eq!(csr.rows(), 3);
            [0, 1, 2].map(|row| csr.row(row).iter().collect::<String>())
        };
        assert_eq!(rows(&[]), ["", "", ""]);
        assert_eq!(rows(&[(2, 'a'), (0, 'b'), (2, 'c')]), ["b", "", "ac"]);
        assert_eq!(
            rows(&[(2, 'c'), (3, 'x'), (2, 'a'), (1, 'b'), (2, 'c')]),
            ["", "b", "ac"]
        );
    }
}
