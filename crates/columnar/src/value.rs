//! One value of a column, and one sheet of rows, as a deserialiser: the reader of the contract runs over columns as it runs over JSON.
use crate::cell::Cell;
use serde::{
    de::{
        self, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor,
        value::{BorrowedStrDeserializer, Error, StringDeserializer},
    },
    forward_to_deserialize_any,
};
use shenfang_clinical::read::NUMBER;
use std::ops::Range;

/// A value.
#[derive(Clone, Copy)]
struct Value<'c, 'a> {
    cell: &'c Cell<'a>,
    at: usize,
    /// known to be there: asked once
    here: bool,
}

impl<'de> Deserializer<'de> for Value<'_, '_> {
    type Error = Error;
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let at = self.at;
        if !self.here && self.cell.is_null(at) {
            return visitor.visit_unit();
        }
        match self.cell {
            Cell::Nothing => visitor.visit_unit(),
            Cell::Bool(array) => visitor.visit_bool(array.value(at)),
            Cell::Text(array) => visitor.visit_str(array.value(at)),
            Cell::LargeText(array) => visitor.visit_str(array.value(at)),
            Cell::TextView(array) => visitor.visit_str(array.value(at)),
            Cell::Signed(array, read) => visitor.visit_i64(read(array, at)),
            Cell::Unsigned(array, read) => visitor.visit_u64(read(array, at)),
            Cell::Number(array, read) => visitor.visit_map(Number(Some(read(array, at)))),
            Cell::Date(array, read) => visitor.visit_str(&read(array, at)),
            Cell::Moment(_, moments) => visitor.visit_str(&moments.text(at)),
            Cell::Keyed(array, key, values) => Value {
                cell: values,
                at: key(array, at),
                here: true,
            }
            .deserialize_any(visitor),
            Cell::List(array, range, values) => visitor.visit_seq(Members {
                cell: values,
                left: range(array, at),
            }),
            Cell::Object(..) => visitor.visit_map(Fields::of(self.cell, at)),
        }
    }
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if !self.here && self.cell.is_null(self.at) {
            visitor.visit_none()
        } else {
            visitor.visit_some(Value { here: true, ..self })
        }
    }
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }
    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct newtype_struct seq tuple tuple_struct map
        struct enum identifier
    }
}

/// A number as it is written.
pub struct Number(pub Option<String>);
impl<'de> MapAccess<'de> for Number {
    type Error = Error;
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        match self.0 {
            Some(_) => seed.deserialize(BorrowedStrDeserializer::new(NUMBER)).map(Some),
            None => Ok(None),
        }
    }
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let text: StringDeserializer<Error> = self.0.take().unwrap_or_default().into_deserializer();
        seed.deserialize(text)
    }
}

struct Members<'c, 'a> {
    cell: &'c Cell<'a>,
    left: Range<usize>,
}
impl<'de> SeqAccess<'de> for Members<'_, '_> {
    type Error = Error;
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let next = self.left.next();
        next.map(|at| {
            seed.deserialize(Value {
                cell: self.cell,
                at,
                here: false,
            })
        })
        .transpose()
    }
    fn size_hint(&self) -> Option<usize> {
        Some(self.left.len())
    }
}

/// The fields of an object that hold something: `null` and absent are the same.
struct Fields<'c, 'a> {
    fields: std::slice::Iter<'c, (&'a str, Cell<'a>)>,
    at: usize,
    value: Option<&'c Cell<'a>>,
}
impl<'c, 'a> Fields<'c, 'a> {
    fn of(cell: &'c Cell<'a>, at: usize) -> Fields<'c, 'a> {
        let fields = match cell {
            Cell::Object(_, fields) => fields.as_slice(),
            _ => &[],
        };
        Fields {
            fields: fields.iter(),
            at,
            value: None,
        }
    }
    fn next(&mut self) -> Option<&'a str> {
        let (name, cell) = self.fields.by_ref().find(|(_, cell)| !cell.is_null(self.at))?;
        self.value = Some(cell);
        Some(name)
    }
    fn value(&mut self) -> Result<Value<'c, 'a>, Error> {
        let cell = self
            .value
            .take()
            .ok_or_else(|| de::Error::custom("a value without its key"))?;
        Ok(Value {
            cell,
            at: self.at,
            here: true,
        })
    }
}
impl<'de> MapAccess<'de> for Fields<'_, '_> {
    type Error = Error;
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let name = self.next();
        name.map(|name| seed.deserialize(de::value::StrDeserializer::new(name)))
            .transpose()
    }
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(self.value()?)
    }
}

