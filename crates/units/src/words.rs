//! The one table of everyday unit words, Chinese and English, and of the spellings that are refused.
//!
//! It holds no arithmetic and no dose: only what a word stands for.
use crate::Base;

/// What an everyday word stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Meaning {
    /// the UCUM expression in `code`
    Ucum,
    /// a unit of our own: so many of this base
    Own(Base, i64),
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word {
    /// as people write it, in NFKC
    pub word: &'static str,
    /// canonical spelling: UCUM where the unit is UCUM's, else a word of this table
    pub code: &'static str,
    pub meaning: Meaning,
}

const fn ucum(word: &'static str, code: &'static str) -> Word {
    Word {
        word,
        code,
        meaning: Meaning::Ucum,
    }
}

const fn own(word: &'static str, code: &'static str, base: Base, factor: i64) -> Word {
    Word {
        word,
        code,
        meaning: Meaning::Own(base, factor),
    }
}

const fn count(word: &'static str, code: &'static str) -> Word {
    own(word, code, Base::Count, 1)
}

const fn pack(word: &'static str, code: &'static str) -> Word {
    own(word, code, Base::Pack, 1)
}

const fn units(word: &'static str) -> Word {
    own(word, "U", Base::Biological, 1)
}

const fn ten_thousand(word: &'static str) -> Word {
    own(word, "万U", Base::Biological, 10_000)
}

const fn hundred_million(word: &'static str) -> Word {
    own(word, "亿U", Base::Biological, 100_000_000)
}

pub(crate) const WORDS: &[Word] = &[
    // mass
    ucum("克", "g"),
    ucum("毫克", "mg"),
    ucum("微克", "ug"),
    ucum("mcg", "ug"),
    ucum("MCG", "ug"),
    ucum("纳克", "ng"),
    ucum("千克", "kg"),
    ucum("公斤", "kg"),
    ucum("Kg", "kg"),
    ucum("KG", "kg"),
    own("斤", "斤", Base::Mass, 500),
    own("市斤", "斤", Base::Mass, 500),
    // volume, length, area
    ucum("升", "L"),
    ucum("毫升", "mL"),
    ucum("微升", "uL"),
    ucum("cc", "mL"),
    ucum("米", "m"),
    ucum("厘米", "cm"),
    ucum("毫米", "mm"),
    ucum("平方米", "m2"),
    // amount of substance, equivalents, osmoles
    ucum("摩尔", "mol"),
    ucum("毫摩尔", "mmol"),
    ucum("微摩尔", "umol"),
    ucum("毫当量", "meq"),
    ucum("mEq", "meq"),
    ucum("Eq", "eq"),
    ucum("毫渗", "mosm"),
    ucum("mOsm", "mosm"),
    ucum("Osm", "osm"),
    // time and age
    ucum("秒", "s"),
    ucum("秒钟", "s"),
    ucum("sec", "s"),
    ucum("分", "min"),
    ucum("分钟", "min"),
    ucum("mins", "min"),
    ucum("小时", "h"),
    ucum("个小时", "h"),
    ucum("时", "h"),
    ucum("钟头", "h"),
    ucum("hr", "h"),
    ucum("hrs", "h"),
    ucum("hour", "h"),
    ucum("hours", "h"),
    ucum("天", "d"),
    ucum("日", "d"),
    ucum("日龄", "d"),
    ucum("day", "d"),
    ucum("days", "d"),
    ucum("周", "wk"),
    ucum("星期", "wk"),
    ucum("个星期", "wk"),
    ucum("周龄", "wk"),
    ucum("孕周", "wk"),
    ucum("week", "wk"),
    ucum("weeks", "wk"),
    ucum("月", "mo"),
    ucum("个月", "mo"),
    ucum("月龄", "mo"),
    ucum("month", "mo"),
    ucum("months", "mo"),
    ucum("年", "a"),
    ucum("岁", "a"),
    ucum("周岁", "a"),
    ucum("year", "a"),
    ucum("years", "a"),
    ucum("yr", "a"),
    ucum("yrs", "a"),
    // pure number
    ucum("次", "1"),
    // biological units
    units("U"),
    units("u"),
    units("IU"),
    units("iu"),
    units("单位"),
    units("国际单位"),
    // low molecular weight heparins: units of activity against factor Xa
    units("AXaIU"),
    units("AxaIU"),
    units("aXaIU"),
    units("unit"),
    units("units"),
    ten_thousand("万U"),
    ten_thousand("万u"),
    ten_thousand("万IU"),
    ten_thousand("万iu"),
    ten_thousand("万单位"),
    ten_thousand("万国际单位"),
    hundred_million("亿U"),
    hundred_million("亿u"),
    hundred_million("亿IU"),
    hundred_million("亿单位"),
    ucum("mIU", "m[IU]"),
    ucum("uIU", "u[IU]"),
    ucum("kIU", "k[IU]"),
    // units of use
    count("片", "片"),
    count("tab", "片"),
    count("tabs", "片"),
    count("tablet", "片"),
    count("tablets", "片"),
    count("粒", "粒"),
    count("cap", "粒"),
    count("caps", "粒"),
    count("capsule", "粒"),
    count("capsules", "粒"),
    count("颗", "颗"),
    count("丸", "丸"),
    count("pill", "丸"),
    count("pills", "丸"),
    count("支", "支"),
    count("vial", "支"),
    count("vials", "支"),
    count("ampoule", "支"),
    count("ampoules", "支"),
    count("袋", "袋"),
    count("sachet", "袋"),
    count("sachets", "袋"),
    count("包", "包"),
    count("贴", "贴"),
    count("patch", "贴"),
    count("patches", "贴"),
    count("枚", "枚"),
    count("suppository", "枚"),
    count("suppositories", "枚"),
    count("锭", "锭"),
    count("喷", "喷"),
    count("spray", "喷"),
    count("sprays", "喷"),
    count("揿", "揿"),
    count("吸", "吸"),
    count("puff", "吸"),
    count("puffs", "吸"),
    count("个", "个"),
    count("张", "张"),
    count("管", "管"),
    count("条", "条"),
    // packs
    pack("盒", "盒"),
    pack("box", "盒"),
    pack("boxes", "盒"),
    pack("瓶", "瓶"),
    pack("bottle", "瓶"),
    pack("bottles", "瓶"),
    pack("板", "板"),
    pack("罐", "罐"),
    pack("筒", "筒"),
    pack("听", "听"),
    pack("套", "套"),
    // drops: 20 to the millilitre is a convention of infusion sets, not a factor of the unit
    own("滴", "滴", Base::Drop, 1),
    own("gtt", "滴", Base::Drop, 1),
    own("gtts", "滴", Base::Drop, 1),
    own("drop", "滴", Base::Drop, 1),
    own("drops", "滴", Base::Drop, 1),
    own("[drp]", "滴", Base::Drop, 1),
    // decoction doses
    own("剂", "剂", Base::DecoctionDose, 1),
    own("付", "剂", Base::DecoctionDose, 1),
    own("帖", "剂", Base::DecoctionDose, 1),
];

