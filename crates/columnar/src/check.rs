//! Whether a column fits its field: the reader of records is run over a record that holds nothing but a value of the column's type.
//!
//! What it never does: keep a list of the contract's fields and types of its own.
use crate::{
    fault::ColumnFault,
    plan::{Shape, type_name},
};
use arrow::datatypes::{DataType, Field};
use serde::Deserialize;
use serde_json::{Value, json};
use shenfang_clinical::{Fault, FaultCode, Prescription};

/// Levels a column's type may have: the contract has five.
const DEPTH: usize = 12;

/// Where a column belongs.
pub(crate) struct Belongs {
    /// to an item of the sheet rather than to the sheet
    pub to_item: bool,
}

/// Where a column belongs, or what is wrong with it and with what lies in it.
pub(crate) fn field(field: &Field, shape: Shape) -> Result<Belongs, Vec<ColumnFault>> {
    let way: Vec<&str> = field.name().split('.').collect();
    let own = |name: &&str| matches!(*name, "id" | "items");
    if shape == Shape::Flat && way.first().is_some_and(own) {
        return Err(vec![renamed(field.name())]);
    }
    let unknown = |faults: &[ColumnFault]| faults.first().is_some_and(|fault| fault.code == "unknown_column");
    let of_sheet = leaf(field, &way, false);
    if shape == Shape::Nested || (!of_sheet.is_empty() && unknown(&of_sheet)) {
        if shape == Shape::Nested {
            return if of_sheet.is_empty() {
                Ok(Belongs { to_item: false })
            } else {
                Err(of_sheet)
            };
        }
        let of_item = leaf(field, &way, true);
        return match (of_item.is_empty(), unknown(&of_item)) {
            (true, _) => Ok(Belongs { to_item: true }),
            (false, false) => Err(of_item),
            // Both do not know it: the one that knows a near name speaks.
            (false, true) => Err(if near(&of_sheet) && !near(&of_item) {
                of_sheet
            } else {
                of_item
            }),
        };
    }
    if of_sheet.is_empty() {
        Ok(Belongs { to_item: false })
    } else {
        Err(of_sheet)
    }
}

fn near(faults: &[ColumnFault]) -> bool {
    faults.iter().any(|fault| fault.message.en.contains("did you mean"))
}

/// The sheet's id and the list of items have other names where a row is an item.
fn renamed(name: &str) -> ColumnFault {
    ColumnFault::new(
        "unknown_column",
        name,
        format!("一行一味药的表没有列 `{name}`：处方号是 `prescription_id`，药品序号是 `item_id`"),
        format!(
            "a table with a row an item has no column `{name}`: the sheet's id is `prescription_id`, the item's `item_id`"
        ),
    )
}

/// What is wrong with a column that stands at `way` of the sheet or of an item.
pub(crate) fn leaf(field: &Field, way: &[&str], in_item: bool) -> Vec<ColumnFault> {
    let mut faults = Vec::new();
    let mut steps: Vec<Step<'_>> = Vec::new();
    if in_item {
        steps.extend([Step::Into("items"), Step::Each]);
    }
    steps.extend(way.iter().map(|name| Step::Into(name)));
    walk(field.data_type(), field.name(), &mut steps, &mut faults);
    faults
}

#[derive(Clone, Copy)]
enum Step<'s> {
    Into(&'s str),
    Each,
}

