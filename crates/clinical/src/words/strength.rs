//! Strengths as labels print them, per unit of use.
//!
//! `0.25 g` · `50 μg/喷` · `80万U` · `2 ml:80 mg` either way round · `80 mg/5 mg` in catalogue order · `0.3g*24粒` with its pack ·
//! `1g(100万U)` the first. An amount over a volume (`5 mg/mL`, `100 mg/5 mL`, `5%`) is a concentration: it does not say how large a unit
//! is; with a volume beside it (`0.9% 100ml`) it does.
use super::number;
use crate::Strength;
use shenfang_units::{Dimension, Quantity, Ratio, Unit};

/// The strength, or `None` when the text is not understood to its end.
pub fn parse(text: &str) -> Option<Strength> {
    let normal: String = super::normalised_short(text)?
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    // The x of 0.4ml:4000AXaIU multiplies nothing.
    let normal = normal.replace("AXaIU", "IU").replace("AxaIU", "IU");
    let normal = unwrapped(&normal);
    let (label, pack_text) = match normal.split_once(['*', '×', 'X', 'x', ',']) {
        Some((label, pack)) => (label, Some(pack)),
        None => (normal, None),
    };
    // What the first reading is explained by: 1g(100万U).
    let (label, aside) = match label.split_once('(') {
        Some((label, aside)) => (label, Some(aside.strip_suffix(')')?)),
        None => (label, None),
    };
    let label = label.strip_prefix('每').map_or(label, of_each);
    let mut strength = contents(label).or_else(|| contents(aside?))?;
    if let Some(pack_text) = pack_text {
        strength.pack = Some(Box::new(pack(pack_text)?));
    }
    Some(strength)
}

/// `片含0.5g`, `袋装10g`, `丸重9g`, `支10mg`: what each unit holds.
fn of_each(rest: &str) -> &str {
    let amount = rest.trim_start_matches(|c: char| !c.is_ascii_digit());
    let words = rest.strip_suffix(amount).unwrap_or_default();
    let unit = words.trim_end_matches(['含', '装', '重']);
    if container(unit).is_some() { amount } else { rest }
}

/// Parentheses around the whole.
fn unwrapped(text: &str) -> &str {
    match text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        Some(inner) if !inner.contains(['(', ')']) => inner,
        _ => text,
    }
}

/// `0.9%`, `5%:250ml`, `10%10ml`: grams in 100 mL, and how many of them a unit holds where it says so.
fn percent(label: &str) -> Option<Strength> {
    let (number, volume) = label.split_once('%')?;
    let hundredth = Ratio::new(1, 100)?;
    let value = number::number(number).filter(|percent| *percent <= Ratio::integer(100))?;
    let concentration = Quantity {
        value: value.checked_mul(hundredth)?,
        unit: Unit::parse("g/mL").ok()?,
    };
    let volume = volume.trim_start_matches([':', '/']);
    if volume.is_empty() {
        return Some(Strength {
            amounts: vec![concentration],
            per: None,
            pack: None,
        });
    }
    let per = Quantity::parse(volume)
        .ok()
        .filter(|q| q.unit.dimension() == Dimension::VOLUME && !q.value.is_zero())?;
    let millilitres = per.convert(&Unit::parse("mL").ok()?)?.value;
    let amount = Quantity {
        value: concentration.value.checked_mul(millilitres)?,
        unit: Unit::parse("g").ok()?,
    };
    Some(Strength {
        amounts: vec![amount],
        per: Some(Box::new(per)),
        pack: None,
    })
}

