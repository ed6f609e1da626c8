//! The enumerated words of the contract: code (JSON, English keyword) and Chinese word of each, in one table an enumeration.

/// Declares an enumeration with its code and Chinese word; order is declaration order.
macro_rules! coded {
    ($(#[$meta:meta])* $name:ident { $($(#[$vm:meta])* $variant:ident $code:literal $zh:literal $([$($also:literal),*])?,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum $name { $(#[doc = $zh] $(#[$vm])* $variant,)* }
        impl $name {
            /// Every value in declaration order.
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];
            /// JSON code and English keyword.
            pub const fn code(self) -> &'static str { match self { $($name::$variant => $code,)* } }
            /// Chinese word.
            pub const fn zh(self) -> &'static str { match self { $($name::$variant => $zh,)* } }
            /// From its code, Chinese word or an accepted spelling, exactly.
            pub fn from_word(word: &str) -> Option<$name> {
                match word {
                    $($code | $zh $($(| $also)*)? => Some($name::$variant),)*
                    _ => None,
                }
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> { serializer.serialize_str(self.code()) }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                let crate::vocabulary::Word(word) = crate::vocabulary::Word::deserialize(deserializer)?;
                $name::from_word(word.trim()).ok_or_else(|| crate::vocabulary::unknown_word::<D::Error>(&word, $name::ALL.iter().map(|v| (v.code(), v.zh()))))
            }
        }
    };
}

/// A word as it is read: borrowed where the input holds it as it is.
#[derive(serde::Deserialize)]
pub(crate) struct Word<'w>(#[serde(borrow)] pub std::borrow::Cow<'w, str>);

/// The error of a word outside an enumeration: the word, what was expected, the nearest.
pub(crate) fn unknown_word<E: serde::de::Error>(
    word: &str,
    all: impl Iterator<Item = (&'static str, &'static str)>,
) -> E {
    let words: Vec<String> = all.map(|(code, zh)| format!("{code} ({zh})")).collect();
    E::custom(format!(
        "unknown word `{}`, expected one of {}",
        word.chars().take(64).collect::<String>(),
        words.join(", ")
    ))
}

