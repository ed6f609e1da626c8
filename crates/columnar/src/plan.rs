//! Which column is which field: worked out once for a schema.
use crate::{answers::OWN, check, fault::ColumnFault};
use arrow::datatypes::{DataType, Schema, SchemaRef};
use std::sync::Arc;

/// The column that names the sheet of a row, in the flat shape.
pub const SHEET: &str = "prescription_id";
/// The column that holds an item's own id, in the flat shape; without it the items of a sheet are counted from 1.
pub const ITEM: &str = "item_id";

/// How sheets lie in rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// a row a sheet, its items in a list
    Nested,
    /// a row an item, the rows of a sheet next to each other
    Flat,
}

/// What stands at a name: a column, or names below it.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// by its number in the batch
    Column(usize),
    /// an object put together from columns with dotted names
    Object(Vec<(String, Place)>),
}

/// Names of one object, in the order of the columns.
pub(crate) type Places = Vec<(String, Place)>;

/// How the rows of a schema are read.
#[derive(Clone, Debug)]
pub struct Plan {
    schema: SchemaRef,
    shape: Shape,
    /// fields of the sheet
    pub(crate) sheet: Places,
    /// fields of an item, in the flat shape
    pub(crate) item: Places,
    /// `prescription_id`
    pub(crate) key: Option<usize>,
    kept: Vec<usize>,
}

impl Plan {
    /// The plan for a schema, or everything that is wrong with its columns. Columns named in `keep` are handed on as they are and not read.
    pub fn new(schema: &SchemaRef, keep: &[String]) -> Result<Plan, Vec<ColumnFault>> {
        let mut faults = Vec::new();
        let shape = shape(schema, &mut faults);
        let mut plan = Plan {
            schema: Arc::clone(schema),
            shape,
            sheet: Places::new(),
            item: Places::new(),
            key: None,
            kept: Vec::new(),
        };
        for name in keep {
            if OWN.contains(&name.as_str()) {
                faults.push(own(name));
                continue;
            }
            match schema.index_of(name) {
                Ok(at) => plan.kept.push(at),
                Err(_) => faults.push(missing(name, schema)),
            }
        }
        for (at, field) in schema.fields().iter().enumerate() {
            let read = || check::field(field, shape);
            match (shape, field.name().as_str()) {
                (Shape::Flat, SHEET) => {
                    plan.key = Some(at);
                    faults.extend(check::leaf(field, &["id"], false));
                }
                (Shape::Flat, ITEM) => {
                    plan.item.insert(0, ("id".to_owned(), Place::Column(at)));
                    faults.extend(check::leaf(field, &["id"], true));
                }
                _ => match read() {
                    Ok(belongs) => {
                        let places = if belongs.to_item {
                            &mut plan.item
                        } else {
                            &mut plan.sheet
                        };
                        if let Err(fault) = put(places, field.name(), at) {
                            faults.push(fault);
                        }
                    }
                    // Whoever keeps a column that is no field means it to be handed on and nothing else.
                    Err(found) if !keep.contains(field.name()) => faults.extend(found),
                    Err(_) => {}
                },
            }
        }
        if faults.is_empty() { Ok(plan) } else { Err(faults) }
    }

    /// Nested or flat.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The schema it is for.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Columns handed on, by number.
    pub(crate) fn kept(&self) -> &[usize] {
        &self.kept
    }

    /// The column that is a field of the sheet.
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.sheet.iter().find_map(|(known, place)| match place {
            Place::Column(at) if known == name => Some(*at),
            _ => None,
        })
    }

    /// Columns of the sheet in the flat shape: every row of a sheet must say the same.
    pub(crate) fn sheet_columns(&self) -> Vec<usize> {
        fn walk(places: &Places, out: &mut Vec<usize>) {
            for (_, place) in places {
                match place {
                    Place::Column(at) => out.push(*at),
                    Place::Object(below) => walk(below, out),
                }
            }
        }
        let mut out = Vec::new();
        walk(&self.sheet, &mut out);
        out
    }
}

/// A column `items` makes it nested, `prescription_id` flat.
fn shape(schema: &Schema, faults: &mut Vec<ColumnFault>) -> Shape {
    let has = |name: &str| schema.field_with_name(name).is_ok();
    match (has("items"), has(SHEET)) {
        (true, _) => Shape::Nested,
        (false, true) => Shape::Flat,
        (false, false) => {
            faults.push(ColumnFault::new(
                "missing_column",
                "items",
                format!("缺列：应有 `items`（结构的列表，一行一张处方）或 `{SHEET}`（一行一味药）"),
                format!("expected a column `items` (a list of structs, a row a sheet) or `{SHEET}` (a row an item)"),
            ));
            Shape::Nested
        }
    }
}

fn missing(name: &str, schema: &Schema) -> ColumnFault {
    let names: Vec<&str> = schema.fields().iter().map(|f| f.name().as_str()).collect();
    ColumnFault::new(
        "missing_column",
        name,
        format!("没有要保留的列 `{name}`；现有列：{}", names.join("、")),
        format!("no column `{name}` to keep; the columns are {}", names.join(", ")),
    )
}

fn own(name: &str) -> ColumnFault {
    ColumnFault::new(
        "column_twice",
        name,
        format!("审核结果自有列 `{name}`：请把要保留的列改名"),
        format!("the answers have a column `{name}` of their own: rename the one to keep"),
    )
}

/// Puts a column at its dotted name.
fn put(places: &mut Places, name: &str, at: usize) -> Result<(), ColumnFault> {
    let twice = || {
        ColumnFault::new(
            "column_twice",
            name,
            format!("字段 `{name}` 来自两列"),
            format!("two columns give the field `{name}`"),
        )
    };
    let (first, rest) = match name.split_once('.') {
        Some((first, rest)) => (first, Some(rest)),
        None => (name, None),
    };
    let there = places.iter_mut().find(|(known, _)| known == first);
    match (there, rest) {
        (None, None) => places.push((first.to_owned(), Place::Column(at))),
        (None, Some(rest)) => {
            let mut below = Places::new();
            put(&mut below, rest, at).map_err(|_| twice())?;
            places.push((first.to_owned(), Place::Object(below)));
        }
        (Some((_, Place::Object(below))), Some(rest)) => put(below, rest, at).map_err(|_| twice())?,
        (Some(_), _) => return Err(twice()),
    }
    Ok(())
}

/// How a person calls a type.
pub(crate) fn type_name(data_type: &DataType) -> String {
    match data_type {
        DataType::List(f) | DataType::LargeList(f) | DataType::FixedSizeList(f, _) => {
            format!("list<{}>", type_name(f.data_type()))
        }
        DataType::Struct(fields) => {
            let names: Vec<&str> = fields.iter().map(|f| f.name().as_str()).collect();
            format!("struct<{}>", names.join(", "))
        }
        DataType::Dictionary(_, value) => type_name(value),
        other => format!("{other}").to_lowercase(),
    }
}
