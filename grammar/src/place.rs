//! The places where a word of the language can stand.

macro_rules! places {
    ($($variant:ident $rule:literal $kind:ident $zh:literal $en:literal,)*) => {
        /// Where a word stands. The same spelling may stand in several places with different meanings.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Place { $(#[doc = $en] $variant,)* }
        impl Place {
            /// Every place in the order of the manual.
            pub const ALL: &'static [Place] = &[$(Place::$variant,)*];
            /// Its rule in `keywords.pest`.
            pub const fn rule_name(self) -> &'static str { match self { $(Place::$variant => $rule,)* } }
            /// What stands there, for a Chinese reader.
            pub const fn zh(self) -> &'static str { match self { $(Place::$variant => $zh,)* } }
            /// What stands there, for an English reader.
            pub const fn en(self) -> &'static str { match self { $(Place::$variant => $en,)* } }
            const fn kind(self) -> Kind { match self { $(Place::$variant => Kind::$kind,)* } }
        }
    };
}

/// How the words of a place are used by the grammar.
#[derive(PartialEq, Eq)]
enum Kind {
    /// the grammar names each word; none of them can be a name without quotes
    Reserved,
    /// the grammar names each word; elsewhere they are ordinary names
    Open,
    /// the grammar names the place; elsewhere the words are ordinary names
    Listed,
}

places! {
    Declaration "declaration" Reserved "声明" "declaration",
    PackField "pack_field" Open "规则包的字段" "field of a pack",
    SourceField "source_field" Open "来源的字段" "field of a source",
    RuleField "rule_field" Reserved "规则的字段" "field of a rule",
    DoseField "dose_field" Reserved "剂量的字段" "field of a dose",
    FindingField "finding_field" Reserved "规则和剂量共有的字段" "field of a rule or a dose",
    PolicyField "policy_field" Open "机构策略的字段" "field of a policy",
    ChangeField "change_field" Open "策略各项的字段" "field of a policy's change",
    ExampleField "example_field" Open "示例的字段" "field of an example",
    PatientField "patient_field" Open "示例中患者的其他字段" "further field of an example's patient",
    ItemField "item_field" Listed "示例中药品的其他字段" "further field of an example's item",
    UsageField "usage_field" Listed "示例中用法的字段" "field of an example's usage",
    Expectation "expectation" Reserved "示例的应得" "what an example expects",
    Language "language" Open "文字的语言" "language of a text",
    Connective "connective" Reserved "连接词" "connective",
    Target "target" Reserved "策略改成什么" "what a policy changes to",
    Predicate "predicate" Reserved "判断与函数" "test or function",
    Relation "relation" Reserved "药品之间的关系" "relation between items",
    Subject "subject" Reserved "属性的主体" "owner of an attribute",
    ItemAttribute "item_attribute" Listed "药品的属性" "attribute of an item",
    PatientAttribute "patient_attribute" Listed "患者的属性" "attribute of the patient",
    AgeAttribute "age_attribute" Listed "年龄的属性" "attribute of an age",
    RxAttribute "rx_attribute" Listed "处方的属性" "attribute of the prescription",
    PrescriberAttribute "prescriber_attribute" Listed "医师的属性" "attribute of the prescriber",
    InstitutionAttribute "institution_attribute" Listed "机构的属性" "attribute of the institution",
    Measure "measure" Listed "剂量的量" "measure of a dose",
    Category "category" Listed "类别" "category",
    Concern "concern" Listed "禁忌证的对象" "which fact of the patient a contraindication is about",
    Severity "severity" Listed "级别" "severity",
    Action "action" Listed "动作" "action",
    Literal "literal" Listed "定值" "fixed value",
    Kind "kind" Listed "处方类型" "kind of prescription",
    Setting "setting" Listed "就诊场景" "setting",
    Level "level" Listed "机构级别" "level of an institution",
    Title "title" Listed "职称" "rank of a prescriber",
    Privilege "privilege" Listed "处方权限" "privilege of a prescriber",
    Sex "sex" Listed "性别" "sex",
    ChildPugh "child_pugh" Listed "肝功能分级" "Child-Pugh class",
    Route "route" Listed "给药途径" "route",
    SheetForm "sheet_form" Listed "饮片处方的剂型" "form of a decoction sheet",
    DoseForm "dose_form" Listed "制剂的剂型" "dose form of a product",
    Footnote "footnote" Listed "煎法脚注" "footnote of a piece",
    SkinTest "skin_test" Listed "皮试结果" "result of a skin test",
    MealTiming "meal_timing" Listed "服药时机" "timing of a dose",
    Section "section" Listed "目录表的分节" "section of a catalogue table",
    ConceptField "concept_field" Listed "目录条目的字段" "field of a catalogue entry",
    TableField "table_field" Listed "表的字段" "field of a table",
    TableKind "table_kind" Listed "表的种类" "kind of table",
}

impl Place {
    /// Whether each word of the place has a rule of its own in `keywords.pest`.
    pub fn one_rule_a_word(self) -> bool {
        self.kind() != Kind::Listed
    }
    /// Whether its words can be names only in quotes.
    pub fn reserved(self) -> bool {
        self.kind() == Kind::Reserved
    }
    /// The attributes of an owner (`patient` → [`Place::PatientAttribute`]), by the owner's English word.
    pub fn of_subject(subject: &str) -> Option<Place> {
        Some(match subject {
            "patient" => Place::PatientAttribute,
            "rx" => Place::RxAttribute,
            "prescriber" => Place::PrescriberAttribute,
            "institution" => Place::InstitutionAttribute,
            _ => return None,
        })
    }
    /// The enumerations whose words an attribute or field of this place takes, by its English word.
    pub fn values(self, word: &str) -> &'static [Place] {
        match (self, word) {
            (Place::ItemAttribute | Place::DoseField, "route") => &[Place::Route],
            (Place::ItemAttribute, "form") => &[Place::DoseForm],
            (Place::RxAttribute | Place::DoseField | Place::UsageField, "form") => &[Place::SheetForm],
            (Place::ItemAttribute, "preparation") => &[Place::Footnote, Place::Literal],
            (Place::ItemAttribute, "skin_test") => &[Place::SkinTest],
            (Place::ItemAttribute, "frequency") => &[Place::MealTiming],
            (Place::RxAttribute | Place::ExampleField, "kind") => &[Place::Kind],
            (Place::RxAttribute | Place::ExampleField, "setting") => &[Place::Setting],
            (Place::PatientAttribute, "sex") => &[Place::Sex],
            (Place::PatientAttribute, "child_pugh") => &[Place::ChildPugh],
            (Place::PrescriberAttribute, "title") => &[Place::Title],
            (Place::PrescriberAttribute, "privileges") => &[Place::Privilege, Place::Literal],
            (Place::InstitutionAttribute, "level") => &[Place::Level],
            _ => &[Place::Literal],
        }
    }
}