/// A sheet whose items are rows next to each other.
#[derive(Clone)]
pub(crate) struct Sheet<'c, 'a> {
    /// `prescription_id`
    pub key: &'c Cell<'a>,
    /// of the first row
    pub sheet: &'c Cell<'a>,
    /// of each row
    pub item: &'c Cell<'a>,
    /// whether items have an id of their own
    pub numbered: bool,
    pub rows: Range<usize>,
}

impl<'de> Deserializer<'de> for Sheet<'_, '_> {
    type Error = Error;
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let at = self.rows.start;
        visitor.visit_map(SheetFields {
            fields: Fields::of(self.sheet, at),
            next: if self.key.is_null(at) { Next::Field } else { Next::Id },
            sheet: self,
        })
    }
    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

#[derive(PartialEq)]
enum Next {
    Id,
    Field,
    Items,
}

struct SheetFields<'c, 'a> {
    sheet: Sheet<'c, 'a>,
    fields: Fields<'c, 'a>,
    next: Next,
}
impl<'de> MapAccess<'de> for SheetFields<'_, '_> {
    type Error = Error;
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let name = match self.next {
            Next::Id => "id",
            Next::Items => return Ok(None),
            Next::Field => self.fields.next().unwrap_or_else(|| {
                self.next = Next::Items;
                "items"
            }),
        };
        seed.deserialize(de::value::StrDeserializer::new(name)).map(Some)
    }
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        match self.next {
            Next::Id => {
                self.next = Next::Field;
                seed.deserialize(Value {
                    cell: self.sheet.key,
                    at: self.sheet.rows.start,
                    here: true,
                })
            }
            Next::Field => seed.deserialize(self.fields.value()?),
            Next::Items => seed.deserialize(Present(de::value::SeqAccessDeserializer::new(Items {
                sheet: &self.sheet,
                number: 0,
            }))),
        }
    }
}

struct Items<'s, 'c, 'a> {
    sheet: &'s Sheet<'c, 'a>,
    number: usize,
}
impl<'de> SeqAccess<'de> for Items<'_, '_, '_> {
    type Error = Error;
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let Some(at) = self.sheet.rows.clone().nth(self.number) else {
            return Ok(None);
        };
        self.number = self.number.saturating_add(1);
        let id = (!self.sheet.numbered).then(|| self.number.to_string());
        seed.deserialize(Row {
            cell: self.sheet.item,
            at,
            id,
        })
        .map(Some)
    }
}

/// A row: an object, even where nothing stands in it.
pub(crate) struct Row<'c, 'a> {
    pub cell: &'c Cell<'a>,
    pub at: usize,
    /// for an item whose columns have no id: its place on the sheet
    pub id: Option<String>,
}
impl<'de> Deserializer<'de> for Row<'_, '_> {
    type Error = Error;
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(RowFields {
            given: self.id.is_none(),
            id: self.id,
            fields: Fields::of(self.cell, self.at),
        })
    }
    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

struct RowFields<'c, 'a> {
    id: Option<String>,
    given: bool,
    fields: Fields<'c, 'a>,
}
impl<'de> MapAccess<'de> for RowFields<'_, '_> {
    type Error = Error;
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        if !std::mem::replace(&mut self.given, true) {
            return seed.deserialize(de::value::StrDeserializer::new("id")).map(Some);
        }
        self.fields.next_key_seed(seed)
    }
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        match self.id.take() {
            Some(id) => {
                let id: StringDeserializer<Error> = id.into_deserializer();
                seed.deserialize(Present(id))
            }
            None => self.fields.next_value_seed(seed),
        }
    }
}

/// A value that is there: serde's own deserialisers do not say so of themselves.
struct Present<D>(D);
impl<'de, D: Deserializer<'de, Error = Error>> Deserializer<'de> for Present<D> {
    type Error = Error;
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.0.deserialize_any(visitor)
    }
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self.0)
    }
    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct newtype_struct seq tuple tuple_struct map
        struct enum identifier ignored_any
    }
}
