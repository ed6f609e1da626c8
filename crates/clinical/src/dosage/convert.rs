//! A written dose in the dimension a limit names: tablets, millilitres and combination strengths to mass.
use super::{Content, ItemField};
use crate::{Item, Strength};
use shenfang_units::{Amount, Dimension, Quantity, Ratio};

/// What a dose is converted with.
pub(super) struct Converter<'p> {
    strength: Option<&'p Strength>,
    pack: Option<&'p Quantity>,
    content: &'p Content,
    to: Dimension,
}

/// What a bottle without a count of its content stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    /// one unit of use: nobody takes a bottle of tablets at a time
    OneUnit,
    /// what its label says, else unknown: 1 瓶 dispensed may hold a hundred tablets
    AsLabelled,
}

impl<'p> Converter<'p> {
    pub(super) fn new(item: &'p Item, content: &'p Content, to: Dimension) -> Converter<'p> {
        let strength = item.strength.value();
        let pack = item
            .pack
            .value()
            .map(|pack| &**pack)
            .or_else(|| strength.and_then(|strength| strength.pack.as_deref()));
        Converter {
            strength,
            pack,
            content,
            to,
        }
    }

    /// The ingredient's amount in `dose`.
    pub(super) fn convert(&self, quantity: &Quantity) -> Result<Amount, ItemField> {
        let dose = quantity.amount().ok_or(ItemField::Dose)?;
        let alone = self.content.count == 1;
        // `20 g:0.2 g`: a mass may be of the cream or of what it holds.
        let of_the_whole = self
            .strength
            .and_then(|strength| strength.per.as_deref())
            .is_some_and(|per| per.unit.dimension() == Dimension::MASS);
        if of_the_whole && dose.dimension == Dimension::MASS {
            return Err(ItemField::Dose);
        }
        // The mass of a combination is nobody's in particular: only its units, volume or ratio to the strength tell the parts.
        if dose.dimension == self.to && (alone || !is_substance(self.to)) {
            return Ok(dose);
        }
        if alone && let Some(amount) = self.by_potency(dose) {
            return Ok(amount);
        }
        if let Some(amount) = self.by_concentration(dose) {
            return Ok(amount);
        }
        let units = self.units_of_use(quantity, Whole::OneUnit)?;
        if self.to == Dimension::COUNT {
            return Ok(Amount {
                value: units,
                dimension: Dimension::COUNT,
            });
        }
        let per_unit = self.per_unit().ok_or(ItemField::Strength)?;
        Ok(Amount {
            value: per_unit.value.checked_mul(units).ok_or(ItemField::Dose)?,
            dimension: self.to,
        })
    }

    /// Units of use in an amount, by the label: tablets are counted, packs opened, volumes and masses divided by what one unit holds.
    pub(super) fn units_of_use(&self, quantity: &Quantity, bottle: Whole) -> Result<Ratio, ItemField> {
        let dose = quantity.amount().ok_or(ItemField::Dose)?;
        let per = self
            .strength
            .and_then(|strength| strength.per.as_deref())
            .and_then(Quantity::amount);
        let lacking = if matches!(dose.dimension, Dimension::COUNT | Dimension::PACK | Dimension::VOLUME)
            || is_substance(dose.dimension)
        {
            ItemField::Strength
        } else {
            ItemField::Dose
        };
        let units = match dose.dimension {
            Dimension::COUNT => match per.filter(|per| per.dimension == Dimension::COUNT) {
                Some(per) => dose.value.checked_div(per.value),
                None => Some(dose.value),
            },
            Dimension::PACK => self
                .units_a_pack(per, quantity.unit.text() == "瓶", bottle)
                .and_then(|units| dose.value.checked_mul(units)),
            Dimension::VOLUME if per.is_some_and(|per| per.dimension == Dimension::VOLUME) => {
                per.and_then(|per| dose.value.checked_div(per.value))
            }
            _ => self
                .sole_amount()
                .filter(|amount| amount.dimension == dose.dimension)
                .and_then(|amount| dose.value.checked_div(amount.value)),
        };
        units.ok_or(lacking)
    }

    /// Units of use in one pack. Without a count, a bottle is one unit where its label says what a whole one holds, or where one is taken at a
    /// time; a box never is.
    fn units_a_pack(&self, per: Option<Amount>, is_bottle: bool, bottle: Whole) -> Option<Ratio> {
        if let Some(pack) = self.pack {
            return Some(pack.value);
        }
        let strength = self.strength?;
        let whole = per.is_some_and(|per| matches!(per.dimension, Dimension::VOLUME | Dimension::PACK))
            || self.sole_is_volume(strength);
        (is_bottle && (whole || bottle == Whole::OneUnit)).then_some(Ratio::ONE)
    }

    fn sole_is_volume(&self, strength: &Strength) -> bool {
        strength
            .amounts
            .iter()
            .all(|amount| amount.unit.dimension() == Dimension::VOLUME)
    }

    /// The only amount on the label, in base units: a dose in the same dimension is so many units.
    fn sole_amount(&self) -> Option<Amount> {
        match self.strength?.amounts.as_slice() {
            [amount] => amount.amount(),
            _ => None,
        }
    }

    /// The ingredient in one unit of use, in the dimension asked for: the label where it speaks of every ingredient, else the catalogue.
    fn per_unit(&self) -> Option<Amount> {
        let label = self.strength.and_then(|strength| {
            if self.to == Dimension::VOLUME {
                let per = strength
                    .per
                    .as_deref()
                    .and_then(Quantity::amount)
                    .filter(|per| per.dimension == Dimension::VOLUME);
                return per.or_else(|| {
                    self.sole_amount()
                        .filter(|amount| amount.dimension == Dimension::VOLUME)
                });
            }
            self.in_target(self.labelled(strength)?.amount()?)
        });
        label.or_else(|| self.in_target(self.content.per_unit?))
    }

    /// The label's amount of this ingredient: by place where it names as many as there are. A label that names the catalogue's amount, but at
    /// another place (`5 mg/80 mg` of 80 mg and 5 mg), is not in catalogue order and says nothing by place.
    fn labelled(&self, strength: &'p Strength) -> Option<&'p Quantity> {
        if strength.amounts.len() != self.content.count {
            return None;
        }
        let own = strength.amounts.get(self.content.position)?;
        let known = |quantity: &Quantity| self.content.per_unit.is_some() && quantity.amount() == self.content.per_unit;
        let elsewhere = !known(own) && strength.amounts.iter().any(known);
        (!elsewhere).then_some(own)
    }

    /// Volume of a solution labelled by concentration (`5 mg/mL`).
    fn by_concentration(&self, dose: Amount) -> Option<Amount> {
        if dose.dimension != Dimension::VOLUME {
            return None;
        }
        let concentration = self.labelled(self.strength?)?.amount()?;
        self.in_target(dose.checked_mul(concentration)?)
    }

    /// `amount` itself, or through the potency, when that is what was asked for.
    fn in_target(&self, amount: Amount) -> Option<Amount> {
        if amount.dimension == self.to {
            Some(amount)
        } else {
            self.by_potency(amount)
        }
    }

    /// Biological units to mass and back.
    fn by_potency(&self, amount: Amount) -> Option<Amount> {
        let potency = self.content.potency?;
        let other = match (amount.dimension, self.to) {
            (Dimension::BIOLOGICAL, Dimension::MASS) => amount.checked_mul(potency)?,
            (Dimension::MASS, Dimension::BIOLOGICAL) => amount.checked_div(potency)?,
            _ => return None,
        };
        (other.dimension == self.to).then_some(other)
    }
}

/// What an ingredient is measured in.
fn is_substance(dimension: Dimension) -> bool {
    use shenfang_units::Base;
    const MOLES: Dimension = Dimension::of(Base::Amount);
    const EQUIVALENTS: Dimension = Dimension::of(Base::Equivalent);
    matches!(dimension, Dimension::MASS | Dimension::BIOLOGICAL | MOLES | EQUIVALENTS)
}
