//! The rules of one pack by themselves, which its examples are run with.
use super::Knowledge;
use crate::FindingSpec;

impl Knowledge {
    /// The same catalogue, sources and groups with only the rules, doses and policies of one pack. An unknown pack leaves none.
    pub fn only_pack(&self, pack: &str) -> Knowledge {
        let mut only = self.clone();
        let of_pack = |finding: &FindingSpec| self.packs.get(finding.pack).is_some_and(|p| p.id == pack);
        only.rules.retain(|rule| of_pack(&rule.finding));
        only.doses.retain(|dose| of_pack(&dose.finding));
        let of_policy = |id: &str| id.strip_prefix(pack).is_some_and(|rest| rest.starts_with('.'));
        only.presumptions.retain(|presumption| of_policy(&presumption.policy));
        let findings = only
            .rules
            .iter_mut()
            .map(|rule| &mut rule.finding)
            .chain(only.doses.iter_mut().map(|dose| &mut dose.finding));
        findings.for_each(|finding| finding.policy.retain(|mark| of_policy(&mark.id)));
        // An institution's own names are none of a pack's examples.
        only.mappings.clear();
        only.weave();
        only
    }
}