/// Valid UCUM that on a prescription is a slip of the shift key, by a factor of up to 10⁹: refused, with what was probably meant.
/// (`G` is the gauss, `Mg` the megagram, `ML` the megalitre, `Mmol` the megamole, `kG` the kilogauss.)
pub(crate) const REFUSED: &[(&str, &str)] = &[
    ("G", "g"),
    ("kG", "kg"),
    ("mG", "mg"),
    ("Mg", "mg"),
    ("MG", "mg"),
    ("ML", "mL"),
    ("Ml", "mL"),
    ("Mmol", "mmol"),
    ("Meq", "meq"),
];

/// UCUM's mean and astronomical years and months: never used, a calendar is.
pub(crate) const MEAN_CALENDAR: &[&str] = &["a_t", "a_j", "a_g", "mo_s", "mo_j", "mo_g"];

/// UCUM codes worth proposing for a misspelt unit, and kept ready so that reading them costs a look-up.
pub(crate) const COMMON: &[&str] = &[
    "g",
    "mg",
    "ug",
    "μg",
    "ng",
    "kg",
    "L",
    "mL",
    "ml",
    "uL",
    "dL",
    "mmol",
    "umol",
    "μmol",
    "nmol",
    "pmol",
    "mol",
    "meq",
    "mosm",
    "U",
    "kU",
    "mU",
    "[IU]",
    "[iU]",
    "s",
    "min",
    "h",
    "d",
    "wk",
    "mo",
    "a",
    "m",
    "cm",
    "mm",
    "m2",
    "%",
    "1",
    "mg/kg",
    "g/kg",
    "ug/kg",
    "U/kg",
    "mg/kg/d",
    "mg/m2",
    "g/m2",
    "mg/d",
    "g/d",
    "mL/h",
    "mL/min",
    "mL/kg",
    "mL/min/{1.73_m2}",
    "mg/dL",
    "g/L",
    "g/dL",
    "mg/L",
    "ug/L",
    "ng/mL",
    "mg/mL",
    "ug/mL",
    "mmol/L",
    "umol/L",
    "nmol/L",
    "U/L",
    "U/mL",
    "kg/m2",
    "10*9/L",
    "10*12/L",
    "mm[Hg]",
    "滴/min",
    "滴/分",
    "gtt/min",
    "μg/喷",
    "ug/喷",
    "mg/片",
];