fn walk<'s>(data_type: &'s DataType, column: &str, steps: &mut Vec<Step<'s>>, faults: &mut Vec<ColumnFault>) {
    if steps.iter().any(|step| matches!(step, Step::Into("extra"))) {
        return;
    }
    if steps.len() > DEPTH {
        faults.push(unsupported(column, data_type));
        return;
    }
    match data_type {
        DataType::Struct(fields) => {
            let before = faults.len();
            faults.extend(refused(steps, &json!({}), column, data_type));
            if faults.len() > before {
                return;
            }
            for field in fields {
                steps.push(Step::Into(field.name()));
                walk(field.data_type(), &format!("{column}.{}", field.name()), steps, faults);
                steps.pop();
            }
        }
        DataType::List(element)
        | DataType::LargeList(element)
        | DataType::ListView(element)
        | DataType::LargeListView(element)
        | DataType::FixedSizeList(element, _) => {
            let before = faults.len();
            faults.extend(refused(steps, &json!([]), column, data_type));
            if faults.len() == before {
                steps.push(Step::Each);
                walk(element.data_type(), column, steps, faults);
                steps.pop();
            }
        }
        DataType::Dictionary(_, value) => walk(value, column, steps, faults),
        DataType::Null => {
            // In a list it stands for a list without members.
            if !matches!(steps.last(), Some(Step::Each)) {
                faults.extend(refused(steps, &Value::Null, column, data_type));
            }
        }
        DataType::Date32 | DataType::Date64 | DataType::Timestamp(..) => {
            faults.extend(not_a_date(steps, column, data_type));
        }
        other => match sample(other) {
            Some(value) => faults.extend(refused(steps, &value, column, data_type)),
            None => faults.push(unsupported(column, data_type)),
        },
    }
}

/// A value of a type that stands for one value.
fn sample(data_type: &DataType) -> Option<Value> {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Some(json!("")),
        DataType::Boolean => Some(json!(true)),
        DataType::Float32 | DataType::Float64 => Some(json!(1)),
        DataType::Decimal32(..) | DataType::Decimal64(..) | DataType::Decimal128(..) | DataType::Decimal256(..) => {
            Some(json!(1))
        }
        other if other.is_integer() => Some(json!(1)),
        _ => None,
    }
}

/// The reader's own fault of a record with `value` at the end of the steps, if it is about the field or its type. What is wrong with the *value* is of no
/// concern here: it is none of the column's.
fn refused(steps: &[Step<'_>], value: &Value, column: &str, data_type: &DataType) -> Option<ColumnFault> {
    let fault = read(steps, value)?;
    let kind = type_name(data_type);
    match fault.code {
        FaultCode::UnknownField => Some(ColumnFault::new(
            "unknown_column",
            column,
            format!("列 `{column}`：{}", fault.message.zh),
            format!("column `{column}`: {}", fault.message.en),
        )),
        FaultCode::Type => Some(ColumnFault::new(
            "column_type",
            column,
            format!("列 `{column}` 的类型是 {kind}：{}", fault.message.zh),
            format!("column `{column}` is {kind}: {}", fault.message.en),
        )),
        _ => None,
    }
}

/// A date is right where the reader finds fault with a text for not being a date.
fn not_a_date(steps: &[Step<'_>], column: &str, data_type: &DataType) -> Option<ColumnFault> {
    let fault = read(steps, &json!(""));
    if fault.as_ref().is_some_and(|fault| fault.code == FaultCode::Date) {
        return None;
    }
    let kind = type_name(data_type);
    refused(steps, &json!(""), column, data_type).or_else(|| {
        Some(ColumnFault::new(
            "column_type",
            column,
            format!("列 `{column}` 的类型是 {kind}：该字段不是日期"),
            format!("column `{column}` is {kind}: the field is no date"),
        ))
    })
}

fn read(steps: &[Step<'_>], value: &Value) -> Option<Fault> {
    let record = steps.iter().rev().fold(value.clone(), |below, step| match step {
        Step::Into(name) => json!({ *name: below }),
        Step::Each => json!([below]),
    });
    let error = Prescription::deserialize(&record).err()?;
    Fault::recover(&error.to_string())
}

fn unsupported(column: &str, data_type: &DataType) -> ColumnFault {
    let kind = type_name(data_type);
    ColumnFault::new(
        "column_type",
        column,
        format!("列 `{column}` 的类型 {kind} 不能读；可用：文字、数、十进制数、布尔、日期、时刻、结构、列表"),
        format!(
            "column `{column}` is {kind}, which cannot be read: text, numbers, decimals, booleans, dates, timestamps, structs and lists can"
        ),
    )
}
