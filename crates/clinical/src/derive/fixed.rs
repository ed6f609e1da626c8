//! Logarithm and exponential in fixed point: whole numbers only, so every platform gives the same digits.
use shenfang_units::Ratio;

/// A number times 10¹⁷; products fit an `i128` while the factors stay below 1000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fixed(i128);

const ONE: i128 = 100_000_000_000_000_000;
/// ln 2, to the digits held.
const LN_2: i128 = 69_314_718_055_994_531;

impl Fixed {
    /// Nearest below.
    pub(super) fn of(value: Ratio) -> Option<Fixed> {
        // The whole part first, so that a ratio of large terms does not overflow.
        let (numerator, denominator) = (value.numerator(), value.denominator());
        let whole = numerator.checked_div_euclid(denominator)?.checked_mul(ONE)?;
        let rest = numerator.checked_rem_euclid(denominator)?;
        let scaled = match rest.checked_mul(ONE) {
            Some(scaled) => scaled.checked_div(denominator)?,
            None => rest.checked_div(denominator.checked_div(ONE)?)?,
        };
        whole.checked_add(scaled).map(Fixed)
    }

    fn mul(self, other: Fixed) -> Option<Fixed> {
        self.0.checked_mul(other.0)?.checked_div(ONE).map(Fixed)
    }

    fn div(self, other: Fixed) -> Option<Fixed> {
        self.0.checked_mul(ONE)?.checked_div(other.0).map(Fixed)
    }

    pub(super) fn plus(self, other: Fixed) -> Option<Fixed> {
        self.0.checked_add(other.0).map(Fixed)
    }

    /// Times an exact ratio.
    pub(super) fn times(self, by: Ratio) -> Option<Fixed> {
        self.0
            .checked_mul(by.numerator())?
            .checked_div(by.denominator())
            .map(Fixed)
    }

    /// The nearest whole number, half away from zero.
    pub(super) fn rounded(self) -> Option<i64> {
        i64::try_from(Ratio::new(self.0, ONE)?.round_to(0)?.numerator()).ok()
    }

    /// Natural logarithm of a number above zero: 2ᵏ·m with 1 ≤ m < 2, and ln m = 2·artanh((m − 1)/(m + 1)).
    pub(super) fn ln(self) -> Option<Fixed> {
        if self.0 <= 0 {
            return None;
        }
        let (mut mantissa, mut twos) = (self.0, 0_i128);
        while mantissa >= ONE.checked_mul(2)? {
            mantissa = mantissa.checked_div(2)?;
            twos = twos.checked_add(1)?;
        }
        while mantissa < ONE {
            mantissa = mantissa.checked_mul(2)?;
            twos = twos.checked_sub(1)?;
        }
        let t = Fixed(mantissa.checked_sub(ONE)?).div(Fixed(mantissa.checked_add(ONE)?))?;
        let square = t.mul(t)?;
        let (mut term, mut sum, mut odd) = (t, t, 1_i128);
        while term.0 != 0 {
            term = term.mul(square)?;
            odd = odd.checked_add(2)?;
            sum = sum.plus(Fixed(term.0.checked_div(odd)?))?;
        }
        sum.0.checked_mul(2)?.checked_add(twos.checked_mul(LN_2)?).map(Fixed)
    }

    /// e to this power, for |power| ≤ 30: 2ᵏ·eʳ with |r| ≤ ln 2.
    pub(super) fn exp(self) -> Option<Fixed> {
        let twos = self.0.checked_div_euclid(LN_2)?;
        if !(-44..=44).contains(&twos) {
            return None;
        }
        let rest = Fixed(self.0.checked_sub(twos.checked_mul(LN_2)?)?);
        let (mut term, mut sum, mut n) = (Fixed(ONE), Fixed(ONE), 0_i128);
        while term.0 != 0 {
            n = n.checked_add(1)?;
            term = Fixed(term.mul(rest)?.0.checked_div(n)?);
            sum = sum.plus(term)?;
        }
        let power = 1_i128.checked_shl(u32::try_from(twos.unsigned_abs()).ok()?)?;
        if twos >= 0 {
            sum.0.checked_mul(power)
        } else {
            sum.0.checked_div(power)
        }
        .map(Fixed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(num: i128, den: i128) -> Fixed {
        Fixed::of(Ratio::new(num, den).unwrap()).unwrap()
    }

    #[test]
    fn digits_of_known_constants() {
        assert_eq!(fixed(2, 1).ln().unwrap().0, LN_2);
        // ln 10 = 2.302585092994045684, e = 2.718281828459045235, e⁻¹ = 0.367879441171442321
        assert!(fixed(10, 1).ln().unwrap().0.abs_diff(230_258_509_299_404_568) < 20);
        assert!(fixed(1, 1).exp().unwrap().0.abs_diff(271_828_182_845_904_523) < 40);
        assert!(fixed(-1, 1).exp().unwrap().0.abs_diff(36_787_944_117_144_232) < 40);
        assert_eq!(fixed(1, 1).ln().unwrap().0, 0);
        assert_eq!(fixed(0, 1).ln(), None);
        assert_eq!(fixed(100, 1).exp(), None);
    }

    #[test]
    fn rounding_is_half_away_from_zero() {
        assert_eq!(fixed(5, 2).rounded(), Some(3));
        assert_eq!(fixed(249, 100).rounded(), Some(2));
    }
}
