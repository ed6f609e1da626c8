//! The 28 codes of 处方点评 (《医院处方点评管理规范（试行）》 articles 17–20), and the code a category implies.
use shenfang_clinical::Category;

/// Codes of the three groups: 不规范 1-1…1-15, 用药不适宜 2-1…2-9, 超常 3-1…3-4.
const GROUPS: [(u8, u8); 3] = [(1, 15), (2, 9), (3, 4)];

/// Whether `code` is one of the 28.
pub(crate) fn is_code(code: &str) -> bool {
    all().any(|known| known == code)
}

/// Every code in order.
pub(crate) fn all() -> impl Iterator<Item = String> {
    GROUPS
        .into_iter()
        .flat_map(|(group, last)| (1..=last).map(move |n| format!("{group}-{n}")))
}

/// The code of a category; `None` where the rule must say (规范性).
pub(crate) fn default_of(category: Category) -> Option<&'static str> {
    Some(match category {
        Category::Interaction | Category::Incompatibility | Category::Infusion => "2-8",
        Category::DuplicateTherapy => "2-7",
        Category::Dose | Category::Preparation => "2-5",
        Category::Route => "2-3",
        Category::Contraindication | Category::Allergy => "2-2",
        Category::Indication => "2-1",
        Category::Quantity => "1-12",
        Category::SkinTest => "2-9",
        Category::Legality => "1-13",
        Category::Format => return None,
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn there_are_28() {
        assert_eq!(super::all().count(), 28);
        assert!(super::is_code("1-15") && !super::is_code("1-16") && !super::is_code("2-0") && !super::is_code("4-1"));
    }
}
