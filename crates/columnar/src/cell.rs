//! The columns of one batch, each brought to the type it has: what a value is read from.
use crate::{
    plan::{Place, Places},
    text::{self, Moments},
};
use arrow::{
    array::{
        Array, ArrayRef, AsArray, BooleanArray, FixedSizeListArray, GenericListArray, GenericListViewArray,
        LargeStringArray, OffsetSizeTrait, RecordBatch, StringArray, StringViewArray,
    },
    datatypes::{DataType, Date32Type, Date64Type, *},
};
use std::ops::Range;

/// Where the members of a row lie among those of all rows.
type Members = fn(&ArrayRef, usize) -> Range<usize>;

/// A column.
pub(crate) enum Cell<'a> {
    /// Nothing in any row, or of a type the plan refused.
    Nothing,
    Bool(&'a BooleanArray),
    Text(&'a StringArray),
    LargeText(&'a LargeStringArray),
    TextView(&'a StringViewArray),
    /// whole numbers
    Signed(&'a ArrayRef, fn(&ArrayRef, usize) -> i64),
    Unsigned(&'a ArrayRef, fn(&ArrayRef, usize) -> u64),
    /// numbers as they are written
    Number(&'a ArrayRef, fn(&ArrayRef, usize) -> String),
    /// dates as a record has them
    Date(&'a ArrayRef, fn(&ArrayRef, usize) -> String),
    Moment(&'a ArrayRef, Moments<'a>),
    /// values that stand apart, each once
    Keyed(&'a ArrayRef, fn(&ArrayRef, usize) -> usize, Box<Cell<'a>>),
    List(&'a ArrayRef, Members, Box<Cell<'a>>),
    /// of a struct, or of columns with dotted names
    Object(Option<&'a ArrayRef>, Vec<(&'a str, Cell<'a>)>),
}

impl<'a> Cell<'a> {
    /// The objects that the places of a plan make of a batch.
    pub(crate) fn object(places: &'a Places, batch: &'a RecordBatch) -> Cell<'a> {
        let field = |(name, place): &'a (String, Place)| {
            let cell = match place {
                Place::Column(at) => batch.columns().get(*at).map_or(Cell::Nothing, Cell::of),
                Place::Object(below) => Cell::object(below, batch),
            };
            (name.as_str(), cell)
        };
        // `extra` is nobody's concern: it is not even looked at.
        Cell::Object(
            None,
            places.iter().filter(|(name, _)| name != "extra").map(field).collect(),
        )
    }

    pub(crate) fn of(array: &'a ArrayRef) -> Cell<'a> {
        match array.data_type() {
            DataType::Boolean => array.as_boolean_opt().map_or(Cell::Nothing, Cell::Bool),
            DataType::Utf8 => array.as_string_opt::<i32>().map_or(Cell::Nothing, Cell::Text),
            DataType::LargeUtf8 => array.as_string_opt::<i64>().map_or(Cell::Nothing, Cell::LargeText),
            DataType::Utf8View => array.as_string_view_opt().map_or(Cell::Nothing, Cell::TextView),
            DataType::Struct(_) => match array.as_struct_opt() {
                Some(of) => {
                    let named = of.column_names().into_iter().zip(of.columns());
                    let read = named.filter(|(name, _)| *name != "extra");
                    Cell::Object(
                        Some(array),
                        read.map(|(name, column)| (name, Cell::of(column))).collect(),
                    )
                }
                None => Cell::Nothing,
            },
            DataType::Dictionary(key, _) => match (array.as_any_dictionary_opt(), key_of(key)) {
                (Some(of), Some(key)) => Cell::Keyed(array, key, Box::new(Cell::of(of.values()))),
                _ => Cell::Nothing,
            },
            DataType::Timestamp(unit, zone) => Moments::new(array, *unit, zone.as_deref())
                .map_or(Cell::Nothing, |moments| Cell::Moment(array, moments)),
            DataType::Date32 => Cell::Date(array, |array, at| {
                array
                    .as_primitive_opt::<Date32Type>()
                    .map_or_else(String::new, |a| text::date32(a, at))
            }),
            DataType::Date64 => Cell::Date(array, |array, at| {
                array
                    .as_primitive_opt::<Date64Type>()
                    .map_or_else(String::new, |a| text::date64(a, at))
            }),
            _ => Cell::list(array)
                .or_else(|| Cell::number(array))
                .unwrap_or(Cell::Nothing),
        }
    }

    fn list(array: &'a ArrayRef) -> Option<Cell<'a>> {
        let (values, range): (&ArrayRef, Members) = match array.data_type() {
            DataType::List(_) => (array.as_list_opt::<i32>()?.values(), list_range::<i32>),
            DataType::LargeList(_) => (array.as_list_opt::<i64>()?.values(), list_range::<i64>),
            DataType::ListView(_) => (array.as_list_view_opt::<i32>()?.values(), view_range::<i32>),
            DataType::LargeListView(_) => (array.as_list_view_opt::<i64>()?.values(), view_range::<i64>),
            DataType::FixedSizeList(..) => (array.as_fixed_size_list_opt()?.values(), fixed_range),
            _ => return None,
        };
        Some(Cell::List(array, range, Box::new(Cell::of(values))))
    }

    fn number(array: &'a ArrayRef) -> Option<Cell<'a>> {
        macro_rules! by_type {
            ($($data:pat => $cell:ident $type:ty: $read:expr,)+) => {
                match array.data_type() {
                    $($data => Cell::$cell(array, |array, at| {
                        array.as_primitive_opt::<$type>().map(|a| { let read: fn(_, _) -> _ = $read; read(a, at) }).unwrap_or_default()
                    }),)+
                    _ => return None,
                }
            };
        }
        type Of<'a, T> = &'a arrow::array::PrimitiveArray<T>;
        Some(by_type! {
            DataType::Int8 => Signed Int8Type: |a: Of<'_, Int8Type>, at| i64::from(a.value(at)),
            DataType::Int16 => Signed Int16Type: |a: Of<'_, Int16Type>, at| i64::from(a.value(at)),
            DataType::Int32 => Signed Int32Type: |a: Of<'_, Int32Type>, at| i64::from(a.value(at)),
            DataType::Int64 => Signed Int64Type: |a: Of<'_, Int64Type>, at| a.value(at),
            DataType::UInt8 => Unsigned UInt8Type: |a: Of<'_, UInt8Type>, at| u64::from(a.value(at)),
            DataType::UInt16 => Unsigned UInt16Type: |a: Of<'_, UInt16Type>, at| u64::from(a.value(at)),
            DataType::UInt32 => Unsigned UInt32Type: |a: Of<'_, UInt32Type>, at| u64::from(a.value(at)),
            DataType::UInt64 => Unsigned UInt64Type: |a: Of<'_, UInt64Type>, at| a.value(at),
            DataType::Float32 => Number Float32Type: |a: Of<'_, Float32Type>, at| text::float32(a.value(at)),
            DataType::Float64 => Number Float64Type: |a: Of<'_, Float64Type>, at| text::float64(a.value(at)),
            DataType::Decimal32(..) => Number Decimal32Type: |a: Of<'_, Decimal32Type>, at| a.value_as_string(at),
            DataType::Decimal64(..) => Number Decimal64Type: |a: Of<'_, Decimal64Type>, at| a.value_as_string(at),
            DataType::Decimal128(..) => Number Decimal128Type: |a: Of<'_, Decimal128Type>, at| a.value_as_string(at),
            DataType::Decimal256(..) => Number Decimal256Type: |a: Of<'_, Decimal256Type>, at| a.value_as_string(at),
        })
    }

    /// The text there.
    #[inline]
    pub(crate) fn text(&self, at: usize) -> Option<&'a str> {
        match self {
            Cell::Text(array) => (!array.is_null(at)).then(|| array.value(at)),
            _ if self.is_null(at) => None,
            Cell::LargeText(array) => Some(array.value(at)),
            Cell::TextView(array) => Some(array.value(at)),
            Cell::Keyed(array, key, values) => values.text(key(array, at)),
            _ => None,
        }
    }

    /// Whether nothing but texts may stand there.
    pub(crate) fn is_text(&self) -> bool {
        matches!(self, Cell::Text(_) | Cell::LargeText(_) | Cell::TextView(_))
    }

    /// A field of an object.
    pub(crate) fn field(&self, name: &str) -> Option<&Cell<'a>> {
        let Cell::Object(_, fields) = self else { return None };
        fields.iter().find(|(known, _)| *known == name).map(|(_, field)| field)
    }

    /// Appends what stands there: of one column, two values are read alike where this is alike.
    pub(crate) fn key(&self, at: usize, key: &mut Vec<u8>) {
        if self.is_null(at) {
            return key.push(0);
        }
        key.push(1);
        let mut text = |text: &str| {
            key.extend_from_slice(&text.len().to_le_bytes());
            key.extend_from_slice(text.as_bytes());
        };
        match self {
            Cell::Nothing => {}
            Cell::Bool(array) => key.push(u8::from(array.value(at))),
            Cell::Text(array) => text(array.value(at)),
            Cell::LargeText(array) => text(array.value(at)),
            Cell::TextView(array) => text(array.value(at)),
            Cell::Signed(array, read) => key.extend_from_slice(&read(array, at).to_le_bytes()),
            Cell::Unsigned(array, read) => key.extend_from_slice(&read(array, at).to_le_bytes()),
            Cell::Number(array, read) | Cell::Date(array, read) => text(&read(array, at)),
            Cell::Moment(_, moments) => text(&moments.text(at)),
            Cell::Keyed(array, of, values) => values.key(of(array, at), key),
            Cell::List(array, range, values) => {
                let members = range(array, at);
                key.extend_from_slice(&members.len().to_le_bytes());
                members.for_each(|at| values.key(at, key));
            }
            Cell::Object(_, fields) => fields.iter().for_each(|(_, field)| field.key(at, key)),
        }
    }

    /// Nothing there. An object in which nothing stands is nothing too: columns with dotted names, and what some writers make of an absent struct.
    pub(crate) fn is_null(&self, at: usize) -> bool {
        match self {
            Cell::Nothing => true,
            Cell::Bool(array) => array.is_null(at),
            Cell::Text(array) => array.is_null(at),
            Cell::LargeText(array) => array.is_null(at),
            Cell::TextView(array) => array.is_null(at),
            Cell::Signed(array, _) | Cell::Unsigned(array, _) => array.is_null(at),
            Cell::Number(array, _) | Cell::Date(array, _) | Cell::Moment(array, _) => array.is_null(at),
            Cell::List(array, ..) => array.is_null(at),
            Cell::Keyed(array, key, values) => array.is_null(at) || values.is_null(key(array, at)),
            Cell::Object(array, fields) => {
                array.is_some_and(|array| array.is_null(at)) || fields.iter().all(|(_, field)| field.is_null(at))
            }
        }
    }
}

/// How the place of a value is read where keys are of this type.
fn key_of(data_type: &DataType) -> Option<fn(&ArrayRef, usize) -> usize> {
    fn key<K: ArrowDictionaryKeyType>(array: &ArrayRef, at: usize) -> usize {
        let keys = array.as_dictionary_opt::<K>().map(|of| of.keys());
        keys.map_or(0, |keys| keys.value(at).as_usize())
    }
    Some(match data_type {
        DataType::Int8 => key::<Int8Type>,
        DataType::Int16 => key::<Int16Type>,
        DataType::Int32 => key::<Int32Type>,
        DataType::Int64 => key::<Int64Type>,
        DataType::UInt8 => key::<UInt8Type>,
        DataType::UInt16 => key::<UInt16Type>,
        DataType::UInt32 => key::<UInt32Type>,
        DataType::UInt64 => key::<UInt64Type>,
        _ => return None,
    })
}

fn list_range<O: OffsetSizeTrait>(array: &ArrayRef, at: usize) -> Range<usize> {
    let of = |list: &GenericListArray<O>| {
        let offsets = list.value_offsets();
        let (from, to) = (offsets.get(at)?, offsets.get(at.saturating_add(1))?);
        Some(from.as_usize()..to.as_usize())
    };
    array.as_list_opt::<O>().and_then(of).unwrap_or_default()
}

fn view_range<O: OffsetSizeTrait>(array: &ArrayRef, at: usize) -> Range<usize> {
    let of = |list: &GenericListViewArray<O>| {
        let from = list.offsets().get(at)?.as_usize();
        Some(from..from.saturating_add(list.sizes().get(at)?.as_usize()))
    };
    array.as_list_view_opt::<O>().and_then(of).unwrap_or_default()
}

fn fixed_range(array: &ArrayRef, at: usize) -> Range<usize> {
    let of = |list: &FixedSizeListArray| {
        let from = usize::try_from(list.value_offset(at)).unwrap_or_default();
        from..from.saturating_add(usize::try_from(list.value_length()).unwrap_or_default())
    };
    array.as_fixed_size_list_opt().map(of).unwrap_or_default()
}