coded! {
    /// Kind of sheet.
    PrescriptionKind { Western "western" "西药" ["中成药", "西药/中成药", "西药处方", "中成药处方"], Decoction "decoction" "饮片" ["中药饮片", "中药饮片处方", "草药"], }
}
coded! {
    /// Where the sheet was written.
    Setting { Outpatient "outpatient" "门诊" ["普通门诊"], Emergency "emergency" "急诊", Inpatient "inpatient" "住院", Discharge "discharge" "出院带药", Internet "internet" "互联网" ["互联网诊疗"], }
}
coded! {
    /// Level of the institution; ordered.
    InstitutionLevel { Primary "primary" "基层" ["一级"], Secondary "secondary" "二级", Tertiary "tertiary" "三级", }
}
coded! {
    /// Rank of the prescriber; ordered.
    Title { Resident "resident" "初级" ["住院医师", "医师"], Attending "attending" "中级" ["主治医师"], AssociateChief "associate_chief" "副高" ["副主任医师", "高级"], Chief "chief" "正高" ["主任医师"], }
}
coded! {
    /// Rights of the prescriber.
    Privilege { RestrictedAntimicrobial "restricted_antimicrobial" "限制级抗菌药物", SpecialAntimicrobial "special_antimicrobial" "特殊级抗菌药物", Narcotic "narcotic" "麻醉药品", Toxic "toxic" "毒性药品", }
}
coded! {
    /// Sex.
    Sex { Female "female" "女" ["女性", "F"], Male "male" "男" ["男性", "M"], }
}
coded! {
    /// Child-Pugh class; ordered.
    ChildPugh { A "A" "甲级" ["a", "A级"], B "B" "乙级" ["b", "B级"], C "C" "丙级" ["c", "C级"], }
}
coded! {
    /// Form of a decoction sheet.
    SheetForm { Decoction "decoction" "汤剂" ["煎剂"], Granules "granules" "颗粒" ["颗粒剂", "配方颗粒"], Paste "paste" "膏方" ["膏滋"], Powder "powder" "散剂" ["散"], Pill "pill" "丸剂" ["丸"], External "external" "外用" ["外用剂"], }
}
coded! {
    /// Footnote of a piece.
    Footnote {
        DecoctFirst "decoct_first" "先煎", DecoctLater "decoct_later" "后下" ["后入"], Wrapped "wrapped" "包煎" ["布包煎", "布包"], Separately "decocted_separately" "另煎" ["另炖", "单煎"],
        Melted "melted" "烊化" ["烊化兑服"], Infused "taken_drenched" "冲服", Ground "ground" "研末" ["研粉", "打粉"], Juice "juice" "榨汁" ["捣汁"], Soaked "soaked" "泡服" ["泡水"], Crushed "crushed" "打碎" ["捣碎"],
        DecoctedForWater "decocted_for_water" "煎汤代水", Swallowed "swallowed" "吞服",
    }
}
coded! {
    /// Result of a skin test.
    SkinTestResult { Negative "negative" "阴性" ["(-)", "-", "皮试阴性"], Positive "positive" "阳性" ["(+)", "+", "皮试阳性"], NotDone "not_done" "未做" ["未皮试", "未试"], Exempt "exempt" "免试" ["免皮试", "免做"], }
}
coded! {
    /// Severity; ordered.
    Severity { Minor "minor" "轻微", Moderate "moderate" "中等", Major "major" "严重", Contraindicated "contraindicated" "禁忌", }
}
coded! {
    /// Action; ordered.
    Action { Log "log" "记录", Inform "inform" "提示", Warn "warn" "警示", Block "block" "拦截", }
}
coded! {
    /// Category of a finding.
    Category {
        Interaction "interaction" "相互作用", Incompatibility "incompatibility" "配伍禁忌", DuplicateTherapy "duplicate_therapy" "重复用药", Allergy "allergy" "过敏",
        Contraindication "contraindication" "禁忌证", Dose "dose" "用法用量", Route "route" "给药途径", Preparation "preparation" "煎法脚注", Infusion "infusion" "输液配制",
        SkinTest "skin_test" "皮试", Indication "indication" "适应证", Quantity "quantity" "处方量", Legality "legality" "合法性", Format "format" "规范性",
    }
}
coded! {
    /// What a dose limit measures.
    Measure { Single "single" "单次", Daily "daily" "每日", Weekly "weekly" "每周", Course "course" "疗程总量", Frequency "frequency" "频次", Duration "duration" "疗程", }
}
coded! {
    /// Routes of administration, one tree (see [`Route::parent`]).
    Route {
        Systemic "systemic" "全身", Oral "oral" "口服", Decoction "decoction" "煎服", Powder "powder" "散服", Pill "pill" "丸服", Paste "paste" "膏服", Tube "tube" "鼻饲",
        Sublingual "sublingual" "舌下", Buccal "buccal" "颊含", Parenteral "parenteral" "注射", Iv "iv" "静脉", IvPush "iv_push" "静脉推注", IvInfusion "iv_infusion" "静脉滴注",
        Im "im" "肌注", Sc "sc" "皮下", Intraosseous "intraosseous" "骨内", IntraArterial "intra_arterial" "动脉", Rectal "rectal" "直肠", Transdermal "transdermal" "透皮",
        Local "local" "局部", Topical "topical" "外用", Oromucosal "oromucosal" "口腔局部", Ophthalmic "ophthalmic" "眼用", Otic "otic" "耳用", Nasal "nasal" "鼻用", Inhaled "inhaled" "吸入",
        Vaginal "vaginal" "阴道", IntraArticular "intra_articular" "关节腔", Intrathecal "intrathecal" "鞘内", Epidural "epidural" "硬膜外", Intradermal "intradermal" "皮内",
        Intravesical "intravesical" "膀胱", Intracavitary "intracavitary" "腔内", LocalInjection "local_injection" "局部注射", SkinTest "skin_test" "皮试",
    }
}

impl Route {
    /// The node above, `None` for the two roots and 皮试.
    pub const fn parent(self) -> Option<Route> {
        use Route::*;
        match self {
            Systemic | Local | SkinTest => None,
            Oral | Sublingual | Buccal | Parenteral | Rectal | Transdermal => Some(Systemic),
            Decoction | Powder | Pill | Paste | Tube => Some(Oral),
            Iv | Im | Sc | Intraosseous | IntraArterial => Some(Parenteral),
            IvPush | IvInfusion => Some(Iv),
            Topical | Oromucosal | Ophthalmic | Otic | Nasal | Inhaled | Vaginal | IntraArticular | Intrathecal
            | Epidural | Intradermal | Intravesical | Intracavitary | LocalInjection => Some(Local),
        }
    }
    /// True when `self` is `node` or lies below it.
    pub fn within(self, node: Route) -> bool {
        let mut here = Some(self);
        while let Some(route) = here {
            if route == node {
                return true;
            }
            here = route.parent();
        }
        false
    }
}

