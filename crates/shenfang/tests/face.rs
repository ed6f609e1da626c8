//! From texts to a review through the face alone.
use shenfang::{Catalogue, Language, Options, Prescription, Reviewer, RuleSet, Sources, clinical::Item};

const NAMES: &str = "herbs:\n  附子: {}\n  半夏: {}\n";
const PACK: &str = "pack t { title \"测试\" version \"1\" owner \"me\" }\nsource s { citation \"书\" }\n";
const RULE: &str =
    "rule r { category incompatibility match a: 附子, b: 半夏 severity contraindicated message \"{a}反{b}\" cite s }\n";

fn catalogue() -> Catalogue {
    let (catalogue, said) = Catalogue::load([("catalogue/names.yaml", NAMES)].into_iter().collect());
    assert!(said.list.is_empty(), "{}", said.render(Language::En, false));
    catalogue
}

fn sheet(drugs: &[&str]) -> Prescription {
    let item = |(id, drug): (usize, &&str)| {
        let mut item = Item {
            id: id.to_string().into(),
            ..Item::default()
        };
        item.drug.name = Some((*drug).into());
        item
    };
    let items = (1..).zip(drugs).map(item).collect();
    Prescription {
        id: "rx".into(),
        items,
        current_medications: Some(vec![]),
        ..Prescription::default()
    }
}

#[test]
fn texts_become_a_review() {
    let (rules, said) = RuleSet::compile(
        &catalogue(),
        [("t/t.rx", [PACK, RULE].concat())].into_iter().collect(),
        Options::default(),
    );
    assert!(!said.has_errors(), "{}", said.render(Language::En, false));
    let sheet = sheet(&["附子", "半夏"]);
    let reviewer = rules.reviewer();
    let review = reviewer.review(&sheet);
    assert_eq!(
        review.findings.iter().map(|f| &*f.message.zh).collect::<Vec<_>>(),
        ["附子反半夏"]
    );
    let bytes = rules.program().to_bytes().expect("a program is bytes");
    assert_eq!(
        Reviewer::load(&bytes).expect("bytes are a program").review(&sheet),
        review
    );
    assert!(Reviewer::load(b"no program").is_err());
}

#[test]
fn a_fault_is_said_and_its_neighbours_are_kept() {
    let text = [
        PACK,
        RULE,
        "rule q { category incompatibility match a: 附孑 severity major message \"{a}\" cite s }\n",
    ]
    .concat();
    let (rules, said) = RuleSet::compile(
        &catalogue(),
        [("t/t.rx", text)].into_iter().collect(),
        Options::default(),
    );
    assert!(said.has_errors());
    assert!(said.render(Language::Zh, false).contains("附孑"));
    assert_eq!(rules.knowledge().rules().len(), 1);
}

#[test]
fn sources_say_their_packs_and_lay_themselves_out() {
    let sources: Sources = [("t/t.rx", PACK), ("t/r.rx", RULE)].into_iter().collect();
    assert_eq!(sources.packs(), [Some("t".to_owned()), None]);
    assert!(sources.format(Some(Language::Zh)).iter().all(|(_, text)| text.is_ok()));
    let (rules, _) = RuleSet::compile(&catalogue(), sources, Options::default());
    assert_eq!(rules.only("t").digest(), rules.digest());
    assert_eq!(rules.only("other").knowledge().rules().len(), 0);
}
