//! Where calls are to go, a row a workload, incumbent and offer.

use ::csv::{IntoInnerError, Writer};

use super::Exported;
use crate::outputs::formats::spreadsheet_safe;
use crate::outputs::pages::assess::verdict_words;
use crate::outputs::wording::clean;
use crate::simulation::World;
use crate::simulation::handover::Handover;

/// The columns.
pub const COLUMNS: [&str; 9] = [
    "workload",
    "incumbent",
    "incumbent_seller",
    "model",
    "seller",
    "listed_as",
    "share",
    "verdict",
    "saved_usd",
];

/// The table. `share` is a part of the calls of the workload and incumbent, `saved_usd` what the log would cost less if all of these
/// went where the policy sends them.
///
/// # Errors
/// None but those of memory.
pub fn csv(handovers: &[Handover], world: &World) -> std::io::Result<Exported> {
    let mut writer = Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for of in handovers {
        let model = |offer| world.models.get(world.book.offer(offer).model).id.clone();
        let seller = |offer| world.book.seller_of(offer).id.clone();
        for (offer, share) in &of.targets {
            let row = [
                of.workload.clone().unwrap_or_default(),
                model(of.incumbent),
                seller(of.incumbent),
                model(*offer),
                seller(*offer),
                world.book.offer(*offer).listed_as.clone(),
                share.to_string(),
                verdict_words(of.verdict),
                of.saved.to_string(),
            ];
            writer.write_record(row.iter().map(|cell| spreadsheet_safe(&clean(cell))))?;
        }
    }
    let bytes = writer.into_inner().map_err(IntoInnerError::into_error)?;
    let text = String::from_utf8(bytes).map_err(std::io::Error::other)?;
    Ok(Exported { text, names: handovers.len(), left_out: Vec::new() })
}