impl Severity {
    /// contraindicated block · major warn · moderate inform · minor log
    pub const fn default_action(self) -> Action {
        match self {
            Severity::Contraindicated => Action::Block,
            Severity::Major => Action::Warn,
            Severity::Moderate => Action::Inform,
            Severity::Minor => Action::Log,
        }
    }
}

coded! {
    /// Dose forms, one tree (see [`DoseForm::parent`]).
    DoseForm {
        OralSolid "oral_solid" "口服固体", Tablet "tablet" "片", Capsule "capsule" "胶囊", SoftCapsule "soft_capsule" "软胶囊", Pill "pill" "丸", DrippingPill "dripping_pill" "滴丸",
        Granules "granules" "颗粒", Powder "powder" "散", ModifiedRelease "modified_release" "缓控释", ExtendedTablet "extended_release_tablet" "缓释片", ControlledTablet "controlled_release_tablet" "控释片",
        ExtendedCapsule "extended_release_capsule" "缓释胶囊", EntericTablet "enteric_tablet" "肠溶片", EntericCapsule "enteric_capsule" "肠溶胶囊", Dispersible "dispersible_tablet" "分散片",
        Chewable "chewable_tablet" "咀嚼片", Effervescent "effervescent_tablet" "泡腾片", SublingualTablet "sublingual_tablet" "舌下片", BuccalTablet "buccal_tablet" "含片",
        OralLiquid "oral_liquid" "口服液体", OralSolution "oral_solution" "口服溶液", Suspension "suspension" "混悬液", Syrup "syrup" "糖浆", DrySuspension "dry_suspension" "干混悬剂", Drops "oral_drops" "滴剂",
        Injection "injection" "注射剂", InjectionSolution "injection_solution" "注射液", InjectionPowder "powder_for_injection" "粉针", Aerosol "inhaler" "气雾剂", InhalationPowder "inhalation_powder" "吸入粉雾剂",
        NebulizerSolution "nebuliser_solution" "雾化吸入液", NasalSpray "nasal_spray" "鼻喷雾剂", EyeDrops "eye_drops" "滴眼液", EyeOintment "eye_ointment" "眼膏", EarDrops "ear_drops" "滴耳液",
        Cream "cream" "乳膏", Ointment "ointment" "软膏", Gel "gel" "凝胶", Patch "patch" "贴剂", Suppository "suppository" "栓", Lotion "lotion" "洗剂", Liniment "liniment" "搽剂", Mixture "mixture" "合剂", Wine "medicinal_wine" "酒剂", Plaster "plaster" "膏药",
        VaginalForm "vaginal_form" "阴道制剂",
        VaginalTablet "vaginal_tablet" "阴道片",
        VaginalEffervescent "vaginal_effervescent_tablet" "阴道泡腾片",
        VaginalCapsule "vaginal_capsule" "阴道胶囊",
        VaginalSoftCapsule "vaginal_soft_capsule" "阴道软胶囊",
        VaginalGel "vaginal_gel" "阴道凝胶",
        VaginalSuppository "vaginal_suppository" "阴道栓",
        Solution "solution" "溶液",
        TopicalSolution "topical_solution" "外用溶液",
        Tincture "tincture" "酊剂" ["酊"],
        Spray "spray" "喷雾剂",
        NasalDrops "nasal_drops" "滴鼻剂" ["滴鼻液"],
        Disintegrating "orally_disintegrating_tablet" "口崩片" ["口腔崩解片"],
        OralFilm "oral_film" "口溶膜",
        ExtendedGranules "extended_release_granules" "缓释颗粒",
        EntericGranules "enteric_granules" "肠溶颗粒",
        ExtendedSuspension "extended_release_suspension" "缓释混悬液",
        Mouthwash "mouthwash" "含漱液" ["漱口液"],
        Enema "enema" "灌肠剂" ["灌肠液"],
        Irrigation "irrigation" "冲洗剂" ["冲洗液"],
        GelPlaster "gel_plaster" "凝胶贴膏" ["巴布膏"],
    }
}
impl DoseForm {
    /// The node above: `oral_solid`, `oral_liquid`, `injection`, `modified_release`, `vaginal_form` gather what is below them. Forms that dissolve
    /// in the mouth or go elsewhere stand alone; so does a `溶液` that does not say whether it is taken or applied.
    pub const fn parent(self) -> Option<DoseForm> {
        use DoseForm::*;
        match self {
            Tablet | Capsule | Pill | DrippingPill | Granules | Powder | ModifiedRelease => Some(OralSolid),
            OralFilm => Some(OralSolid),
            SoftCapsule | EntericCapsule => Some(Capsule),
            EntericTablet | Dispersible | Chewable | Effervescent | Disintegrating => Some(Tablet),
            EntericGranules => Some(Granules),
            ExtendedTablet | ControlledTablet | ExtendedCapsule | ExtendedGranules => Some(ModifiedRelease),
            ExtendedSuspension => Some(Suspension),
            OralSolution | Suspension | Syrup | DrySuspension | Drops | Mixture => Some(OralLiquid),
            InjectionSolution | InjectionPowder => Some(Injection),
            VaginalTablet | VaginalCapsule | VaginalGel | VaginalSuppository => Some(VaginalForm),
            VaginalEffervescent => Some(VaginalTablet),
            VaginalSoftCapsule => Some(VaginalCapsule),
            TopicalSolution => Some(Solution),
            GelPlaster => Some(Plaster),
            OralSolid | OralLiquid | Injection | SublingualTablet | BuccalTablet | Aerosol | InhalationPowder
            | NebulizerSolution | NasalSpray | EyeDrops | EyeOintment | EarDrops | Cream | Ointment | Gel | Patch
            | Suppository | Lotion | Liniment | Wine | Plaster | VaginalForm | Solution | Tincture | Spray
            | NasalDrops | Mouthwash | Enema | Irrigation => None,
        }
    }

