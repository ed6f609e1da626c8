//! What characters are composed of, and their combining classes, unpacked when first asked for.
//!
//! The file is made by `SHENFANG_BLESS=1 cargo test -p shenfang-nfkc`; without the variable the test compares. Numbers are LEB128, differences
//! zigzag. First the classes: how many, then of each character its distance from the last and its class. Then the characters that are composed:
//! how many, then of each its distance from the last and how many it consists of, doubled (odd: these two join to it). Then, of each, what it
//! consists of: the difference from what stood at that place last.
use shenfang_order::Order;
use std::sync::LazyLock;

pub(crate) static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(include_bytes!("../data/nfkc.bin")));

/// What a character is composed of.
pub(crate) struct Entry<'t> {
    pub characters: &'t [char],
    /// it is its own normal form, and these two join to it
    pub composes: bool,
}

#[derive(Default)]
pub(crate) struct Table {
    /// in order of character
    classes: Vec<(char, u8)>,
    /// in order of character: where what it consists of begins, and how much that is
    entries: Vec<(char, Stretch)>,
    characters: Vec<char>,
    /// in order: two characters, and what they join to
    pairs: Vec<(char, char, char)>,
    /// in order: the second of all pairs, and what begins with one
    seconds: Vec<char>,
}

#[derive(Clone, Copy)]
struct Stretch {
    from: u16,
    count: u8,
    composes: bool,
}

impl Table {
    fn read(bytes: &[u8]) -> Table {
        let mut numbers = Numbers(bytes);
        let mut table = Table::default();
        let mut last = 0_u32;
        for _ in 0..numbers.next().unwrap_or(0) {
            last = last.saturating_add(numbers.next().unwrap_or(0));
            let class = numbers.next().and_then(|class| u8::try_from(class).ok());
            table.classes.extend(char::from_u32(last).zip(class));
        }
        last = 0;
        for _ in 0..numbers.next().unwrap_or(0) {
            last = last.saturating_add(numbers.next().unwrap_or(0));
            let size = numbers.next().unwrap_or(0);
            let (count, composes) = (u8::try_from(size.wrapping_shr(1)).unwrap_or(u8::MAX), size & 1 == 1);
            table.entries.extend(char::from_u32(last).map(|c| {
                (
                    c,
                    Stretch {
                        from: 0,
                        count,
                        composes,
                    },
                )
            }));
        }
        let mut before = Vec::new();
        for (_, stretch) in &mut table.entries {
            let count = usize::from(stretch.count);
            stretch.from = u16::try_from(table.characters.len()).unwrap_or(u16::MAX);
            before.resize(before.len().max(count), 0_i64);
            for place in before.iter_mut().take(count) {
                *place = place.saturating_add(numbers.difference());
                table.characters.push(
                    u32::try_from(*place)
                        .ok()
                        .and_then(char::from_u32)
                        .unwrap_or('\u{fffd}'),
                );
            }
        }
        table.pair();
        table
    }

    fn pair(&mut self) {
        let pairs = self.entries.iter().filter(|(_, stretch)| stretch.composes);
        let pairs = pairs.filter_map(|(c, stretch)| match self.stretch(*stretch) {
            [a, b] => Some((*a, *b, *c)),
            _ => None,
        });
        self.pairs = pairs.collect();
        self.pairs.order();
        self.seconds = self.pairs.iter().map(|(_, b, _)| *b).collect();
        self.seconds.order();
        // What begins with one of them joins too: with a part of itself.
        let begin = self
            .pairs
            .iter()
            .filter(|(a, _, _)| self.joins(self.first(*a)))
            .map(|(_, _, c)| *c);
        let begin: Vec<char> = begin.collect();
        self.seconds.extend(begin);
        self.seconds.order();
    }

    /// The first of all a character is composed of.
    fn first(&self, c: char) -> char {
        let first = self.entry(c).and_then(|entry| entry.characters.first().copied());
        first.filter(|first| *first != c).map_or(c, |first| self.first(first))
    }

    fn stretch(&self, stretch: Stretch) -> &[char] {
        let from = usize::from(stretch.from);
        self.characters
            .get(from..from.saturating_add(usize::from(stretch.count)))
            .unwrap_or_default()
    }

    /// What a character is composed of; nothing where it is its own parts.
    pub fn entry(&self, c: char) -> Option<Entry<'_>> {
        let at = self.entries.binary_search_by_key(&c, |(c, _)| *c).ok()?;
        let (_, stretch) = self.entries.get(at)?;
        Some(Entry {
            characters: self.stretch(*stretch),
            composes: stretch.composes,
        })
    }

    /// The combining class of a character.
    pub fn class(&self, c: char) -> u8 {
        let at = self.classes.binary_search_by_key(&c, |(c, _)| *c).ok();
        at.and_then(|at| self.classes.get(at)).map_or(0, |(_, class)| *class)
    }

    /// What two characters are together.
    pub fn join(&self, a: char, b: char) -> Option<char> {
        let at = self.pairs.binary_search_by_key(&(a, b), |(a, b, _)| (*a, *b)).ok()?;
        self.pairs.get(at).map(|(_, _, c)| *c)
    }

    /// Whether a character, or what it begins with, is the second of any pair.
    pub fn joins(&self, c: char) -> bool {
        self.seconds.binary_search(&c).is_ok()
    }
}

/// The numbers of the file.
struct Numbers<'b>(&'b [u8]);

impl Numbers<'_> {
    fn next(&mut self) -> Option<u32> {
        let mut value = 0_u32;
        let mut shift = 0_u32;
        while let Some((byte, rest)) = self.0.split_first() {
            self.0 = rest;
            value |= u32::from(byte & 0x7f).wrapping_shl(shift);
            shift = shift.saturating_add(7);
            if *byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn difference(&mut self) -> i64 {
        let folded = i64::from(self.next().unwrap_or(0));
        match folded & 1 {
            0 => folded.wrapping_shr(1),
            _ => folded.wrapping_shr(1).saturating_add(1).saturating_neg(),
        }
    }
}