/// What one unit contains.
fn contents(label: &str) -> Option<Strength> {
    if label.contains('%') {
        return percent(label);
    }
    if label.contains(':') {
        return ratio(label);
    }
    let mut parts: Vec<&str> = label.split(['/', '+']).collect();
    let mut per = None;
    // The last part of `50μg/喷`, `5mg/片`, `160μg/4.5μg/吸` is what the rest is in.
    if label.contains('/')
        && let Some(last) = parts.last().copied()
        && let Some(unit) = container(last)
    {
        parts.pop();
        per = Some(unit);
    }
    // 50mg/2ml/支 is 50 mg in 2 mL, once a unit.
    if let ([amount, volume], Some(whole)) = (parts.as_slice(), &per)
        && whole.unit.dimension() != Dimension::VOLUME
        && container(volume).is_some_and(|volume| volume.unit.dimension() == Dimension::VOLUME)
    {
        return ratio(&format!("{volume}:{amount}"));
    }
    let amounts = amounts(&parts)?;
    match per {
        Some(per) if per.unit.dimension() == Dimension::VOLUME => {
            let amounts: Option<Vec<Quantity>> =
                amounts.into_iter().map(|amount| concentration(amount, &per)).collect();
            Some(Strength {
                amounts: amounts?,
                per: None,
                pack: None,
            })
        }
        per => Some(Strength {
            amounts,
            per: per.map(Box::new),
            pack: None,
        }),
    }
}

/// `2ml:80mg`, `80mg:2ml`, `10ml:1g:0.1g`, `10mg:25mg`: at most one volume, the rest are amounts.
fn ratio(label: &str) -> Option<Strength> {
    let parts: Vec<&str> = label.split([':', '/']).collect();
    let all = amounts(&parts)?;
    let (mut volumes, mut amounts): (Vec<Quantity>, Vec<Quantity>) =
        all.into_iter().partition(|q| q.unit.dimension() == Dimension::VOLUME);
    if amounts.is_empty() || volumes.len() > 1 {
        return None;
    }
    // 20g:0.2g is a tube and what it holds: no ingredient of a tablet weighs five grams.
    if let ([one, other], true) = (amounts.as_slice(), volumes.is_empty())
        && let (Some(first), Some(second)) = (mass(one), mass(other))
        && first.max(second) >= Ratio::integer(5)
    {
        let whole = if first >= second { 0 } else { 1 };
        let per = amounts.get(whole).cloned();
        amounts.retain(|amount| Some(amount) != per.as_ref());
        return (amounts.len() == 1).then_some(Strength {
            amounts,
            per: per.map(Box::new),
            pack: None,
        });
    }
    // 1g:100万U is one amount said twice: the first stays.
    if amounts.first().map(|first| first.unit.dimension()) == Some(Dimension::MASS) {
        amounts.retain(|amount| amount.unit.dimension() == Dimension::MASS);
    }
    Some(Strength {
        amounts,
        per: volumes.pop().map(Box::new),
        pack: None,
    })
}

/// Grams.
fn mass(quantity: &Quantity) -> Option<Ratio> {
    quantity
        .amount()
        .filter(|amount| amount.dimension == Dimension::MASS)
        .map(|amount| amount.value)
}

/// Quantities; a number without a unit takes the next one's (`160/4.5μg`).
fn amounts(parts: &[&str]) -> Option<Vec<Quantity>> {
    let mut out: Vec<Quantity> = Vec::with_capacity(parts.len());
    for part in parts.iter().rev() {
        let quantity = match (Quantity::parse(part), out.last()) {
            (Ok(quantity), _) => quantity,
            (Err(_), Some(next)) => Quantity {
                value: Ratio::parse_decimal(part).ok()?,
                unit: next.unit.clone(),
            },
            (Err(_), None) => return None,
        };
        if quantity.value.is_zero() || !is_content(quantity.unit.dimension()) {
            return None;
        }
        out.push(quantity);
    }
    out.reverse();
    (!out.is_empty()).then_some(out)
}

/// What a unit can contain: something with mass, volume, biological units, moles or equivalents.
fn is_content(dimension: Dimension) -> bool {
    use shenfang_units::Base;
    let content = [
        Dimension::MASS,
        Dimension::VOLUME,
        Dimension::BIOLOGICAL,
        Dimension::of(Base::Amount),
        Dimension::of(Base::Equivalent),
    ];
    content.contains(&dimension)
}