    /// True when `self` is `node` or lies below it.
    pub fn within(self, node: DoseForm) -> bool {
        std::iter::successors(Some(self), |form| form.parent()).any(|form| form == node)
    }
}

coded! {
    /// Timing words that may follow a frequency.
    MealTiming { BeforeMeals "ac" "餐前", AfterMeals "pc" "餐后", WithMeals "cf" "餐中", AtBedtime "hs" "睡前", }
}

/// How often: `times` administrations every `period`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timing {
    /// how the text is to be counted
    pub kind: TimingKind,
    /// administrations per period (the most often, where several are stated); 1 where `kind` is `Once`
    pub times: shenfang_units::Ratio,
    /// length of the period in days; 1 d for `Once`
    pub days: shenfang_units::Ratio,
    /// `prn`, 必要时: at most so often
    pub as_needed: bool,
    /// timing word
    pub timing: Option<MealTiming>,
}

/// How a frequency is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimingKind {
    /// every day or several times a day, or every so many hours
    Periodic,
    /// `st`, `once`: one administration in all
    Once,
    /// `prn` alone: no frequency is stated
    AsNeeded,
    /// needs a rate
    Continuous,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_leads_back_to_its_value() {
        for route in Route::ALL {
            assert_eq!(Route::from_word(route.code()), Some(*route));
            assert_eq!(Route::from_word(route.zh()), Some(*route));
        }
        for form in DoseForm::ALL {
            assert_eq!(DoseForm::from_word(form.code()), Some(*form));
            assert_eq!(DoseForm::from_word(form.zh()), Some(*form));
        }
        for note in Footnote::ALL {
            assert_eq!(Footnote::from_word(note.zh()), Some(*note));
        }
    }

    #[test]
    fn a_node_means_all_below_it() {
        assert!(Route::IvInfusion.within(Route::Parenteral) && Route::Decoction.within(Route::Systemic));
        assert!(!Route::Topical.within(Route::Systemic) && !Route::SkinTest.within(Route::Local));
        assert!(
            DoseForm::EntericTablet.within(DoseForm::OralSolid)
                && DoseForm::ExtendedTablet.within(DoseForm::ModifiedRelease)
        );
        assert!(
            !DoseForm::Tablet.within(DoseForm::EntericTablet) && !DoseForm::Suppository.within(DoseForm::OralSolid)
        );
    }
}
