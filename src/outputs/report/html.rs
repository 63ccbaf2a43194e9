//! A report as one file of HTML: no script, nothing fetched, pictures inside.

use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment};
use serde_json::Value as Json;
#[cfg(feature = "charts")]
use serde_json::json;

use super::data::Setting;
use super::{Report, ReportError};
use crate::inputs::stationery::Stationery;
#[cfg(feature = "charts")]
use crate::outputs::charts::font::Weight;

const PAGE: &str = "report.html";
const STYLE: &str = "report.css";

/// Sets a report.
pub(super) fn set(report: &Report, stationery: &Stationery) -> Result<Vec<u8>, ReportError> {
    let text = |name: &'static str| {
        let bytes = stationery.file(name).ok_or(ReportError::Template(name))?;
        std::str::from_utf8(bytes).map_err(|_| ReportError::Template(name))
    };
    // Drawings stand in the page itself, with texts that can be found and read out, in the font that the page brings along.
    let setting = Setting { text: &str::to_owned, room: None, picture: &|picture| picture.svg.clone() };
    let mut data = setting.report(report, &stationery.brand);
    data["style"] = text(STYLE)?.into();
    data["logo"] = logo(stationery).into();
    data["fonts"] = fonts();
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.add_template(PAGE, text(PAGE)?).map_err(|error| wrong(&error))?;
    let template = environment.get_template(PAGE).map_err(|error| wrong(&error))?;
    Ok(template.render(Value::from(Serde(data))).map_err(|error| wrong(&error))?.into_bytes())
}

fn wrong(error: &minijinja::Error) -> ReportError {
    let place = error.line().map_or_else(String::new, |line| format!(" line {line}"));
    ReportError::Wrong(format!("{PAGE}{place}: {error}"))
}

/// Bytes as an address that holds them.
fn address(kind: &str, bytes: &[u8]) -> String {
    use base64::Engine as _;
    format!("data:{kind};base64,{}", base64::engine::general_purpose::STANDARD.encode(bytes))
}

/// The weights of the font, each as an address.
fn fonts() -> Json {
    #[cfg(feature = "charts")]
    let weights = Weight::ALL
        .iter()
        .map(|weight| json!({"weight": weight.number(), "source": address("font/otf", weight.bytes())}));
    #[cfg(not(feature = "charts"))]
    let weights = std::iter::empty::<Json>();
    weights.collect()
}

/// The logo as an address; nothing without one.
fn logo(stationery: &Stationery) -> String {
    let name = &stationery.brand.logo;
    let Some(bytes) = stationery.file(name) else { return String::new() };
    let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let kind = match ending.as_str() {
        "svg" => "image/svg+xml",
        "png" => "image/png",
        _ => "image/jpeg",
    };
    address(kind, bytes)
}