/// A unit of use or a volume, with or without a number (`喷`, `2喷`, `mL`, `5mL`).
fn container(text: &str) -> Option<Quantity> {
    let quantity = match Unit::parse(text) {
        Ok(unit) => Quantity {
            value: Ratio::ONE,
            unit,
        },
        Err(_) => Quantity::parse(text).ok()?,
    };
    let holds = [Dimension::COUNT, Dimension::PACK, Dimension::VOLUME].contains(&quantity.unit.dimension())
        && !quantity.value.is_zero();
    holds.then_some(quantity)
}

/// 100 mg in 5 mL is 20 mg/mL.
fn concentration(amount: Quantity, per: &Quantity) -> Option<Quantity> {
    let unit = Unit::parse(&format!("{}/{}", amount.unit.text(), per.unit.text())).ok()?;
    Some(Quantity {
        value: amount.value.checked_div(per.value)?,
        unit,
    })
}

/// Units of use in one pack: `24粒`, `7片/盒`, `12片×2板`, `10`.
pub fn pack(text: &str) -> Option<Quantity> {
    let normal: String = super::normalised_short(text)?
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let normal = normal.split_once('/').map_or(Some(normal.as_str()), |(count, of)| {
        Unit::parse(of)
            .is_ok_and(|unit| [Dimension::PACK, Dimension::COUNT].contains(&unit.dimension()))
            .then_some(count)
    })?;
    let normal = without_content(normal);
    let mut factors = normal.split(['*', '×', 'x', 'X']);
    let mut whole = counted(factors.next()?)?;
    for factor in factors {
        let next = counted(factor)?;
        // The unit of use is the one that is not itself a pack: 12片×2板, 2板×12片.
        let unit = if whole.unit.dimension() == Dimension::PACK {
            next.unit
        } else {
            whole.unit
        };
        whole = Quantity {
            value: whole.value.checked_mul(next.value)?,
            unit,
        };
    }
    (whole.unit.dimension() != Dimension::PACK && !whole.value.is_zero()).then_some(whole)
}

/// `10ml×10支` is ten: what one of them holds stands before.
fn without_content(text: &str) -> &str {
    match text.split_once(['*', '×', 'x', 'X']) {
        Some((content, rest)) if Quantity::parse(content).is_ok_and(|q| is_content(q.unit.dimension())) => rest,
        _ => text,
    }
}

/// What has been handed out: `24片×2盒`, `2盒×24片`, `1盒(24粒)` are so many units of use; `None` for what is a plain quantity.
pub fn dispensed(text: &str) -> Option<Quantity> {
    let normal: String = super::normalised_short(text)?
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let (packs, each) = match normal.strip_suffix(')') {
        Some(inner) => inner.split_once('(')?,
        None => normal.split_once(['*', '×', 'x', 'X'])?,
    };
    let (packs, each) = (counted_unit(packs)?, counted_unit(each)?);
    let (packs, each) = if packs.unit.dimension() == Dimension::PACK {
        (packs, each)
    } else {
        (each, packs)
    };
    let boxes = packs.unit.dimension() == Dimension::PACK && each.unit.dimension() == Dimension::COUNT;
    Some(Quantity {
        value: packs.value.checked_mul(each.value)?,
        unit: each.unit,
    })
    .filter(|all| boxes && !all.value.is_zero())
}

/// A number of units of use or packs, the unit being written.
fn counted_unit(text: &str) -> Option<Quantity> {
    number::number(text).is_none().then(|| counted(text))?
}

