//! Rate and concentration of what is infused.
use super::convert::Converter;
use super::{Content, Dosage, ItemField};
use crate::{Dose, Item};
use shenfang_units::{Amount, Base, Dimension, Quantity, Ratio};

/// Drops of an infusion set in a millilitre: the usual macro-drip chamber.
pub const DROPS_A_MILLILITRE: i64 = 20;

const DROPS: Dimension = Dimension::of(Base::Drop);

/// Volume in time of the stated rate, drops converted.
pub(super) fn rate(dosage: &Dosage<'_>) -> Result<Amount, Vec<ItemField>> {
    let stated = dosage.item.infusion.as_ref().and_then(|infusion| infusion.rate.value());
    stated
        .and_then(Quantity::amount)
        .and_then(without_drops)
        .ok_or_else(|| vec![ItemField::Rate])
}

/// What keeps an amount of an infusion from being told: a field of the item itself, or of a member of its group.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lacking {
    /// the member, by its place in the group; `None` is the item itself
    pub member: Option<usize>,
    /// its field
    pub field: ItemField,
}

impl From<ItemField> for Lacking {
    fn from(field: ItemField) -> Lacking {
        Lacking { member: None, field }
    }
}

/// The rate in one dimension: as stated, else from `infusion.over` (what the line or its group holds ÷ the time), else concentration × volume rate.
pub(super) fn rate_in(
    dosage: &Dosage<'_>,
    content: &Content,
    group: &[&Item],
    wanted: Dimension,
) -> Result<Amount, Vec<Lacking>> {
    let unknown = || vec![ItemField::Rate.into()];
    let stated = rate(dosage);
    if let Ok(stated) = stated
        && stated.dimension == wanted
    {
        return Ok(stated);
    }
    let whole = wanted.checked_mul(Dimension::TIME).ok_or_else(unknown)?;
    if whole != Dimension::VOLUME
        && let Ok(flow) = stated
    {
        let found = concentration(dosage, content, group)?.checked_mul(flow);
        return found.filter(|found| found.dimension == wanted).ok_or_else(unknown);
    }
    let over = stated_over(dosage).ok_or_else(unknown)?;
    let amount = if whole == Dimension::VOLUME {
        volume(dosage.item, group)?
    } else {
        let dose = high(dosage.item).ok_or_else(|| vec![ItemField::Dose.into()])?;
        let converter = Converter::new(dosage.item, content, whole);
        converter.convert(dose).map_err(|field| vec![field.into()])?
    };
    let found = amount.checked_div(over);
    found.filter(|found| found.dimension == wanted).ok_or_else(unknown)
}

/// How long one administration runs: as stated, else the group's volume ÷ its rate.
pub(super) fn over(dosage: &Dosage<'_>, group: &[&Item]) -> Result<Amount, Vec<Lacking>> {
    let unknown = || vec![ItemField::Over.into()];
    if let Some(over) = stated_over(dosage) {
        return Ok(over);
    }
    let flow = rate(dosage).map_err(|_| unknown())?;
    if Dimension::VOLUME.checked_div(Dimension::TIME) != Some(flow.dimension) {
        return Err(unknown());
    }
    volume(dosage.item, group)?.checked_div(flow).ok_or_else(unknown)
}

fn stated_over(dosage: &Dosage<'_>) -> Option<Amount> {
    let over = dosage.item.infusion.as_ref().and_then(|infusion| infusion.over.value());
    let over = over.and_then(Quantity::amount);
    over.filter(|over| over.dimension == Dimension::TIME && over.value > Ratio::ZERO)
}

/// Drops and drops in time as volumes; other amounts as they are.
fn without_drops(amount: Amount) -> Option<Amount> {
    if amount.dimension.exponent(Base::Drop) != 1 {
        return Some(amount);
    }
    // 1 mL is 10⁻⁶ m³.
    let drop = Amount {
        value: Ratio::new(1, i128::from(DROPS_A_MILLILITRE).checked_mul(1_000_000)?)?,
        dimension: Dimension::VOLUME.checked_div(DROPS)?,
    };
    amount.checked_mul(drop)
}

pub(super) fn concentration(dosage: &Dosage<'_>, content: &Content, group: &[&Item]) -> Result<Amount, Vec<Lacking>> {
    let dose = high(dosage.item).ok_or_else(|| vec![ItemField::Dose.into()])?;
    let to = if dose.unit.dimension() == Dimension::BIOLOGICAL && content.potency.is_none() {
        Dimension::BIOLOGICAL
    } else {
        Dimension::MASS
    };
    let mass = Converter::new(dosage.item, content, to)
        .convert(dose)
        .map_err(|field| vec![field.into()])?;
    mass.checked_div(volume(dosage.item, group)?)
        .ok_or_else(|| vec![ItemField::Group.into()])
}

/// The volume of all members of a group, the item itself among them.
fn volume(item: &Item, group: &[&Item]) -> Result<Amount, Vec<Lacking>> {
    let mut volume = Some(Ratio::ZERO);
    let mut lacking = Vec::new();
    let own = (!group.iter().any(|member| member.id == item.id)).then_some((None, item));
    let members = group.iter().enumerate().map(|(at, member)| (Some(at), *member));
    for (member, item) in members.chain(own) {
        match volume_of(item) {
            Ok(more) => volume = volume.and_then(|volume| volume.checked_add(more)),
            Err(field) => lacking.push(Lacking { member, field }),
        }
    }
    if !lacking.is_empty() {
        return Err(lacking);
    }
    let volume = volume.filter(|volume| *volume > Ratio::ZERO);
    Ok(Amount {
        value: volume.ok_or_else(|| vec![ItemField::Group.into()])?,
        dimension: Dimension::VOLUME,
    })
}

fn high(item: &Item) -> Option<&Quantity> {
    match item.dose.value()? {
        Dose::Measured(range) => Some(&range.high),
        Dose::Unmeasured => None,
    }
}

/// What one administration of a member adds in volume; a labelled strength without a volume is dry and adds none.
fn volume_of(item: &Item) -> Result<Ratio, ItemField> {
    let dose = high(item).ok_or(ItemField::Dose)?;
    let single = Content::default();
    let lacking = match Converter::new(item, &single, Dimension::VOLUME).convert(dose) {
        Ok(volume) => return Ok(volume.value),
        Err(lacking) => lacking,
    };
    let strength = item.strength.value().ok_or(ItemField::Strength)?;
    let per = strength.per.as_ref();
    let wet = per.is_some_and(|per| per.unit.dimension() == Dimension::VOLUME)
        || strength
            .amounts
            .iter()
            .any(|amount| amount.unit.dimension().exponent(Base::Length) != 0);
    if wet { Err(lacking) } else { Ok(Ratio::ZERO) }
}
