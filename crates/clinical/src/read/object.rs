//! How an object of the contract is read: known keys once each, `extra` passed over, anything else an error with the nearest field.
use super::trail::Trail;
use crate::fault::{Fault, FaultCode, What, nearest, quote};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::{fmt, marker::PhantomData};

/// A value that stands there (`null` is of the wrong type).
pub(crate) trait Value: Sized {
    /// Reads it; what stops it leaves its place on the trail.
    fn read<'de, D: Deserializer<'de>>(deserializer: D, trail: &Trail) -> Result<Self, D::Error>;
}

/// A field: absent and `null` are the same.
pub(crate) trait Field: Sized {
    /// Reads it; what stops it leaves its place on the trail.
    fn read_field<'de, D: Deserializer<'de>>(deserializer: D, trail: &Trail) -> Result<Self, D::Error>;
}

/// Reads the [`Field`] of a key, unless the key came before.
struct OfKey<'t, T> {
    key: &'t str,
    seen: bool,
    trail: &'t Trail,
    as_what: PhantomData<T>,
}
impl<'de, T: Field> DeserializeSeed<'de> for OfKey<'_, T> {
    type Value = T;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        let read = match self.seen {
            true => Err(duplicate_key(self.key).raise()),
            false => T::read_field(deserializer, self.trail),
        };
        read.map_err(|error| self.trail.key(self.key, error))
    }
}

/// The value of a key, unless the key came before.
pub(crate) fn field<'de, A: MapAccess<'de>, T: Field>(
    map: &mut A,
    seen: &mut bool,
    key: &str,
    trail: &Trail,
) -> Result<T, A::Error> {
    let seen = std::mem::replace(seen, true);
    map.next_value_seed(OfKey {
        key,
        seen,
        trail,
        as_what: PhantomData,
    })
}

/// Reads the [`Value`] of a list that has this index, unless so many are too many.
struct OfIndex<'t, T> {
    index: usize,
    most: usize,
    trail: &'t Trail,
    as_what: PhantomData<T>,
}
impl<'de, T: Value> DeserializeSeed<'de> for OfIndex<'_, T> {
    type Value = T;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        let read = match self.index < self.most {
            true => T::read(deserializer, self.trail),
            false => Err(too_many(self.most).raise()),
        };
        read.map_err(|error| self.trail.index(self.index, error))
    }
}

/// The entry of a list that has this index, if there is one.
pub(crate) fn entry<'de, A: SeqAccess<'de>, T: Value>(
    seq: &mut A,
    index: usize,
    most: usize,
    trail: &Trail,
) -> Result<Option<T>, A::Error> {
    seq.next_element_seed(OfIndex {
        index,
        most,
        trail,
        as_what: PhantomData,
    })
}

impl<T: Value> Field for Option<T> {
    fn read_field<'de, D: Deserializer<'de>>(deserializer: D, trail: &Trail) -> Result<Self, D::Error> {
        struct Nullable<'t, T>(&'t Trail, PhantomData<T>);
        impl<'de, T: Value> Visitor<'de> for Nullable<'_, T> {
            type Value = Option<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }
            fn visit_none<E: Error>(self) -> Result<Option<T>, E> {
                Ok(None)
            }
            fn visit_unit<E: Error>(self) -> Result<Option<T>, E> {
                Ok(None)
            }
            fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
                T::read(deserializer, self.0).map(Some)
            }
        }
        deserializer.deserialize_option(Nullable(trail, PhantomData))
    }
}

/// A list whose length is bounded.
pub(crate) struct List<T, const MOST: usize>(pub Vec<T>);
impl<T: Value, const MOST: usize> Value for List<T, MOST> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, trail: &Trail) -> Result<Self, D::Error> {
        struct ListVisitor<'t, T, const MOST: usize>(&'t Trail, PhantomData<T>);
        impl<'de, T: Value, const MOST: usize> Visitor<'de> for ListVisitor<'_, T, MOST> {
            type Value = Vec<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                What {
                    en: "a list",
                    zh: "列表",
                }
                .expecting(f)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<T>, A::Error> {
                let mut out = Vec::new();
                while let Some(value) = entry(&mut seq, out.len(), MOST, self.0)? {
                    out.push(value);
                }
                Ok(out)
            }
        }
        deserializer
            .deserialize_seq(ListVisitor::<T, MOST>(trail, PhantomData))
            .map(List)
    }
}
impl<T: Value> Value for Vec<T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, trail: &Trail) -> Result<Self, D::Error> {
        // Bounded by the length of the record alone.
        List::<T, { usize::MAX }>::read(deserializer, trail).map(|list| list.0)
    }
}

