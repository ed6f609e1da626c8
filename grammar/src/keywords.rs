//! The table itself: one row a word, in the order of the manual.
use crate::{Keyword, Place};

macro_rules! keywords {
    ($($place:ident { $($en:literal $zh:literal,)* })*) => {
        /// Every word of the language in every place it can stand.
        pub const KEYWORDS: &[Keyword] = &[$($(Keyword { place: Place::$place, en: $en, zh: $zh },)*)*];
    };
}

keywords! {
    Declaration {
        "pack" "规则包", "source" "来源", "group" "组", "rule" "规则", "dose" "剂量", "example" "示例", "policy" "机构策略",
    }
    PackField { "title" "标题", "version" "版本", "owner" "归属", }
    SourceField { "citation" "题名", "valid" "有效", }
    RuleField { "match" "匹配", "when" "当", }
    DoseField { "route" "途径", "form" "剂型", "when" "当", "band" "适用", "gap" "未定", "over" "超过", }
    FindingField {
        "title" "标题",
        "category" "类别",
        "subject" "对象",
        "kind" "归类",
        "review_code" "点评",
        "severity" "级别",
        "action" "动作",
        "raise to" "升为",
        "countersigned" "双签",
        "locked" "锁定",
        "disabled" "停用",
        "exempt" "豁免",
        "presume" "推定",
        "message" "提示",
        "advice" "建议",
        "cite" "依据",
        "effective" "生效",
    }
    PolicyField { "scope" "范围", "severity" "级别", "action" "动作", "mute" "静音", "enable" "启用", "lock" "锁定", "presume" "推定", }
    ChangeField { "reason" "理由", "approver" "批准人", "until" "截止", }
    ExampleField {
        "kind" "类型",
        "setting" "场景",
        "authored_on" "开具日期",
        "presented_on" "调配日期",
        "department" "科室",
        "diagnoses" "诊断",
        "disease" "病名",
        "pattern" "证型",
        "doses" "剂数",
        "extension_reason" "延长理由",
        "amendments" "修改",
        "patient" "患者",
        "prescriber" "医师",
        "institution" "机构",
        "usage" "用法",
        "current" "现用",
    }
    PatientField { "birth_date" "出生日期", "lmp" "末次月经", "lab" "检验", }
    ItemField {
        "max_per_day" "每日最多",
        "pack" "包装",
        "step" "分步",
        "started_on" "开始日期",
        "stopped_on" "停用日期",
        "institution" "机构",
        "renewed_by" "续用",
        "batch" "批号",
    }
    UsageField { "form" "剂型", "doses_per_day" "每日剂数", "servings" "分服次数", }
    Expectation { "expects" "应得", "nothing" "无", "undetermined" "无法判断", "presumed" "推定", "needs" "缺", }
    Language { "zh" "zh", "en" "en", }
    Connective {
        "and" "且",
        "or" "或",
        "not" "非",
        "when" "当",
        "unless" "除非",
        "is" "为",
        "in" "在",
        "within" "内",
        "has" "有",
        "had" "曾有",
        "any" "任意",
        "except" "除去",
        "alone" "单方",
        "prescribed" "本方",
        "current" "现用",
    }
    Target { "to" "为", }
    Predicate {
        "always" "所有",
        "known" "已知",
        "stated" "已注明",
        "any" "任一",
        "no" "没有",
        "count" "计数",
        "total" "合计",
        "lab" "检验",
        "text" "原文",
        "allergic to" "过敏于",
    }
    Relation {
        "sharing substance" "同成分",
        "sharing herb" "同药材",
        "sharing ATC4" "同四级",
        "sharing group" "同组",
        "mixed with" "同瓶",
    }
    Subject {
        "patient" "患者",
        "rx" "处方",
        "prescriber" "医师",
        "institution" "机构",
        "items" "药品",
        "current_medications" "现用药品",
    }
    ItemAttribute {
        "dose" "剂量",
        "daily" "日剂量",
        "total" "总量",
        "frequency" "频次",
        "duration" "疗程",
        "quantity" "数量",
        "route" "途径",
        "form" "剂型",
        "strength" "规格",
        "preparation" "脚注",
        "skin_test" "皮试",
        "rate" "滴速",
        "over" "滴注时间",
        "concentration" "浓度",
        "group" "输液组",
        "diluent" "溶媒",
        "double_signed" "双签",
    }
    PatientAttribute {
        "age" "年龄",
        "weight" "体重",
        "height" "身高",
        "bsa" "体表面积",
        "sex" "性别",
        "pregnant" "妊娠",
        "gestation" "孕周",
        "lactating" "哺乳",
        "egfr" "egfr",
        "crcl" "crcl",
        "child_pugh" "肝功能分级",
        "dialysis" "透析",
        "allergies" "过敏",
        "conditions" "疾病",
    }
    AgeAttribute { "unit" "单位", }
    RxAttribute {
        "kind" "类型",
        "setting" "场景",
        "doses" "剂数",
        "form" "剂型",
        "diagnoses" "诊断",
        "disease" "病名",
        "pattern" "证型",
        "extension_reason" "延长理由",
        "department" "科室",
        "authored_on" "开具日期",
        "presented_on" "调配日期",
        "amendments" "修改",
    }
    PrescriberAttribute { "id" "编号", "title" "职称", "privileges" "权限", "signed" "签名", }
    InstitutionAttribute { "id" "编号", "level" "级别", }
    Measure {
        "single" "单次", "daily" "每日", "weekly" "每周", "course" "疗程总量", "frequency" "频次", "duration" "疗程",
    }
    Category {
        "interaction" "相互作用",
        "incompatibility" "配伍禁忌",
        "duplicate_therapy" "重复用药",
        "allergy" "过敏",
        "contraindication" "禁忌证",
        "dose" "用法用量",
        "route" "给药途径",
        "preparation" "煎法脚注",
        "infusion" "输液配制",
        "skin_test" "皮试",
        "indication" "适应证",
        "quantity" "处方量",
        "legality" "合法性",
        "format" "规范性",
    }
    Concern {
        "disease" "疾病",
        "age" "年龄",
        "sex" "性别",
        "pregnancy" "妊娠",
        "lactation" "哺乳",
        "renal" "肾功能",
        "hepatic" "肝功能",
        "laboratory" "检验",
    }
    Severity { "minor" "轻微", "moderate" "中等", "major" "严重", "contraindicated" "禁忌", }
    Action { "log" "记录", "inform" "提示", "warn" "警示", "block" "拦截", }
    Literal { "none" "无", "true" "是", "false" "否", "only diagnoses" "仅诊断", }
    Kind { "western" "西药", "decoction" "饮片", }
    Setting {
        "outpatient" "门诊", "emergency" "急诊", "inpatient" "住院", "discharge" "出院带药", "internet" "互联网",
    }
    Level { "primary" "基层", "secondary" "二级", "tertiary" "三级", }
    Title { "resident" "初级", "attending" "中级", "associate_chief" "副高", "chief" "正高", }
    Privilege {
        "restricted_antimicrobial" "限制级抗菌药物",
        "special_antimicrobial" "特殊级抗菌药物",
        "narcotic" "麻醉药品",
        "toxic" "毒性药品",
    }
    Sex { "female" "女", "male" "男", }
    ChildPugh { "A" "甲级", "B" "乙级", "C" "丙级", }
    Route {
        "systemic" "全身",
        "oral" "口服",
        "decoction" "煎服",
        "powder" "散服",
        "pill" "丸服",
        "paste" "膏服",
        "tube" "鼻饲",
        "sublingual" "舌下",
        "buccal" "颊含",
        "parenteral" "注射",
        "iv" "静脉",
        "iv_push" "静脉推注",
        "iv_infusion" "静脉滴注",
        "im" "肌注",
        "sc" "皮下",
        "intraosseous" "骨内",
        "intra_arterial" "动脉",
        "rectal" "直肠",
        "transdermal" "透皮",
        "local" "局部",
        "topical" "外用",
        "oromucosal" "口腔局部",
        "ophthalmic" "眼用",
        "otic" "耳用",
        "nasal" "鼻用",
        "inhaled" "吸入",
        "vaginal" "阴道",
        "intra_articular" "关节腔",
        "intrathecal" "鞘内",
        "epidural" "硬膜外",
        "intradermal" "皮内",
        "intravesical" "膀胱",
        "intracavitary" "腔内",
        "local_injection" "局部注射",
        "skin_test" "皮试",
    }
    SheetForm {
        "decoction" "汤剂", "granules" "颗粒", "paste" "膏方", "powder" "散剂", "pill" "丸剂", "external" "外用",
    }
    DoseForm {
        "oral_solid" "口服固体",
        "tablet" "片",
        "capsule" "胶囊",
        "soft_capsule" "软胶囊",
        "pill" "丸",
        "dripping_pill" "滴丸",
        "granules" "颗粒",
        "powder" "散",
        "modified_release" "缓控释",
        "extended_release_tablet" "缓释片",
        "controlled_release_tablet" "控释片",
        "extended_release_capsule" "缓释胶囊",
        "enteric_tablet" "肠溶片",
        "enteric_capsule" "肠溶胶囊",
        "dispersible_tablet" "分散片",
        "chewable_tablet" "咀嚼片",
        "effervescent_tablet" "泡腾片",
        "sublingual_tablet" "舌下片",
        "buccal_tablet" "含片",
        "oral_liquid" "口服液体",
        "oral_solution" "口服溶液",
        "suspension" "混悬液",
        "syrup" "糖浆",
        "dry_suspension" "干混悬剂",
        "oral_drops" "滴剂",
        "injection" "注射剂",
        "injection_solution" "注射液",
        "powder_for_injection" "粉针",
        "inhaler" "气雾剂",
        "inhalation_powder" "吸入粉雾剂",
        "nebuliser_solution" "雾化吸入液",
        "nasal_spray" "鼻喷雾剂",
        "eye_drops" "滴眼液",
        "eye_ointment" "眼膏",
        "ear_drops" "滴耳液",
        "cream" "乳膏",
        "ointment" "软膏",
        "gel" "凝胶",
        "patch" "贴剂",
        "suppository" "栓",
        "lotion" "洗剂",
        "liniment" "搽剂",
        "mixture" "合剂",
        "medicinal_wine" "酒剂",
        "plaster" "膏药",
        "vaginal_form" "阴道制剂",
        "vaginal_tablet" "阴道片",
        "vaginal_effervescent_tablet" "阴道泡腾片",
        "vaginal_capsule" "阴道胶囊",
        "vaginal_soft_capsule" "阴道软胶囊",
        "vaginal_gel" "阴道凝胶",
        "vaginal_suppository" "阴道栓",
        "solution" "溶液",
        "topical_solution" "外用溶液",
        "tincture" "酊剂",
        "spray" "喷雾剂",
        "nasal_drops" "滴鼻剂",
        "orally_disintegrating_tablet" "口崩片",
        "oral_film" "口溶膜",
        "extended_release_granules" "缓释颗粒",
        "enteric_granules" "肠溶颗粒",
        "extended_release_suspension" "缓释混悬液",
        "mouthwash" "含漱液",
        "enema" "灌肠剂",
        "irrigation" "冲洗剂",
        "gel_plaster" "凝胶贴膏",
    }
    Footnote {
        "decoct_first" "先煎",
        "decoct_later" "后下",
        "wrapped" "包煎",
        "decocted_separately" "另煎",
        "melted" "烊化",
        "taken_drenched" "冲服",
        "ground" "研末",
        "juice" "榨汁",
        "soaked" "泡服",
        "crushed" "打碎",
        "decocted_for_water" "煎汤代水",
        "swallowed" "吞服",
    }
    SkinTest { "negative" "阴性", "positive" "阳性", "not_done" "未做", "exempt" "免试", }
    MealTiming { "ac" "餐前", "pc" "餐后", "cf" "餐中", "hs" "睡前", }
    Section {
        "herbs" "饮片",
        "substances" "成分",
        "products" "制剂",
        "classes" "药类",
        "conditions" "疾病",
        "formulas" "方剂",
        "ambiguous" "歧义",
    }
    ConceptField {
        "en" "英文",
        "aliases" "别名",
        "codes" "编码",
        "is_a" "属于",
        "processed_from" "炮制自",
        "variant_of" "盐酯水合自",
        "form" "剂型",
        "contains" "含",
        "excipients" "辅料",
        "toxicity" "毒性",
        "near_names" "近似名",
        "potency" "效价",
    }
    TableField {
        "table" "表",
        "name" "名称",
        "fields" "字段",
        "rows" "行",
        "concept" "概念",
        "members" "成员",
        "items" "药品",
        "expects" "应得",
        "scope" "范围",
        "code" "编码",
        "drug" "标准名",
        "strength" "规格",
        "pack" "包装",
    }
    TableKind {
        "rule" "规则",
        "dose" "剂量",
        "group" "组",
        "source" "来源",
        "example" "示例",
        "herb" "饮片",
        "substance" "成分",
        "product" "制剂",
        "class" "药类",
        "condition" "疾病",
        "formula" "方剂",
        "ambiguous" "歧义",
        "mapping" "对照",
    }
}