/// A number of units of use, sheets or a plain number of them.
fn counted(text: &str) -> Option<Quantity> {
    if let Some(plain) = number::number(text) {
        return Some(Quantity {
            value: plain,
            unit: Unit::parse("个").ok()?,
        });
    }
    let quantity = Quantity::parse(text).ok()?;
    let counts = [Dimension::COUNT, Dimension::PACK].contains(&quantity.unit.dimension());
    counts.then_some(quantity)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// amounts | per | pack
    fn read(text: &str) -> String {
        let Some(strength) = parse(text) else {
            return "-".to_owned();
        };
        let amounts: Vec<String> = strength.amounts.iter().map(Quantity::to_string).collect();
        let or_none = |quantity: &Option<Box<Quantity>>| {
            quantity
                .as_ref()
                .map_or("-".to_owned(), |quantity| quantity.to_string())
        };
        format!(
            "{} | {} | {}",
            amounts.join(" + "),
            or_none(&strength.per),
            or_none(&strength.pack)
        )
    }

    #[test]
    fn packs_and_what_is_handed_out() {
        let shown = |q: Option<Quantity>| q.map_or("-".to_owned(), |q| q.to_string());
        assert_eq!(shown(pack("10ml×10支/盒")), "10 支");
        assert_eq!(shown(pack("10ml")), "-");
        for (text, expected) in [
            ("1 盒(24粒)", "24 粒"),
            ("2盒×24片", "48 片"),
            ("24片*2盒", "48 片"),
            ("2 盒", "-"),
            ("1支(5g)", "-"),
            ("2盒*24", "-"),
            ("2盒×3瓶", "-"),
        ] {
            assert_eq!(shown(dispensed(text)), expected, "{text}");
        }
    }

    #[test]
    fn strengths_as_labels_print_them() {
        for (text, expected) in [
            ("0.25 g", "0.25 g | - | -"),
            ("50 μg/喷", "50 μg | 1 喷 | -"),
            ("80万U", "80 万U | - | -"),
            ("2 ml:80 mg", "80 mg | 2 ml | -"),
            ("80 mg：2 ml", "80 mg | 2 ml | -"),
            ("100 mL:2 g", "2 g | 100 mL | -"),
            ("80 mg/5 mg", "80 mg + 5 mg | - | -"),
            ("80mg+12.5mg", "80 mg + 12.5 mg | - | -"),
            ("160/4.5μg/吸", "160 μg + 4.5 μg | 1 吸 | -"),
            ("0.3g*24粒", "0.3 g | - | 24 粒"),
            ("0.3g＊24", "0.3 g | - | 24 个"),
            ("5mg×7片/盒", "5 mg | - | 7 片"),
            ("0.25g*12片*2板", "0.25 g | - | 24 片"),
            ("0.25g×2板×12片/盒", "0.25 g | - | 24 片"),
            ("1g（100万U）", "1 g | - | -"),
            ("(10mg:25mg)", "10 mg + 25 mg | - | -"),
            ("10ml", "10 ml | - | -"),
            ("300 U:3 mL", "300 U | 3 mL | -"),
            ("5 mg/mL", "5 mg/mL | - | -"),
            ("100 mg/5 ml", "20 mg/ml | - | -"),
            ("每片含0.5g", "0.5 g | - | -"),
            ("10ml:1g:0.1g", "1 g + 0.1 g | 10 ml | -"),
            ("20 g:0.2 g", "0.2 g | 20 g | -"),
            ("10 mg:10 g", "10 mg | 10 g | -"),
            ("5%", "0.05 g/mL | - | -"),
            ("0.9% 100ml", "0.9 g | 100 ml | -"),
            ("5%：250ml", "12.5 g | 250 ml | -"),
            ("10%10ml*5支", "1 g | 10 ml | 5 支"),
            ("每袋装10g", "10 g | - | -"),
            ("每丸重9g", "9 g | - | -"),
            ("每支10mg", "10 mg | - | -"),
            ("50μg/揿,120揿", "50 μg | 1 揿 | 120 揿"),
            ("0.4ml:4000AxaIU", "4000 IU | 0.4 ml | -"),
            ("50mg/2ml/支", "50 mg | 2 ml | -"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
        for bad in [
            "",
            "复方",
            "0.25",
            "片",
            "0 mg",
            "5 mg mg",
            "3 d",
            "2ml:3ml",
            "0.25g(",
            "0.3g*",
            "0.3g*盒",
            "1g*5mg",
            "%",
            "101%",
            "0%",
            "5%5g",
            "每日10mg",
        ] {
            assert_eq!(read(bad), "-", "{bad}");
        }
    }
}