/// An object read key by key into its default; the [`object!`] macro writes it.
pub(crate) trait Object: Default {
    /// What it is, for the error of another type.
    const WHAT: What;
    /// Reads the keys.
    fn fill<'de, A: MapAccess<'de>>(map: A, trail: &Trail) -> Result<Self, A::Error>;
}

/// Reads an object and nothing else.
pub(crate) fn read_object<'de, T: Object, D: Deserializer<'de>>(deserializer: D, trail: &Trail) -> Result<T, D::Error> {
    struct ObjectVisitor<'t, T>(&'t Trail, PhantomData<T>);
    impl<'de, T: Object> Visitor<'de> for ObjectVisitor<'_, T> {
        type Value = T;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            T::WHAT.expecting(f)
        }
        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
            T::fill(map, self.0)
        }
    }
    deserializer.deserialize_map(ObjectVisitor(trail, PhantomData))
}

/// Reads an object, or a text that stands for one.
pub(crate) fn read_object_or_text<'de, T: Object, D: Deserializer<'de>>(
    deserializer: D,
    trail: &Trail,
    from_text: fn(&str) -> Result<T, Fault>,
) -> Result<T, D::Error> {
    struct EitherVisitor<'t, T>(&'t Trail, fn(&str) -> Result<T, Fault>);
    impl<'de, T: Object> Visitor<'de> for EitherVisitor<'_, T> {
        type Value = T;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            T::WHAT.expecting(f)
        }
        fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
            super::scalar::bounded(text).and_then(self.1).map_err(Fault::raise)
        }
        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
            T::fill(map, self.0)
        }
    }
    deserializer.deserialize_any(EitherVisitor(trail, from_text))
}

/// Under this key serde_json hands over a number as it is written, the only key of a map; whoever else hands over numbers does the same.
pub const NUMBER: &str = "$serde_json::private::Number";

/// The fault of a key the object does not have.
pub(crate) fn unknown_key(key: &str, known: &'static [&'static str], what: What) -> Fault {
    if key == NUMBER {
        return what.instead_of("数字", "a number");
    }
    if key == "frequency" && known.contains(&"servings") {
        return Fault::new(
            FaultCode::UnknownField,
            "`usage` 没有 `frequency`：一剂分几次服写在 `servings`",
            "`usage` has no `frequency`: into how many servings one dose is divided is `servings`",
        );
    }
    let (key_zh, key_en) = match nearest(key, known.iter().copied()) {
        Some(near) => (format!("，是否 `{near}`"), format!(", did you mean `{near}`")),
        None => (
            format!("；可用字段：{}", known.join("、")),
            format!("; the fields are {}", known.join(", ")),
        ),
    };
    let key = quote(key);
    Fault::new(
        FaultCode::UnknownField,
        format!("未知字段 `{key}`{key_zh}"),
        format!("unknown field `{key}`{key_en}"),
    )
}

/// The fault of an entry past the last there may be.
fn too_many(most: usize) -> Fault {
    Fault::new(
        FaultCode::TooMany,
        format!("多于 {most} 项"),
        format!("more than {most} entries"),
    )
}

/// The fault of a key that came before.
pub(crate) fn duplicate_key(key: &str) -> Fault {
    Fault::new(
        FaultCode::DuplicateField,
        format!("字段 `{key}` 重复"),
        format!("field `{key}` stands twice"),
    )
}

