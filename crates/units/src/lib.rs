//! Exact ratios, units and dimensions: the arithmetic of doses.
//!
//! What it never does: round (but where a caller names the digits), use floating point, or cancel what a quantity is *per* (`/kg` and `/m2` of
//! body size, `/{1.73_m2}`) against mass or length.
mod decimal;
mod dimension;
mod expression;
mod interval;
mod molar;
mod quantity;
pub mod quick;
mod ratio;
mod reading;
mod scale;
mod suggest;
mod text;
mod unit;
mod words;

pub use dimension::{Base, Dimension};
pub use interval::{Comparison, Interval, Truth};
pub use molar::{Analyte, analytes, molar_mass};
pub use quantity::{Amount, Quantity, QuantityError, QuantityRange};
pub use ratio::{NumberError, Ratio};
pub use unit::{CalendarUnit, Unit, UnitError, everyday_words};
