//! The sheet itself.
use super::object::{List, object, plain_object};
use super::stated::SheetDoses;
use crate::{Amendment, CurrentMedication, Item, Prescription, Usage};

object!(Prescription, "a prescription", "处方对象", {
    "id" id => id,
    "kind" kind => kind,
    "setting" setting => setting,
    "authored_on" authored_on => authored_on,
    "presented_on" presented_on => presented_on,
    "institution" institution => institution,
    "department" department => department,
    "prescriber" prescriber => prescriber,
    "patient" patient => patient,
    "diagnoses" diagnoses => diagnoses,
    "tcm_diagnosis" tcm_diagnosis => tcm_diagnosis,
    "items" items => items via bounded_items,
    "current_medications" current_medications => current_medications via bounded_current,
    "doses" doses => doses via SheetDoses::keep,
    "usage" usage => usage,
    "amendments" amendments => amendments,
    "extension_reason" extension_reason => extension_reason,
    "double_signed" double_signed => double_signed,
});
object!(Usage, "a usage", "用法对象", { "doses_per_day" doses_per_day => doses_per_day, "servings" servings => servings, "form" form => form, });
object!(Amendment, "an amendment", "修改记录对象", { "item" item => item, "signed" signed => signed, "dated" dated => dated, });
plain_object!(Prescription, Usage, Amendment);

fn bounded_items(items: Option<List<Item, { super::ITEMS }>>) -> Vec<Item> {
    items.map(|items| items.0).unwrap_or_default()
}

fn bounded_current(items: Option<List<CurrentMedication, { super::ITEMS }>>) -> Option<Vec<CurrentMedication>> {
    items.map(|items| items.0)
}