/// `extra`: an object whose content is nobody's concern.
pub(crate) struct Extra;
impl Value for Extra {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, trail: &Trail) -> Result<Self, D::Error> {
        struct ExtraVisitor<'t>(&'t Trail);
        impl<'de> Visitor<'de> for ExtraVisitor<'_> {
            type Value = Extra;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                What {
                    en: "an object",
                    zh: "对象",
                }
                .expecting(f)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Extra, A::Error> {
                while let Some(key) = map.next_key::<std::borrow::Cow<'de, str>>()? {
                    let _: Passed = field(&mut map, &mut false, &key, self.0)?;
                }
                Ok(Extra)
            }
        }
        deserializer.deserialize_map(ExtraVisitor(trail))
    }
}

/// A value nobody reads.
struct Passed;
impl Field for Passed {
    fn read_field<'de, D: Deserializer<'de>>(deserializer: D, _: &Trail) -> Result<Self, D::Error> {
        deserializer.deserialize_ignored_any(IgnoredAny).map(|_| Passed)
    }
}

/// Writes [`Object`] for a type with a default: `"key" name => place`, each key once, `via` a function where the place keeps less than is
/// read. `extra` is added.
macro_rules! object {
    (@keep $read:expr) => { $read };
    (@keep $read:expr, $via:path) => { $via($read) };
    ($type:ty, $en:literal, $zh:literal, { $($key:literal $name:ident => $($place:ident).+ $(via $via:path)? ,)+ }) => {
        impl $crate::read::object::Object for $type {
            const WHAT: $crate::fault::What = $crate::fault::What { en: $en, zh: $zh };
            fn fill<'de, A: serde::de::MapAccess<'de>>(mut map: A, trail: &$crate::read::trail::Trail) -> Result<Self, A::Error> {
                use $crate::read::object::{Extra, Object, field, unknown_key};
                #[allow(non_camel_case_types)]
                #[derive(Clone, Copy)]
                enum Key { $($name,)+ extra }
                const KEYS: &[&str] = &[$($key,)+ "extra"];
                struct KeySeed<'t>(&'t $crate::read::trail::Trail);
                impl<'de> serde::de::DeserializeSeed<'de> for KeySeed<'_> {
                    type Value = Key;
                    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
                        deserializer.deserialize_identifier(self)
                    }
                }
                impl serde::de::Visitor<'_> for KeySeed<'_> {
                    type Value = Key;
                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("a field name")
                    }
                    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<Key, E> {
                        match key {
                            $($key => Ok(Key::$name),)+
                            "extra" => Ok(Key::extra),
                            _ => Err(self.0.key(key, unknown_key(key, KEYS, <$type>::WHAT).raise())),
                        }
                    }
                }
                #[derive(Default)]
                struct Seen { $($name: bool,)+ extra: bool }
                let mut seen = Seen::default();
                let mut out = <$type>::default();
                while let Some(key) = map.next_key_seed(KeySeed(trail))? {
                    match key {
                        $(Key::$name => out.$($place).+ = $crate::read::object::object!(@keep field(&mut map, &mut seen.$name, $key, trail)? $(, $via)?),)+
                        Key::extra => {
                            let _: Option<Extra> = field(&mut map, &mut seen.extra, "extra", trail)?;
                        }
                    }
                }
                Ok(out)
            }
        }
    };
}
pub(crate) use object;

/// Writes [`Value`] and [`Field`] (absent is the default) for an [`Object`].
macro_rules! plain_object {
    ($($type:ty),+ $(,)?) => { $(
        impl $crate::read::object::Value for $type {
            fn read<'de, D: serde::Deserializer<'de>>(deserializer: D, trail: &$crate::read::trail::Trail) -> Result<Self, D::Error> {
                $crate::read::object::read_object(deserializer, trail)
            }
        }
        impl $crate::read::object::Field for $type {
            fn read_field<'de, D: serde::Deserializer<'de>>(deserializer: D, trail: &$crate::read::trail::Trail) -> Result<Self, D::Error> {
                <Option<$type> as $crate::read::object::Field>::read_field(deserializer, trail).map(Option::unwrap_or_default)
            }
        }
    )+ };
}
pub(crate) use plain_object;
