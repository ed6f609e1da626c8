//! The path of a field as a pharmacist says it: `items.2.dose` is 药2 剂量. The words are those of the rule language.
//!
//! What it never does: name a field that is not one. A path it does not know stays as it is.
use shenfang::Language;
use shenfang_grammar::{Place, words};

/// The path in the reader's words; English readers read the path itself.
pub fn said(path: &str, language: Language) -> String {
    match language {
        Language::Zh => zh(path).unwrap_or_else(|| path.to_owned()),
        Language::En => path.to_owned(),
    }
}

fn zh(path: &str) -> Option<String> {
    // Of a list it is said which by the text that stands beside.
    let path = match path.rsplit_once('.') {
        Some((list @ ("patient.allergies" | "patient.conditions" | "diagnoses"), _)) => list,
        _ => path,
    };
    let Some((owner, rest)) = path.split_once('.') else {
        let said = word(path, &[Place::RxAttribute, Place::Subject])?;
        return Some(if path == "kind" {
            format!("处方{said}")
        } else {
            said.to_owned()
        });
    };
    match owner {
        "items" => line("药", rest),
        "current_medications" => line("现用药", rest),
        "patient" => match rest.split_once('.') {
            Some(("lab", what)) => Some(format!("检验 {what}")),
            _ if rest == "observations" => Some("检验".to_owned()),
            _ => Some(format!(
                "患者{}",
                word(rest, &[Place::PatientAttribute, Place::PatientField])?
            )),
        },
        "prescriber" => Some(format!("医师{}", word(rest, &[Place::PrescriberAttribute])?)),
        "institution" => Some(format!("机构{}", word(rest, &[Place::InstitutionAttribute])?)),
        "usage" => word(rest, &[Place::UsageField]).map(str::to_owned),
        "tcm_diagnosis" => word(rest, &[Place::RxAttribute]).map(str::to_owned),
        _ => None,
    }
}

/// `2.dose`, `2.infusion.rate`: an id may hold points of its own, a field has none.
fn line(what: &str, rest: &str) -> Option<String> {
    let (id, field) = rest.rsplit_once('.')?;
    let id = id.strip_suffix(".infusion").unwrap_or(id);
    let said = match field {
        "drug" => "药名",
        "steps" => word("step", &[Place::ItemField])?,
        field => word(field, &[Place::ItemAttribute, Place::ItemField])?,
    };
    match id.split_once(".steps.") {
        Some((id, step)) => {
            let step = step.parse::<u32>().ok()?.checked_add(1)?;
            Some(format!("{what}{id} 第{step}步{said}"))
        }
        None => Some(format!("{what}{id} {said}")),
    }
}

fn word(en: &str, places: &[Place]) -> Option<&'static str> {
    places
        .iter()
        .find_map(|place| words(*place).find(|keyword| keyword.en == en))
        .map(|keyword| keyword.zh)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_as_a_pharmacist_says_them() {
        for (path, expected) in [
            ("items.2.dose", "药2 剂量"),
            ("items.a.b.infusion.rate", "药a.b 滴速"),
            ("items.1.infusion.group", "药1 输液组"),
            ("items.1.steps", "药1 分步"),
            ("items.1.max_per_day", "药1 每日最多"),
            ("items.1.drug", "药1 药名"),
            ("current_medications.m1.frequency", "现用药m1 频次"),
            ("current_medications", "现用药品"),
            ("patient.age", "患者年龄"),
            ("patient.lab.LOINC:6301-6", "检验 LOINC:6301-6"),
            ("patient.allergies", "患者过敏"),
            ("usage.servings", "分服次数"),
            ("usage.form", "剂型"),
            ("doses", "剂数"),
            ("kind", "处方类型"),
            ("authored_on", "开具日期"),
            ("tcm_diagnosis.pattern", "证型"),
            ("prescriber.title", "医师职称"),
            ("patient.allergies.0", "患者过敏"),
            ("diagnoses.1", "诊断"),
            ("items.1.steps.0.frequency", "药1 第1步频次"),
            ("something.else", "something.else"),
        ] {
            assert_eq!(said(path, Language::Zh), expected);
            assert_eq!(said(path, Language::En), path);
        }
    }
}
