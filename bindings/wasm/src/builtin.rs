//! The texts of the built-in packs, which the package fetches when rules are edited, and the catalogue loaded from them.
use crate::fault;
use shenfang::{Catalogue, Diagnostics, Sources};
use std::{cell::OnceCell, collections::BTreeMap, rc::Rc};
use wasm_bindgen::prelude::*;

/// Where the built-in catalogue lies.
pub(crate) const CATALOGUE: &str = "rules/catalog/";

/// Paths and texts.
pub(crate) type Texts = BTreeMap<String, String>;

/// The built-in texts. Cheap to clone.
#[wasm_bindgen]
#[derive(Clone)]
pub struct Builtin {
    inner: Rc<Inner>,
}

struct Inner {
    texts: Texts,
    catalogue: OnceCell<Catalogue>,
}

/// A catalogue, what was said of it, and the rule texts over it.
pub(crate) struct Chosen {
    pub catalogue: Catalogue,
    pub diagnostics: Diagnostics,
    pub rules: Sources,
}

#[wasm_bindgen]
impl Builtin {
    /// From `{"rules/…": "…"}`.
    #[wasm_bindgen(constructor)]
    pub fn new(texts: &str) -> Result<Builtin, JsValue> {
        Ok(Builtin::of(read(texts)?))
    }
}

impl Builtin {
    fn of(texts: Texts) -> Builtin {
        Builtin {
            inner: Rc::new(Inner {
                texts,
                catalogue: OnceCell::new(),
            }),
        }
    }

    /// The text of a path.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.inner.texts.get(path).map(String::as_str)
    }

    /// The catalogue as it is shipped; loaded on first use.
    pub fn catalogue(&self) -> &Catalogue {
        self.inner.catalogue.get_or_init(|| {
            let texts = self.inner.texts.iter().filter(|(path, _)| path.starts_with(CATALOGUE));
            Catalogue::load(texts.map(|(path, text)| (path.as_str(), text.as_str())).collect()).0
        })
    }

    /// What to compile: a text of the caller takes the place of the built-in one of its path.
    pub(crate) fn choose(&self, own: Texts, with_catalogue: bool, with_rules: bool) -> Chosen {
        let (names, rules): (Texts, Texts) = own
            .into_iter()
            .partition(|(path, _)| with_catalogue && path.starts_with(CATALOGUE));
        let builtin = self.inner.texts.iter().filter(|(path, _)| !path.starts_with(CATALOGUE));
        let kept = builtin.filter(|(path, _)| with_rules && !rules.contains_key(*path));
        let all = laid_over(kept, &rules);
        let (catalogue, diagnostics) = match with_catalogue {
            false => (Catalogue::empty(), Diagnostics::default()),
            true if names.is_empty() => (self.catalogue().clone(), Diagnostics::default()),
            true => self.edited(&names),
        };
        Chosen {
            catalogue,
            diagnostics,
            rules: all.into_iter().collect(),
        }
    }

    /// The catalogue with some of its texts edited.
    fn edited(&self, names: &Texts) -> (Catalogue, Diagnostics) {
        let builtin = self.inner.texts.iter().filter(|(path, _)| path.starts_with(CATALOGUE));
        Catalogue::load(laid_over(builtin, names).into_iter().collect())
    }
}

/// Texts by their paths, the later of one path for the earlier.
fn laid_over<'t>(texts: impl Iterator<Item = (&'t String, &'t String)>, own: &'t Texts) -> BTreeMap<&'t str, &'t str> {
    shenfang_order::map(texts.chain(own).map(|(path, text)| (path.as_str(), text.as_str())))
}

/// `{"path": "text"}`.
pub(crate) fn read(texts: &str) -> Result<Texts, JsValue> {
    serde_json::from_str(texts).map_err(|error| fault::argument(format!("files are {{\"path\": \"text\"}}: {error}")))
}
