//! A hasher for the small tables of words that the engine itself holds. Nobody outside chooses what is in them, and nothing is listed from
//! them, so that neither crafted keys nor order matter.
use std::hash::{BuildHasherDefault, Hasher};

/// Builds the hasher of a table of words.
pub type Build = BuildHasherDefault<Quick>;

/// Eight bytes at a time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quick(u64);

impl Hasher for Quick {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0_u8; 8];
            for (to, from) in word.iter_mut().zip(chunk) {
                *to = *from;
            }
            self.0 = (self.0.rotate_left(5) ^ u64::from_le_bytes(word)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        }
    }

    #[inline]
    fn finish(&self) -> u64 {
        // The table looks at the first and at the last bits; multiplying leaves the last ones poor.
        self.0 ^ (self.0 >> 32)
    }
}
