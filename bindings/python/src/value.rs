//! Python objects as a deserialiser: the reader of the contract runs over a dictionary as it runs over JSON.
//!
//! `int`, `float` and `decimal.Decimal` are numbers as Python writes them, dates and moments are their ISO text, numpy's scalars and arrays what their `tolist`
//! says. What it never does: put a number through floating point.
use pyo3::{
    prelude::*,
    sync::PyOnceLock,
    types::{PyBool, PyDate, PyDict, PyFloat, PyInt, PyList, PyMapping, PyString, PyTuple, PyType},
};
use serde::{
    de::{
        DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor,
        value::{Error, StrDeserializer, StringDeserializer},
    },
    forward_to_deserialize_any,
};
use shenfang_clinical::{Fault, FaultCode, read::NUMBER};

/// Objects within objects; the contract needs five.
const DEPTH: u8 = 64;

/// An object of Python's.
pub(crate) struct Value<'v, 'py> {
    object: &'v Bound<'py, PyAny>,
    depth: u8,
}

impl<'v, 'py> Value<'v, 'py> {
    pub(crate) fn new(object: &'v Bound<'py, PyAny>) -> Value<'v, 'py> {
        Value { object, depth: 0 }
    }
}

fn failed(error: PyErr) -> Error {
    let words = error.to_string();
    Fault::new(
        FaultCode::Type,
        format!("无法读取：{words}"),
        format!("cannot be read: {words}"),
    )
    .raise()
}

fn decimal<'py>(py: Python<'py>) -> PyResult<&'py Bound<'py, PyType>> {
    static DECIMAL: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    DECIMAL.import(py, "decimal", "Decimal")
}

/// The text of a Python string; half a surrogate pair is no text.
fn text<'s>(string: &'s Bound<'_, PyString>) -> Result<std::borrow::Cow<'s, str>, Error> {
    string.to_cow().map_err(|_| {
        Fault::new(
            FaultCode::Encoding,
            "文字中有半个代理对，不是 Unicode 文字",
            "half a surrogate pair, which is no Unicode text",
        )
        .raise()
    })
}

impl<'v, 'py, 'de> Deserializer<'de> for Value<'v, 'py> {
    type Error = Error;
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let object = self.object;
        if object.is_none() {
            return visitor.visit_unit();
        }
        if let Ok(string) = object.cast::<PyString>() {
            return visitor.visit_str(&text(string)?);
        }
        if let Ok(truth) = object.cast::<PyBool>() {
            return visitor.visit_bool(truth.is_true());
        }
        let depth = match self.depth.checked_add(1) {
            Some(depth) if depth < DEPTH => depth,
            _ => return Err(Fault::new(FaultCode::Syntax, "嵌套过深", "nested too deeply").raise()),
        };
        if let Ok(fields) = object.cast::<PyDict>() {
            // A copy: whatever else runs cannot change it underway.
            return visitor.visit_map(Fields {
                left: fields.items(),
                at: 0,
                value: None,
                depth,
            });
        }
        if let Ok(list) = object.cast::<PyList>() {
            return visitor.visit_seq(Members {
                members: list.to_tuple(),
                at: 0,
                depth,
            });
        }
        if let Ok(tuple) = object.cast::<PyTuple>() {
            return visitor.visit_seq(Members {
                members: tuple.clone(),
                at: 0,
                depth,
            });
        }
        if let Some(number) = number(object).map_err(failed)? {
            return number.visit(visitor);
        }
        if object.is_instance_of::<PyDate>() {
            let iso = object.call_method0("isoformat").map_err(failed)?;
            return visitor.visit_str(&iso.extract::<String>().map_err(failed)?);
        }
        if object.hasattr("tolist").map_err(failed)? {
            let plain = object.call_method0("tolist").map_err(failed)?;
            return Value { object: &plain, depth }.deserialize_any(visitor);
        }
        if let Ok(mapping) = object.cast::<PyMapping>() {
            let left = mapping.items().map_err(failed)?;
            return visitor.visit_map(Fields {
                left,
                at: 0,
                value: None,
                depth,
            });
        }
        let kind = object.get_type().name().map_err(failed)?;
        Err(Fault::new(
            FaultCode::Type,
            format!("不能读取 Python 的 `{kind}`；可用：dict、list、str、int、float、Decimal、bool、date、None"),
            format!("a Python `{kind}` cannot be read; dict, list, str, int, float, Decimal, bool, date and None can"),
        )
        .raise())
    }
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.object.is_none() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
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

enum Number {
    Whole(i64),
    Written(String),
}

impl Number {
    fn visit<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Number::Whole(number) => match u64::try_from(number) {
                Ok(number) => visitor.visit_u64(number),
                Err(_) => visitor.visit_i64(number),
            },
            Number::Written(text) => visitor.visit_map(Written(Some(text))),
        }
    }
}

/// A number as Python writes it. `float.__repr__` is the shortest decimal that stands for the number, and no subclass can say otherwise.
fn number(object: &Bound<'_, PyAny>) -> PyResult<Option<Number>> {
    let py = object.py();
    if object.is_instance_of::<PyInt>() {
        return match object.extract::<i64>() {
            Ok(number) => Ok(Some(Number::Whole(number))),
            Err(_) => py
                .get_type::<PyInt>()
                .call_method1("__repr__", (object,))?
                .extract()
                .map(|text| Some(Number::Written(text))),
        };
    }
    if object.is_instance_of::<PyFloat>() {
        let text = py.get_type::<PyFloat>().call_method1("__repr__", (object,))?;
        return text.extract().map(|text| Some(Number::Written(text)));
    }
    if object.is_instance(decimal(py)?)? {
        return object.str()?.extract().map(|text| Some(Number::Written(text)));
    }
    Ok(None)
}

struct Written(Option<String>);
impl<'de> MapAccess<'de> for Written {
    type Error = Error;
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        self.0
            .as_ref()
            .map(|_| seed.deserialize(StrDeserializer::new(NUMBER)))
            .transpose()
    }
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(StringDeserializer::new(self.0.take().unwrap_or_default()))
    }
}

struct Members<'py> {
    members: Bound<'py, PyTuple>,
    at: usize,
    depth: u8,
}
impl<'de> SeqAccess<'de> for Members<'_> {
    type Error = Error;
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let Ok(object) = self.members.get_item(self.at) else {
            return Ok(None);
        };
        self.at = self.at.saturating_add(1);
        seed.deserialize(Value {
            object: &object,
            depth: self.depth,
        })
        .map(Some)
    }
}

/// Pairs of a dictionary.
struct Fields<'py> {
    left: Bound<'py, PyList>,
    at: usize,
    value: Option<Bound<'py, PyAny>>,
    depth: u8,
}
impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = Error;
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Ok(pair) = self.left.get_item(self.at) else {
            return Ok(None);
        };
        self.at = self.at.saturating_add(1);
        let (key, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = pair.extract().map_err(failed)?;
        let Ok(key) = key.cast_into::<PyString>() else {
            return Err(Fault::new(
                FaultCode::Type,
                "字段名应为文字",
                "expected a text as the name of a field",
            )
            .raise());
        };
        self.value = Some(value);
        seed.deserialize(StrDeserializer::new(&text(&key)?)).map(Some)
    }
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let object = self
            .value
            .take()
            .ok_or_else(|| Error::custom("a value without its key"))?;
        seed.deserialize(Value {
            object: &object,
            depth: self.depth,
        })
    }
}
